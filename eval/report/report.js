"use strict";
// The table of questions: sorted, filtered, each row opening to what was asked, said, cited and wanted.
const questions = JSON.parse(document.getElementById("data").textContent);
const words = {
  right: "right", wrong: "wrong", refused: "refused", abstained: "rightly refused",
  false: "false answer", undetermined: "neither", error: "error",
};
const score = (name) => (q) => q.scores[name];
const columns = [
  { title: "", value: (q) => Object.keys(words).indexOf(q.verdict), cell: pill },
  { title: "question", kind: "q", value: (q) => q.question.toLowerCase(), cell: (q) => q.question },
  { title: "answer", kind: "a", value: (q) => q.short.toLowerCase(), cell: (q) => cut(q.verdict === "error" ? q.text : q.short, 140) },
  { title: "kind", kind: "k", value: (q) => q.kind, cell: (q) => q.kind.replaceAll("_", " ") },
  { title: "F1", kind: "n", value: score("token_f1"), cell: (q) => share(q.scores.token_f1) },
  { title: "cited", kind: "n", value: score("citation_recall"), cell: (q) => share(q.scores.citation_recall) },
  { title: "found", kind: "n", value: score("mrr"), cell: (q) => q.scores.mrr === undefined ? "" : q.scores.mrr ? "#" + Math.round(1 / q.scores.mrr) : "no" },
  { title: "sure", kind: "n", value: (q) => q.confidence, cell: (q) => q.confidence === null ? "" : q.confidence.toFixed(2) },
];
if (questions.some((q) => q.flip)) {
  columns.push({ title: "changed", value: (q) => q.flip, cell: (q) => q.flip && element("span", q.flip, q.flip) });
}
const state = { sort: null, falling: false, search: "", kind: "", verdict: "", open: new Set() };

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text instanceof Node) made.append(text);
  else if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}
function cut(text, length) { return text.length <= length ? text : text.slice(0, length).replace(/\s\S*$/, "") + " …"; }
function share(value) { return value === undefined ? "" : value.toFixed(2); }
function pill(q) {
  const made = element("span", undefined, "pill");
  made.append(element("i", undefined, q.verdict), words[q.verdict]);
  return made;
}

function chosen() {
  const wanted = state.search.toLowerCase();
  const kept = questions.filter((q) =>
    (!state.kind || q.kind === state.kind) && (!state.verdict || q.verdict === state.verdict) &&
    (!wanted || `${q.id} ${q.question} ${q.text}`.toLowerCase().includes(wanted)));
  if (state.sort === null) return kept;
  const value = columns[state.sort].value;
  const empty = (v) => v === undefined || v === null || v === "";
  return kept.sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (empty(x) || empty(y)) return empty(x) - empty(y);
    return (x < y ? -1 : x > y ? 1 : 0) * (state.falling ? -1 : 1);
  });
}

function draw() {
  const body = document.querySelector("#table tbody");
  body.replaceChildren();
  const shown = chosen();
  for (const q of shown) {
    const row = element("tr", undefined, "row");
    row.tabIndex = 0;
    row.setAttribute("aria-expanded", state.open.has(q.id));
    for (const column of columns) row.append(element("td", column.cell(q), column.kind));
    const toggle = () => { state.open.has(q.id) ? state.open.delete(q.id) : state.open.add(q.id); draw(); };
    row.addEventListener("click", toggle);
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); }
    });
    body.append(row);
    if (state.open.has(q.id)) body.append(drill(q));
  }
  document.getElementById("count").textContent = `${shown.length} of ${questions.length}`;
}

function drill(q) {
  const cell = element("td");
  cell.colSpan = columns.length;
  const add = (title, ...nodes) => { cell.append(element("h4", title), ...nodes); };
  add("Answer", answer(q));
  if (q.why || q.reason) cell.append(element("p", [q.why, q.reason].filter(Boolean).join(" · "), "faint"));
  for (const s of q.statements) if (s.support && s.support !== "supported") cell.append(element("p", `Not supported: ${s.support}`, "worse"));
  for (const c of q.citations) if (c.fault) cell.append(element("p", `[${c.number}] ${c.fault.replaceAll("_", " ")}: “${c.quote}”`, "worse"));
  if (q.was) cell.append(element("p", `Before: ${q.was}`, q.flip || "faint"));
  if (q.gold) {
    const facts = [];
    if (q.gold.answers.length) facts.push(`Accepted: ${q.gold.answers.join(" / ")}`);
    if (q.gold.required.length) facts.push(`Required: ${q.gold.required.join("; ")}`);
    if (q.gold.forbidden.length) facts.push(`Forbidden: ${q.gold.forbidden.join("; ")}`);
    if (q.gold.note) facts.push(q.gold.note);
    add("Gold", ...facts.map((fact) => element("p", fact)));
  }
  if (q.excerpts.length) {
    add("In the sources");
    const key = element("p", undefined, "faint excerpt-key");
    key.append(element("span", "cited", "cited"), " and ", element("span", "gold", "gold"));
    for (const excerpt of q.excerpts) cell.append(element("p", `${excerpt.source}, line ${excerpt.lines[0]}`, "faint"), pieces(excerpt));
    cell.append(key);
  }
  const two = element("div", undefined, "two");
  two.append(passages(q), trace(q));
  cell.append(two);
  const row = element("tr", undefined, "drill");
  row.append(cell);
  return row;
}

