from __future__ import annotations

import pytest

from rag.answer.mentions import mentioning
from rag.ingest.sentences import split
from rag.types import Chunk, Document, Passage

TEXTS = {
    "lease": "The hoist\n\nIt rained. The hoist at the east pontoon was paid for.",
    "notes": "Halden Marine delivered the hoist. The hoist works.",
    "menu": "Soup is served on Fridays.",
}
DOCUMENTS = {name: Document(name, text, name.ljust(64, "0"), "text/plain") for name, text in TEXTS.items()}
PASSAGES = [
    Passage(Chunk(name, one.sha256, 0, len(one.text), one.text, split(one.text)), 1.0, rank)
    for rank, (name, one) in enumerate(DOCUMENTS.items(), start=1)
]


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        (
            "Which documents mention the hoist?",
            ["The hoist at the east pontoon was paid for.", "Halden Marine delivered the hoist."],
        ),
        ("which files talk about Halden Marine", ["Halden Marine delivered the hoist."]),
        ("What texts are about soup?", ["Soup is served on Fridays."]),
        ("Which documents mention a dentist?", []),
        ("Which documents mention it?", []),
        ("Which documents mention the hoisting?", []),
        (
            "Which documents mention hoists?",
            ["The hoist at the east pontoon was paid for.", "Halden Marine delivered the hoist."],
        ),
        ("Who mentions the hoist?", []),
    ],
)
def test_the_first_sentence_of_each_document_that_holds_all_the_words(question: str, stated: list[str]) -> None:
    found = mentioning(question, PASSAGES, DOCUMENTS)
    assert [one.text for one in found] == stated
    assert all(one.confidence > 0.99 for one in found)


SPELLED = {
    "wells": "The meeting in Wells was short.",
    "well": "The new pump works well.",
    "leeds": "The office in Leeds has no roof.",
    "hull": "The harbour of Hull was closed in 2019.",
    "roses": "A rose for every guest, said Mr Adams.",
}


@pytest.mark.parametrize(
    ("asked", "sources"),
    [
        ("Wells", ["wells"]),
        ("the Adam", []),
        ("Mr Adams's guest", ["roses"]),
        ("the year 2019", ["hull"]),
        ("the city Hull", ["hull"]),
        ("the word roof", ["leeds"]),
        ("the subject of offices", ["leeds"]),
        ("Leeds or Hull", ["leeds", "hull"]),
        ("either Wells, Leeds, or Hull", ["wells", "leeds", "hull"]),
        ("Leeds or it", ["leeds"]),
        ('the words "Leeds or Hull"', []),
        ("roses, please", ["roses"]),
        ("harbours at all?", ["hull"]),
        ("the name of the harbour", []),
    ],
)
def test_names_go_by_their_spelling_and_words_that_frame_a_thing_are_not_looked_for(
    asked: str, sources: list[str]
) -> None:
    documents = {name: Document(name, text, name.ljust(64, "0"), "text/plain") for name, text in SPELLED.items()}
    passages = [
        Passage(Chunk(name, one.sha256, 0, len(one.text), one.text, split(one.text)), 1.0, rank)
        for rank, (name, one) in enumerate(documents.items(), start=1)
    ]
    found = mentioning(f"Which documents mention {asked}", passages, documents)
    assert [one.document.source for one in found] == sources
