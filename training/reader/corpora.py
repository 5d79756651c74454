"""The reader's data: every set as questions over windows of passages, split by document.

A window is whole sentences of one passage, at most `LONGEST` characters. A document belongs to one
part only: most train, some are held out to choose thresholds ("calibration") and some to report
figures ("report"). Text of a held-out document that turns up elsewhere leaves training as well.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LONGEST = 850
"""Characters in a window: about 200 tokens."""
SQUAD = {
    "squad2": "squad2_train",
    "squad1": "squad1_train",
    "reddit": "squadshifts_reddit",
    "amazon": "squadshifts_amazon_reviews",
    "policyqa": "policyqa_dev",
    "covidqa": "covidqa",
}
LINES = {
    "qamr": "qamr_passages",
    "qadiscourse": "qadiscourse_passages",
    "timeqa": "timeqa_human",
    "fairytale": "fairytaleqa",
    "selqa": "selqa_sentences",
    "onestop": "onestopqa",
    "tatqa": "tatqa_text",
    "conditional": "conditionalqa_evidence",
}
SQUAD2_REPORT, SQUAD2_CALIBRATION = 5, 1
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a passage; `document` is shared by all windows of one document."""

    text: str
    document: str
    family: str
    title: str = ""


@dataclass(slots=True)
class Question:
    """A question with the window it was asked about and its answer there; no spans: no answer there."""

    text: str
    window: int
    spans: list[tuple[int, int]]
    family: str
    answers: list[str] = field(default_factory=list)
    whole_sentence: bool = False
    """The span is the sentence that holds the answer, not the answer."""


@dataclass(slots=True)
class Corpus:
    """Windows and the questions over them."""

    windows: list[Window] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def read_parts(data: Path) -> dict[str, Corpus]:
    """ "train", "calibration" and "report", without common documents."""
    parts = {name: Corpus() for name in ("train", "calibration", "report")}
    seen: dict[str, dict[tuple[str, str], int]] = {name: {} for name in parts}
    squad2 = squad2_split(data)
    for family, title, document, context, asked in _contexts(data):
        part = squad2.get(document, "train") if family == "squad2" else part_of(document)
        _add(parts[part], seen[part], family, title, document, context, asked)
    held_out = _shingles(w.text for name in ("calibration", "report") for w in parts[name].windows)
    _add_sentence_pairs(parts["train"], data)
    _drop_overlap(parts["train"], held_out)
    return parts


def part_of(document: str) -> str:
    """By the document's hash: 6% calibrate, 9% report, the rest train."""
    share = int(hashlib.sha1(document.encode()).hexdigest()[:6], 16) % 100
    return "calibration" if share < 6 else "report" if share < 15 else "train"


def squad2_split(data: Path) -> dict[str, str]:
    titles = [a["title"] for a in _json(data / "reader" / "squad2_train.json.gz")["data"]]
    order = sorted(titles, key=lambda t: hashlib.sha1(t.encode()).hexdigest())
    report, held = SQUAD2_REPORT, SQUAD2_REPORT + SQUAD2_CALIBRATION
    return {f"squad2/{t}": "report" for t in order[:report]} | {
        f"squad2/{t}": "calibration" for t in order[report:held]
    }


Asked = list[tuple[str, list[tuple[int, int]]]]


def _contexts(data: Path) -> Iterator[tuple[str, str, str, str, Asked]]:
    for family, name in SQUAD.items():
        yield from _squad_contexts(family, _json(data / "reader" / f"{name}.json.gz"))
    for family, name in LINES.items():
        yield from _line_contexts(family, data / "reader" / f"{name}.jsonl.gz")


