// An answer: statements with raised numbers. A click hands the excerpt to the panel; hovering shows the quote.
// Everything that comes in is set as text.

const numberButton = (number, data, open) => {
  const card = data.cards[number] ?? { quote: "", place: "", stale: "" }
  const holder = element("span", "holder")
  const button = element("button", card.stale ? "number stale" : "number", String(number))
  button.type = "button"
  button.dataset.number = number
  button.setAttribute("aria-label", `Source ${number}: ${card.place}`)
  button.setAttribute("aria-pressed", "false")
  const tip = element("span", "card")
  tip.setAttribute("role", "tooltip")
  tip.id = `card-${number}-${Math.random().toString(36).slice(2)}`
  tip.append(element("b", "", card.place), element("span", "quote", card.quote))
  if (card.stale) tip.append(element("i", "", card.stale))
  button.setAttribute("aria-describedby", tip.id)
  const place = () => {
    const space = button.getBoundingClientRect()
    const width = Math.min(340, window.innerWidth - 32)
    tip.style.width = `${width}px`
    tip.style.left = `${Math.min(Math.max(16, space.left - 20), window.innerWidth - width - 16)}px`
    const above = space.top > 180
    tip.style.top = above ? "auto" : `${space.bottom + 6}px`
    tip.style.bottom = above ? `${window.innerHeight - space.top + 6}px` : "auto"
  }
  const quiet = (still) => () => holder.classList.toggle("quiet", still)
  button.addEventListener("mouseenter", place)
  button.addEventListener("focus", place)
  // Once the source is open, or the card is sent away, it stays away until one comes back.
  button.addEventListener("click", quiet(true))
  button.addEventListener("keydown", (event) => event.key === "Escape" && quiet(true)())
  button.addEventListener("mouseleave", quiet(false))
  button.addEventListener("blur", quiet(false))
  button.addEventListener("click", () => open(number, button))
  holder.append(button, tip)
  return holder
}

const lightUp = (root, number) => {
  root.dataset.open = number ?? ""
  root.querySelectorAll(".number").forEach((button) => {
    button.setAttribute("aria-pressed", String(number !== null && button.dataset.number === String(number)))
  })
  root.querySelectorAll(".statement").forEach((statement) => {
    statement.classList.toggle("open", number !== null && statement.dataset.numbers.split(" ").includes(String(number)))
  })
}

const walk = (root) => (event) => {
  if (!["ArrowRight", "ArrowLeft"].includes(event.key)) return
  const buttons = [...root.querySelectorAll(".number")]
  const at = buttons.findIndex((button) => button.matches(":focus"))
  if (at < 0) return
  event.preventDefault()
  buttons[(at + (event.key === "ArrowRight" ? 1 : buttons.length - 1)) % buttons.length].focus()
}

// The last word and the first number stay on one line.
const cut = (text) => {
  const at = text.lastIndexOf(" ") + 1
  return text.length - at > 24 ? [text, ""] : [text.slice(0, at), text.slice(at)]
}

const statements = (data, open) => {
  const text = element("p", "answer")
  for (const statement of data.statements) {
    const span = element("span", "statement")
    span.dataset.numbers = statement.numbers.join(" ")
    const [start, last] = cut(statement.text)
    const words = statement.missing ? "words unsupported" : "words"
    const together = element("span", "together")
    together.append(element("span", words, last))
    statement.numbers.slice(0, 1).forEach((number) => together.append(numberButton(number, data, open)))
    span.append(element("span", words, start), together)
    statement.numbers.slice(1).forEach((number) => span.append(numberButton(number, data, open)))
    if (statement.missing) span.title = statement.missing
    text.append(span, " ")
  }
  return text
}

const warnings = (data) => {
  const missing = data.statements.filter((statement) => statement.missing)
  if (!missing.length) return []
  const list = element("ul", "warnings")
  for (const statement of missing) list.append(element("li", "", statement.missing))
  return [list]
}

const conflict = (sides, data, open) => {
  const box = element("section", "conflict")
  box.append(element("h6", "", "The sources differ"))
  const table = element("div", "sides")
  for (const side of sides) {
    const row = element("div", "side")
    row.append(element("span", "value", side.value))
    const dates = [...new Set(side.citations.map((citation) => citation.date))].join(", ")
    const where = element("span", "where", dates)
    for (const citation of side.citations) where.append(numberButton(citation.number, data, open))
    row.append(where)
    table.append(row)
  }
  box.append(table)
  return box
}

export default function ({ parentElement, data }) {
  const before = parentElement.querySelector(".root")
  const focused = parentElement.querySelector(".number:focus")?.dataset.number
  const shown = before?.dataset.open || null
  before?.remove()
  const root = element("div", "root")
  const open = (number, from) => {
    const detail = { turn: data.turn, number, excerpts: data.excerpts, from }
    window.dispatchEvent(new CustomEvent("footnote:open", { detail }))
  }
  if (data.statements.length) root.append(statements(data, open), ...warnings(data))
  for (const sides of data.conflicts) root.append(conflict(sides, data, open))
  root.addEventListener("keydown", walk(root))
  parentElement.append(root)
  lightUp(root, shown)
  if (focused) root.querySelector(`.number[data-number="${focused}"]`)?.focus()
  window.removeEventListener("footnote:shown", parentElement.footnote)
  parentElement.footnote = (event) => lightUp(root, event.detail.turn === data.turn ? event.detail.number : null)
  window.addEventListener("footnote:shown", parentElement.footnote)
  return () => window.removeEventListener("footnote:shown", parentElement.footnote)
}
