// Lines of a document with their numbers; what is cited is marked and brought into view. Text only.

const element = (tag, className, text) => {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const tags = { cited: "mark", exact: "mark", past: "u" }

export default function ({ parentElement, data }) {
  parentElement.querySelector(".root")?.remove()
  const root = element("div", "root")
  root.tabIndex = 0
  root.setAttribute("role", "region")
  root.setAttribute("aria-label", data.label)
  for (const line of data.lines) {
    const row = element("div", "line")
    const number = element("span", "line-number", String(line.number))
    number.setAttribute("aria-hidden", "true")
    const text = element("span", "text")
    for (const [piece, kind] of line.pieces) text.append(element(tags[kind] ?? "span", kind, piece))
    row.append(number, text)
    root.append(row)
  }
  parentElement.append(root)
  const first = root.querySelector("mark")
  if (first) {
    const row = first.closest(".line")
    root.scrollTop = Math.max(0, row.offsetTop - root.offsetTop - root.clientHeight / 3)
  }
}
