// Characters that a person marks in a document's lines: a button beside them says what they are for.

const boundary = (node, offset) => {
  const held = node.nodeType === Node.TEXT_NODE ? node.parentElement : node
  const line = held.closest(".line")
  const text = line?.querySelector(".text")
  if (!text) return null
  const range = document.createRange()
  range.selectNodeContents(text)
  if (text.contains(node)) range.setEnd(node, offset)
  else range.collapse(true) // on the line's number
  return Number(line.dataset.start) + [...range.toString()].length // the server counts characters, not UTF-16 units
}

// The start and end of what is marked in `lines`, and where on the screen it ends; null where nothing is.
const markedIn = (lines) => {
  const home = lines.getRootNode()
  const selection = window.getSelection()
  const composed = selection.getComposedRanges?.({ shadowRoots: [home] })[0]
  const own = home.getSelection?.() ?? selection
  const range = composed ?? (own.rangeCount ? own.getRangeAt(0) : null)
  if (!range || !lines.contains(range.startContainer) || !lines.contains(range.endContainer)) return null
  const start = boundary(range.startContainer, range.startOffset)
  const end = boundary(range.endContainer, range.endOffset)
  if (start === null || end === null || start >= end) return null
  const shown = document.createRange()
  shown.setStart(range.startContainer, range.startOffset)
  shown.setEnd(range.endContainer, range.endOffset)
  return { start, end, box: [...shown.getClientRects()].at(-1) }
}

// Watches over the lines that `find` finds now; what is marked goes to `keep`. Gives back what ends the watch.
const offerMarking = (parent, find, keep) => {
  parent.unwatch?.()
  const button = element("button", "right", "This is the right passage")
  button.type = "button"
  button.hidden = true
  button.addEventListener("pointerdown", (event) => event.preventDefault()) // it would undo the marking
  const look = () => {
    const lines = find()
    const marked = lines && markedIn(lines)
    button.hidden = !marked?.box
    if (button.hidden) return
    const { bottom, left } = marked.box
    button.style.top = `${Math.min(bottom + 6, window.innerHeight - 48)}px`
    button.style.left = `${Math.max(8, Math.min(left, window.innerWidth - 220))}px`
    button.onclick = () => {
      window.getSelection().removeAllRanges()
      button.hidden = true
      keep({ start: marked.start, end: marked.end })
    }
  }
  parent.append(button)
  const watch = new AbortController()
  const { signal } = watch
  document.addEventListener("selectionchange", look, { signal })
  // What scrolls within a shadow root is not heard outside of it.
  for (const root of [document, parent.getRootNode()]) {
    root.addEventListener("scroll", look, { capture: true, passive: true, signal })
  }
  parent.unwatch = () => {
    watch.abort()
    button.remove()
  }
  return parent.unwatch
}
