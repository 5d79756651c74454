from __future__ import annotations

from rag.answer.citations import Numbering
from rag.types import Answer, Document, Statement
from ui.panel import AROUND, excerpts

TEXT = f"{'Long before. ' * 200}\nThe old mill opened in 1921.\n{'Long after. ' * 200}"
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain", title="The mill", published="1999-05-03")
AT = TEXT.index("The old mill")
CITATION = Numbering().cite(DOCUMENT, AT, AT + 28)
ANSWER = Answer("When?", (Statement("It opened in 1921.", (CITATION,), highlight=(AT + 23, AT + 27)),))


def _marked(document: Document | None, kind: str) -> str:
    lines = excerpts(ANSWER, lambda source: document)[1].lines
    return "".join(piece for line in lines for piece, found in line.pieces if found == kind)


def test_an_excerpt_holds_the_quote_with_its_answer_and_what_stands_around_it() -> None:
    excerpt = excerpts(ANSWER, {"mill.txt": DOCUMENT}.get)[1]
    assert (excerpt.title, excerpt.notice) == ("The mill", "")
    assert excerpt.facts == "mill.txt · line 2 · 3 May 1999"
    assert (_marked(DOCUMENT, "cited"), _marked(DOCUMENT, "exact")) == ("The old mill opened in .", "1921")
    assert sum(len(piece) for line in excerpt.lines for piece, _ in line.pieces) > AROUND


def test_a_quote_that_has_moved_is_marked_where_it_stands_now() -> None:
    moved = Document("mill.txt", f"One more line.\n{TEXT}", "cd" * 32, "text/plain")
    excerpt = excerpts(ANSWER, lambda source: moved)[1]
    assert "moved to line 3" in excerpt.notice
    assert moved.text[excerpt.start : excerpt.end] == CITATION.quote
    assert (_marked(moved, "cited"), _marked(moved, "exact")) == ("The old mill opened in .", "1921")


def test_of_a_quote_that_is_gone_the_words_of_then_are_left() -> None:
    for document in (None, Document("mill.txt", "Something else.", "cd" * 32, "text/plain")):
        excerpt = excerpts(ANSWER, lambda source, document=document: document)[1]
        assert excerpt.lines == ()
        assert excerpt.quote == CITATION.quote
        assert "no longer" in excerpt.notice
