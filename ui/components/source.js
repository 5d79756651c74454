// A document, whole or a long stretch of it, with what is marked in view.

export default function ({ parentElement, data, setTriggerValue }) {
  parentElement.querySelector(".root")?.remove()
  const root = element("div", "root")
  const lines = linesOf(data.lines, data.label)
  root.append(lines)
  parentElement.append(root)
  bringIntoView(lines)
  return offerMarking(parentElement, () => lines, ({ start, end }) => setTriggerValue("marked", { start, end }))
}
