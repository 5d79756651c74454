// The documents as rows, of which only those in view are made: a library may have ten thousand.
// What was looked for, the order and the place stay while the page does.

const COLUMNS = [["title", "Title"], ["kind", "Type"], ["published", "Date"], ["bytes", "Size"], ["passages", "Passages"]]
const SPARE = 6
const FEW = 10

const natural = new Intl.Collator("en", { numeric: true })

const words = (row) => `${row.title} ${row.source}`.toLowerCase()

const ordered = (rows, { wanted, by, down }) => {
  const looked = wanted.toLowerCase().split(/\s+/)
  const found = rows.filter((row) => looked.every((word) => words(row).includes(word)))
  const value = (row) => (by === "title" && !row.title ? row.source : row[by])
  const compare = (a, b) => (typeof a[by] === "number" ? a[by] - b[by] : natural.compare(value(a), value(b)))
  return by ? found.sort((a, b) => (down ? compare(b, a) : compare(a, b))) : found
}

const rowOf = (row, at, reached, open) => {
  const made = element("button", "row")
  made.type = "button"
  made.dataset.at = at
  made.tabIndex = reached ? 0 : -1 // one stop for the keyboard; arrows walk from it
  const title = element("span", "title")
  title.append(element("b", "", row.title || row.source), element("span", "quiet", row.title ? row.source : ""))
  made.append(title)
  for (const name of ["kind", "date", "size", "state"]) made.append(element("span", name, row[name]))
  made.lastChild.dataset.noun = row.noun
  made.addEventListener("click", () => {
    made.setAttribute("aria-busy", "true")
    open(row.source)
  })
  return made
}

const heads = (state, again) => {
  const head = element("div", "heads")
  for (const [name, label] of COLUMNS) {
    const arrow = state.by === name ? (state.down ? " ↓" : " ↑") : ""
    const button = element("button", name, label + arrow)
    button.type = "button"
    button.setAttribute("aria-label", `Order by ${label.toLowerCase()}${arrow && (state.down ? ", descending" : ", ascending")}`)
    button.addEventListener("click", () => {
      Object.assign(state, { by: name, down: state.by === name && !state.down, top: 0, at: 0 })
      again(name)
    })
    head.append(button)
  }
  return head
}

const listed = (rows, state, open) => {
  const box = element("div", "rows")
  box.setAttribute("role", "group")
  box.setAttribute("aria-label", "Documents")
  const space = element("div", "space")
  box.append(space)
  const height = () => parseFloat(getComputedStyle(box).getPropertyValue("--row"))
  const draw = () => {
    const tall = height()
    const first = Math.max(0, Math.floor(box.scrollTop / tall) - SPARE)
    const last = Math.min(rows.length, Math.ceil((box.scrollTop + box.clientHeight) / tall) + SPARE)
    const focused = box.querySelector(":focus")?.dataset.at
    const visible = Math.min(Math.ceil(box.scrollTop / tall), rows.length - 1)
    const reached = state.at >= first && state.at < last ? state.at : visible
    space.style.height = `${rows.length * tall}px`
    space.replaceChildren(...rows.slice(first, last).map((row, i) => rowOf(row, first + i, first + i === reached, open)))
    space.style.paddingTop = `${first * tall}px`
    if (focused) space.querySelector(`[data-at="${focused}"]`)?.focus({ preventScroll: true })
  }
  const go = (at) => {
    const tall = height()
    const to = Math.min(Math.max(at, 0), rows.length - 1)
    if (to * tall < box.scrollTop) box.scrollTop = to * tall
    if ((to + 1) * tall > box.scrollTop + box.clientHeight) box.scrollTop = (to + 1) * tall - box.clientHeight
    state.at = to
    draw()
    space.querySelector(`[data-at="${to}"]`)?.focus({ preventScroll: true })
  }
  box.addEventListener("keydown", (event) => {
    const at = Number(box.querySelector(":focus")?.dataset.at ?? 0)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + 8, PageUp: at - 8 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    go(to)
  })
  box.addEventListener("scroll", () => {
    state.top = box.scrollTop
    draw()
  })
  return { box, draw }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const state = (window.footnoteDocuments ??= { wanted: "", by: "", down: false, top: 0, at: 0 })
  if (data.rows.length <= FEW) state.wanted = ""
  parentElement.querySelector(".root")?.remove()
  const root = element("div", data.rows.length > FEW ? "root" : "root few")
  const search = element("input", "search")
  Object.assign(search, { type: "search", placeholder: "Find documents by title or name", value: state.wanted })
  search.setAttribute("aria-label", "Find documents")
  const said = element("p", "said")
  said.setAttribute("role", "status")
  const below = element("div")
  root.append(search, said, below)
  parentElement.append(root)
  const open = (source) => setTriggerValue("opened", source)
  let sized
  const again = (focus) => {
    const rows = ordered(data.rows, state)
    const { box, draw } = listed(rows, state, open)
    said.textContent = state.wanted.trim() ? `${rows.length.toLocaleString("en")} of ${data.rows.length.toLocaleString("en")}` : ""
    below.replaceChildren(heads(state, again), box)
    draw()
    box.scrollTop = state.top
    draw()
    if (focus) below.querySelector(`.heads .${focus}`).focus()
    sized?.disconnect()
    sized = new ResizeObserver(draw)
    sized.observe(box)
  }
  search.addEventListener("input", () => {
    Object.assign(state, { wanted: search.value, top: 0, at: 0 })
    again()
  })
  again()
  return () => sized.disconnect()
}
