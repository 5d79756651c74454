from __future__ import annotations

from pathlib import Path

import pytest

from eval.gold import GoldError, load
from rag.types import Chunk, Document, Passage, Sentence
from ui import gold

TEXT = "The old mill opened in 1921. It closed in 1964.\nIt closed in 1964."
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain")
CHUNK = Chunk("mill.txt", DOCUMENT.sha256, 0, len(TEXT), TEXT, (Sentence(0, 28), Sentence(29, 47), Sentence(48, 66)))
PASSAGE = Passage(CHUNK, 1.0, 1)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Document]:
    documents = {"mill.txt": DOCUMENT}
    monkeypatch.setattr(gold, "home", lambda: tmp_path / "library")
    monkeypatch.setattr(gold, "finder", lambda: documents.get)
    return documents


def test_the_chosen_sentence_is_the_evidence_where_it_stands(library: dict[str, Document], tmp_path: Path) -> None:
    kept = gold.keep_answerable("When did the mill close?", PASSAGE, Sentence(48, 66), " 1964 ")
    assert kept == tmp_path / "library-gold.jsonl"
    (item,) = load(kept)
    ((evidence,),) = item.evidence
    assert (evidence.start, evidence.end, evidence.quote, item.answers) == (48, 66, "It closed in 1964.", ("1964",))


def test_without_words_of_ones_own_the_evidence_is_the_answer(library: dict[str, Document]) -> None:
    (item,) = load(gold.keep_answerable("When did it open?", PASSAGE, Sentence(0, 28), ""))
    assert item.answers == ("The old mill opened in 1921.",)


def test_a_document_that_is_gone_or_has_changed_is_told(library: dict[str, Document]) -> None:
    library["mill.txt"] = Document("mill.txt", "Another text.", "cd" * 32, "text/plain")
    with pytest.raises(GoldError, match="mark the words again"):
        gold.keep_answerable("When?", PASSAGE, Sentence(0, 28), "")
    del library["mill.txt"]
    with pytest.raises(GoldError, match="no longer in the library"):
        gold.keep_answerable("When?", PASSAGE, Sentence(0, 28), "")
    assert not gold.file().exists()


@pytest.mark.parametrize(
    ("marked", "near", "span"),
    [
        ("It closed in 1964.", 48, (48, 66)),
        ("mill  opened\r\nin", 8, (8, 22)),
        ("1964. It closed", -1, (42, 57)),
        ("old mill", 3, (4, 12)),
    ],
)
def test_marked_words_are_found_where_they_were_marked_whatever_the_white_space(
    library: dict[str, Document], marked: str, near: int, span: tuple[int, int]
) -> None:
    (item,) = load(gold.keep_marked("When did the mill close?", "mill.txt", marked, near, ""))
    ((evidence,),) = item.evidence
    assert (evidence.start, evidence.end) == span
    assert evidence.quote == TEXT[slice(*span)]


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("It closed in 1964.", "stand 2 times in mill.txt; select the place"),
        ("It burned down.", "does not stand in mill.txt"),
        (" \n", "no words were marked"),
    ],
)
def test_marked_words_that_are_not_there_once_are_told(library: dict[str, Document], marked: str, words: str) -> None:
    with pytest.raises(GoldError, match=words):
        gold.keep_marked("When?", "mill.txt", marked, -1, "")
    with pytest.raises(GoldError, match="no longer in the library"):
        gold.keep_marked("When?", "gone.txt", marked, -1, "")


def test_a_question_that_the_documents_do_not_answer_needs_a_wrong_answer_and_a_note(
    library: dict[str, Document],
) -> None:
    for wrong, note in (("", "It says when, not who."), ("1921", " ")):
        with pytest.raises(GoldError, match="fill in both") as told:
            gold.keep_unanswerable("Who owned the mill?", wrong, note)
        assert "--" not in str(told.value)
    (item,) = load(gold.keep_unanswerable("Who owned the mill?", "1921", "It says when, not who."))
    assert (item.answerable, item.plausible_wrong) == (False, ("1921",))
    with pytest.raises(GoldError, match="asks this already"):
        gold.keep_unanswerable("who owned the mill", "1921", "It says when, not who.")


@pytest.mark.parametrize("question", ["", " \n"])
def test_an_empty_question_is_told(library: dict[str, Document], question: str) -> None:
    with pytest.raises(GoldError, match="this one is empty"):
        gold.keep_marked(question, "mill.txt", "old mill", -1, "")
    with pytest.raises(GoldError, match="this one is empty"):
        gold.keep_unanswerable(question, "1921", "It says when, not who.")
    assert not gold.file().exists()