def _squad_contexts(family: str, raw: dict) -> Iterator[tuple[str, str, str, str, Asked]]:
    for i, article in enumerate(raw["data"]):
        title = article.get("title") or str(i)
        for j, paragraph in enumerate(article["paragraphs"]):
            context = paragraph["context"]
            document = f"{family}/{title}/{j}" if family == "reddit" else f"{family}/{title}"
            asked = []
            for qa in paragraph["qas"]:
                spans = {
                    (a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"] if _fits(a, context)
                }
                if spans or not qa["answers"]:
                    asked.append((qa["question"], sorted(spans)))
            shown = title.replace("_", " ") if family.startswith("squad") else ""
            yield family, shown, document, context, asked


def _fits(answer: dict, context: str) -> bool:
    start = answer["answer_start"]
    return bool(answer["text"].strip()) and context[start : start + len(answer["text"])] == answer["text"]


def _line_contexts(family: str, path: Path) -> Iterator[tuple[str, str, str, str, Asked]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            source = record["source"].split("#")[0]
            title = source.rsplit("/", 1)[-1].replace("_", " ") if family in ("selqa", "timeqa") else ""
            kind = family
            document = source
            if family in ("qamr", "qadiscourse"):
                domain, article = source.split(":")[1:3]
                document, kind = f"{domain}:{article}", f"{family}_{'news' if domain == 'wikinews' else 'wiki'}"
            elif family == "onestop":
                document = f"onestop/{source.rsplit('/', 1)[-1]}"
            spans = sorted({(a["start"], a["start"] + len(a["text"])) for a in record["answers"]})
            yield kind, title, document, record["context"], [(record["question"], spans)]


def _add(corpus: Corpus, seen: dict, family: str, title: str, document: str, context: str, asked: Asked) -> None:
    pieces = list(cut(context))
    numbers = []
    for start, end in pieces:
        key = (document, context[start:end])
        if key not in seen:
            seen[key] = len(corpus.windows)
            corpus.windows.append(Window(context[start:end], document, family, title))
        numbers.append(seen[key])
    for text, spans in asked:
        question = " ".join(text.split())
        if not spans:
            corpus.questions.append(Question(question, numbers[0], [], family))
        for number, (start, end) in zip(numbers, pieces, strict=True):
            inside = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
            if inside:
                answers = sorted({context[a:b] for a, b in spans})
                whole = family == "selqa"
                corpus.questions.append(Question(question, number, inside, family, answers, whole))
                break


def cut(text: str) -> Iterator[tuple[int, int]]:
    """Spans of whole sentences, each as long as `LONGEST` allows; a longer sentence is cut hard."""
    start = end = 0
    bounds = [m.end() for m in _SENTENCE_END.finditer(text)] + [len(text)]
    for bound in bounds:
        if bound - start > LONGEST and end > start:
            yield start, end
            start = end
        while bound - start > LONGEST:
            yield start, start + LONGEST
            start += LONGEST
        end = bound
    if end > start and text[start:end].strip():
        yield start, end


def _add_sentence_pairs(corpus: Corpus, data: Path, together: int = 4) -> None:
    """Question and evidence sentence; neighbouring sentences of the file stand together in one window."""
    brackets = (("-lrb-", "("), ("-rrb-", ")"), ("``", '"'), ("''", '"'))
    with gzip.open(data / "retrieval" / "question_sentence_pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [(r["question"], r["sentence"].strip()) for r in map(json.loads, lines)]
    order = list(dict.fromkeys(sentence for _, sentence in pairs))
    place: dict[str, tuple[int, int, int]] = {}
    for first in range(0, len(order), together):
        text = ""
        for sentence in order[first : first + together]:
            clean = sentence
            for old, new in brackets:
                clean = clean.replace(old, new)
            start = len(text) + bool(text)
            text = f"{text} {clean}" if text else clean
            place[sentence] = (len(corpus.windows), start, len(text))
        corpus.windows.append(Window(text[: 2 * LONGEST], f"pairs/{first // 40}", "pairs"))
    for question, sentence in pairs:
        window, start, end = place[sentence]
        if end <= 2 * LONGEST:
            corpus.questions.append(Question(question, window, [(start, end)], "pairs", [], True))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _shingles(texts: Iterator[str], width: int = 10) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = _words(text)
        found.update(tuple(words[i : i + width]) for i in range(len(words) - width + 1))
    return found


def _drop_overlap(corpus: Corpus, held_out: set[tuple[str, ...]]) -> None:
    clean = [not (_shingles(iter([w.text])) & held_out) for w in corpus.windows]
    renumbered = {old: new for new, old in enumerate(i for i, ok in enumerate(clean) if ok)}
    corpus.windows = [w for w, ok in zip(corpus.windows, clean, strict=True) if ok]
    corpus.questions = [q for q in corpus.questions if q.window in renumbered]
    for question in corpus.questions:
        question.window = renumbered[question.window]


def _json(path: Path) -> dict:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)
