// Light, dark, or as the system has it. Streamlit keeps the choice of its own menu in the browser, one for each
// page's path, and reads it when the page loads; it offers no other way to choose.

const KEY = (path) => `stActiveTheme-${path}-v2`
const PAGES = ["", "documents", "evaluation"]
const CHOICES = [["Light", "Light"], ["Dark", "Dark"], ["System", "As the system"]]

export default function ({ parentElement }) {
  parentElement.querySelector(".root")?.remove()
  const now = JSON.parse(localStorage.getItem(KEY(location.pathname)) ?? '"System"')
  const root = document.createElement("div")
  root.className = "root"
  root.setAttribute("role", "group")
  root.setAttribute("aria-label", "Light or dark")
  for (const [name, label] of CHOICES) {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = label
    button.setAttribute("aria-pressed", String(name === now))
    button.addEventListener("click", () => {
      const folder = location.pathname.slice(0, location.pathname.lastIndexOf("/") + 1)
      for (const page of PAGES) localStorage.setItem(KEY(folder + page), JSON.stringify(name))
      location.reload()
    })
    root.append(button)
  }
  parentElement.append(root)
}
