// What the components share: making elements, and a document's lines with their numbers. Text only.

const element = (tag, className, text) => {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const tags = { cited: "mark", exact: "mark", past: "u" }

const linesOf = (lines, label) => {
  const box = element("div", "lines")
  box.tabIndex = 0
  box.setAttribute("role", "region")
  box.setAttribute("aria-label", label)
  for (const line of lines) {
    const row = element("div", "line")
    row.dataset.start = line.start
    const number = element("span", "line-number", String(line.number))
    number.setAttribute("aria-hidden", "true")
    const text = element("span", "text")
    for (const [piece, kind] of line.pieces) text.append(element(tags[kind] ?? "span", kind, piece))
    row.append(number, text)
    box.append(row)
  }
  return box
}

// The first marked line, a third down from the top of what scrolls: the lines, or the sheet that holds them.
const bringIntoView = (lines, sheet) => {
  const row = lines.querySelector("mark")?.closest(".line")
  if (!row) return
  const box = lines.scrollHeight > lines.clientHeight ? lines : (sheet ?? lines)
  box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3
}