function answer(q) {
  const made = element("p", undefined, "answer");
  if (!q.statements.length) { made.textContent = q.text; return made; }
  for (const statement of q.statements) {
    made.append(statement.text);
    for (const number of statement.citations) made.append(element("sup", `[${number}]`));
    made.append(" ");
  }
  return made;
}

function pieces(excerpt) {
  const made = element("blockquote", undefined, "excerpt");
  for (const piece of excerpt.pieces) {
    const part = element("span", piece.text, [piece.cited.length && "cited", piece.gold && "gold"].filter(Boolean).join(" "));
    if (piece.cited.length) part.title = piece.cited.map((n) => `[${n}]`).join("");
    made.append(part);
  }
  return made;
}

function passages(q) {
  const made = element("div");
  made.append(element("h4", "Passages found"));
  const list = element("ol");
  for (const passage of q.retrieved) {
    const line = `${passage.source}${passage.given ? "" : " (not given to the answerer)"}  ${passage.text}`;
    const item = element("li", line, passage.gold ? "gold" : "");
    item.title = `score ${passage.score}`;
    list.append(item);
  }
  made.append(q.retrieved.length ? list : element("p", "none", "faint"));
  return made;
}

function trace(q) {
  const made = element("div");
  made.append(element("h4", "Trace"));
  const stages = element("div", undefined, "stages");
  for (const [name, seconds] of Object.entries(q.timings)) stages.append(element("span", `${name} ${(1000 * seconds).toFixed(0)} ms`));
  const scores = element("div", undefined, "stages");
  for (const [name, value] of Object.entries(q.scores)) scores.append(element("span", `${name.replaceAll("_", " ")} ${+value.toFixed(3)}`));
  made.append(element("p", [q.id, q.answerer].filter(Boolean).join(" · "), "faint"), stages, element("h4", "Scores"), scores);
  for (const note of q.notes) made.append(element("p", note, "faint"));
  return made;
}

function controls() {
  const head = element("tr");
  columns.forEach((column, index) => {
    const button = element("button", column.title || "outcome");
    button.addEventListener("click", () => {
      state.falling = state.sort === index && !state.falling;
      state.sort = index;
      document.querySelectorAll("#table th").forEach((th, i) => {
        i === index ? th.setAttribute("aria-sort", state.falling ? "descending" : "ascending") : th.removeAttribute("aria-sort");
      });
      draw();
    });
    head.append(element("th", button, column.kind));
  });
  document.querySelector("#table thead").append(head);
  const kinds = document.getElementById("kind");
  for (const kind of [...new Set(questions.map((q) => q.kind))].sort()) {
    const option = element("option", kind.replaceAll("_", " "));
    option.value = kind;
    kinds.append(option);
  }
  kinds.addEventListener("change", () => { state.kind = kinds.value; draw(); });
  document.getElementById("search").addEventListener("input", (event) => { state.search = event.target.value; draw(); });
  for (const name of Object.keys(words).filter((w) => questions.some((q) => q.verdict === w))) {
    const chip = element("button");
    chip.append(element("i", undefined, name), `${words[name]} ${questions.filter((q) => q.verdict === name).length}`);
    chip.setAttribute("aria-pressed", "false");
    chip.addEventListener("click", () => {
      state.verdict = state.verdict === name ? "" : name;
      document.querySelectorAll("#verdicts button").forEach((b) => b.setAttribute("aria-pressed", String(b === chip && !!state.verdict)));
      draw();
    });
    document.getElementById("verdicts").append(chip);
  }
}

controls();
if (location.hash.startsWith("#q=")) state.open.add(decodeURIComponent(location.hash.slice(3)));
draw();
