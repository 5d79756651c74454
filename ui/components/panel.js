// The source beside the answers. A number that is clicked sends its excerpt here through an event of the
// window, so that it opens at once: nothing is asked of the server.

const button = (name, label, act) => {
  const made = element("button", "act", name)
  made.type = "button"
  made.title = label
  made.setAttribute("aria-label", label)
  made.addEventListener("click", act)
  return made
}

const walk = (numbers, number, go) => {
  if (numbers.length < 2) return []
  const at = numbers.indexOf(String(number))
  const to = (step) => (event) => go(numbers[(at + step + numbers.length) % numbers.length], event.target.title)
  const row = element("div", "walk")
  row.append(
    button("‹", "Previous citation", to(-1)),
    button("›", "Next citation", to(1)),
    element("span", "quiet", `${at + 1} of ${numbers.length}`),
  )
  return [row]
}

const body = (excerpt) => {
  const parts = []
  if (excerpt.notice) {
    const notice = element("p", "notice", excerpt.notice)
    notice.setAttribute("role", "status")
    parts.push(notice)
  }
  if (excerpt.lines.length) return [...parts, linesOf(excerpt.lines, "The source of the citation")]
  return [...parts, element("p", "quiet", "What was cited then:"), element("p", "quote", excerpt.quote)]
}

const drawn = (open, act) => {
  const excerpt = open.excerpts[open.number]
  const root = element("section", "root open")
  root.setAttribute("aria-label", "Source")
  const head = element("div", "head")
  head.append(element("h5", "", excerpt.title), button("×", "Close the source", act.close))
  root.append(head, element("p", "quiet", excerpt.facts), ...walk(Object.keys(open.excerpts), open.number, act.go))
  root.append(...body(excerpt))
  if (excerpt.lines.length) {
    const whole = element("button", "whole", "Open the whole document")
    whole.type = "button"
    whole.addEventListener("click", () => act.whole(excerpt))
    root.append(whole)
  }
  return root
}

const empty = (hint) => {
  const root = element("div", "root")
  if (hint) root.append(element("p", "quiet hint", "Open a number to read its source here."))
  return root
}

export default function ({ parentElement, data, setTriggerValue }) {
  const state = (parentElement.footnote ??= { open: null, conversation: data.conversation })
  if (state.conversation !== data.conversation) Object.assign(state, { open: null, conversation: data.conversation })
  const tell = () => {
    const detail = { turn: state.open?.turn ?? null, number: state.open?.number ?? null }
    window.dispatchEvent(new CustomEvent("footnote:shown", { detail }))
  }
  const act = {
    go: (number, label) => {
      show({ ...state.open, number })
      parentElement.querySelector(`[title="${label}"]`).focus()
    },
    close: () => {
      const from = state.open?.from
      show(null)
      from?.focus()
    },
    whole: ({ source, start, end }) => setTriggerValue("whole", { source, start: String(start), end: String(end) }),
    keep: (marked) => {
      const { source } = state.open.excerpts[state.open.number]
      setTriggerValue("marked", { ...marked, source, turn: state.open.turn })
    },
  }
  const draw = () => {
    const scrolled = parentElement.querySelector(".root.open") !== null && parentElement.querySelector(".lines")?.scrollTop
    parentElement.querySelector(".root")?.remove()
    const root = state.open ? drawn(state.open, act) : empty(data.hint)
    root.addEventListener("keydown", (event) => event.key === "Escape" && state.open && act.close())
    parentElement.append(root)
    return { root, scrolled }
  }
  const show = (open) => {
    state.open = open
    const { root } = draw()
    const lines = root.querySelector(".lines")
    if (open && getComputedStyle(root).position === "fixed") root.querySelector(".act").focus()
    if (lines) bringIntoView(lines, root)
    tell()
  }
  window.removeEventListener("footnote:open", state.listener)
  state.listener = (event) => show(event.detail)
  window.addEventListener("footnote:open", state.listener)
  const { root, scrolled } = draw()
  const lines = root.querySelector(".lines")
  if (lines && scrolled) lines.scrollTop = scrolled
  const unwatch = offerMarking(parentElement, () => parentElement.querySelector(".lines"), act.keep)
  return () => {
    unwatch()
    window.removeEventListener("footnote:open", state.listener)
  }
}
