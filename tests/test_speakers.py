from __future__ import annotations

import pytest

from rag.answer.speakers import cited_spans, speaker
from rag.ingest.sentences import LONGEST, split
from rag.types import Document

QUOTED = (
    "Hospital struck\n\n"
    '"The hospital was hit by 12 rockets. It was dark. Nobody was warned," said Abu Karim, a spokesman.\n\n'
    "The army denied it."
)
CLAIMS = (
    "The ministry makes three claims:\n\n- The bridge cost 40 million euros.\n- The dam is full. It leaks.\n\n"
    "The tunnel was flooded."
)
QUAYS = ", ".join(f"the quay of number {n} lost {n} of its moorings" for n in range(60))


def told(text: str, words: str) -> str | None:
    """What says who speaks in the sentence with these words."""
    document = Document("a", text, "0" * 64, "text/plain")
    sentence = next((s.start, s.end) for s in split(text) if words in text[s.start : s.end])
    span = speaker(document, sentence)
    return None if span is None else " ".join(text[slice(*span)].split())


@pytest.mark.parametrize(
    ("text", "words", "speaks"),
    [
        (QUOTED, "12 rockets", 'Nobody was warned," said Abu Karim, a spokesman.'),
        (QUOTED, "dark", 'Nobody was warned," said Abu Karim, a spokesman.'),
        (QUOTED, "Nobody", None),
        (QUOTED, "denied", None),
        ("Karim said: “It was hit. Nobody was warned.”", "Nobody", "Karim said: “It was hit."),
        ("Karim said: “It was hit. Nobody was warned.”", "It was hit", None),
        ("“It was hit,” she added. “It was dark. I ran.”", "I ran", "“It was hit,” she added."),
        ("‘It’s hit. They’re gone,’ said Karim.", "It’s hit", "They’re gone,’ said Karim."),
        ("“It was hit.” The army denied it.", "denied", None),
        ("The so-called “Blue Book” is old. It rained.", "It rained", None),
        ('The 5" pipe and the 6" pipe leak. It rained.', "It rained", None),
        ('"It never paid. Rufus Cole owned it. It burned. "It began there," said Ann Lund.', "Rufus", None),
    ],
)
def test_a_quotation_of_several_sentences_has_its_speaker_at_one_end(text: str, words: str, speaks: str | None) -> None:
    assert told(text, words) == speaks


@pytest.mark.parametrize(
    ("text", "words", "speaks"),
    [
        (CLAIMS, "bridge", "The ministry makes three claims:"),
        (CLAIMS, "dam", "The ministry makes three claims:"),
        (CLAIMS, "leaks", "The ministry makes three claims:"),
        (CLAIMS, "tunnel", None),
        ("The fees are:\n\n- Adults pay £286.", "Adults", None),
        ("**According to the ministry:**\n\n1. The dam is full.", "dam", "**According to the ministry:**"),
        ("Karim wrote:\n\nThe hospital was hit. It was dark.\n\nIt rained.", "dark", "Karim wrote:"),
        ("Karim wrote:\n\nThe hospital was hit. It was dark.\n\nIt rained.", "rained", None),
        ("The survey reported:\n\n| Dam | full |\n| Bridge | shut |", "Bridge", "The survey reported:"),
    ],
)
def test_a_list_has_its_speaker_in_the_line_above_that_ends_in_a_colon(
    text: str, words: str, speaks: str | None
) -> None:
    assert told(text, words) == speaks


@pytest.mark.parametrize(
    ("text", "words", "speaks"),
    [
        (f"According to the harbour master, {QUAYS}.", "number 45 ", "According to the harbour master"),
        (f"According to the harbour master, {QUAYS}.", "number 2 ", None),
        (f"In the spring, {QUAYS}, the harbour master said.", "number 2 ", "the harbour master said."),
        (f"In the spring, {QUAYS}.", "number 45 ", None),
    ],
)
def test_a_sentence_that_was_cut_has_its_speaker_at_its_head_or_tail(text: str, words: str, speaks: str | None) -> None:
    assert len(text) > LONGEST
    assert told(text, words) == speaks


def test_what_is_boilerplate_names_no_speaker() -> None:
    text = "The ministry said:\n\n- The dam is full."
    document = Document("a", text, "0" * 64, "text/plain", boilerplate=((0, 18),))
    assert speaker(document, (20, len(text))) is None


def test_neighbours_are_one_span_and_others_two() -> None:
    text = "Ann said:\n\n- One.\n- Two."
    assert cited_spans((11, 17), (0, 9), text) == ((0, 17),)
    assert cited_spans((18, 24), (0, 9), text) == ((18, 24), (0, 9))
    assert cited_spans((11, 17), None, text) == ((11, 17),)


@pytest.mark.parametrize(
    ("above", "speaks"),
    [
        ("The ministry claims:", True),
        ("According to the insurer:", True),
        ("The following were reported stolen:", False),
        ("Prices are expected to rise:", False),
    ],
)
def test_the_line_above_a_list_names_a_speaker_or_only_uses_a_verb_of_saying(above: str, speaks: bool) -> None:
    assert told(f"{above}\n\n- The crane.\n- The dam.", "crane") == (above if speaks else None)
