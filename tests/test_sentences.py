from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.sentences import LONGEST, halve, split
from rag.types import Sentence

SEEDS = Path(__file__).parent.parent / "seeds"

STOPS = [
    "Mr. ",
    "U.S. ",
    "A",
    "a",
    ".",
    "!",
    "?",
    "…",
    "”",
    "“",
    '"',
    "5",
    "中。",
    ":) ",
    "word ",
    "The ",
    "http://x.y/z?a=b. ",
]
SPACES = [" ", "  ", "\n", "\r", "\r\n", "\n\n", "\t", "\f", "\u2028", "\x1c", "\u200b", "\x00"]
MARKS = ["1. ", "- ", "# ", "|", "```\n", "é", "e\u0301", "\ud800", "x" * 700, "and so on, " * 60]
PIECES = st.sampled_from(STOPS + SPACES + MARKS)
messy_texts = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


def texts_of(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text)]


@given(messy_texts)
def test_every_character_but_white_space_is_in_exactly_one_sentence(text):
    covered = [offset for s in split(text) for offset in range(s.start, s.end)]
    assert len(covered) == len(set(covered))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(covered)


@given(messy_texts)
def test_sentences_are_in_order_bounded_and_bear_no_white_space_around_them(text):
    sentences = split(text)
    assert list(sentences) == sorted(sentences, key=lambda s: s.start)
    for sentence in sentences:
        quote = text[sentence.start : sentence.end]
        assert quote
        assert quote == quote.strip()
        assert len(quote) <= LONGEST


@given(messy_texts, st.data())
def test_part_of_a_text_is_split_within_its_bounds(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    moved = tuple(Sentence(s.start + start, s.end + start) for s in split(text[start:end]))
    assert split(text, start, end) == moved


@given(messy_texts.filter(lambda text: len(text.strip()) > 1))
def test_halves_of_a_sentence_hold_all_of_it_and_are_shorter(text):
    whole = Sentence(len(text) - len(text.lstrip()), len(text.rstrip()))
    halves = halve(text, whole)
    assert all(h.end - h.start < whole.end - whole.start for h in halves)
    between = text[halves[0].end : halves[-1].start] if len(halves) == 2 else ""
    assert not between.strip()
    assert (halves[0].start, halves[-1].end) == (whole.start, whole.end)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Officials oppose it, U.S. officials say.", "Mr. Blinken met Mr. Netanyahu."],
        ["He declared, “We will not rest.”", "Then he left."],
        ["He declared, “young or old.”.", "Then he left."],
        ["“The crisis is painful.", "I feel it myself.”", "He wrote it."],
        ["It ended at 5 p.m. EST on Jan. 5.", "See No. 5 and Fig. 3.2.", "Pi is 3.14."],
        ["It began at 9 a.m.", "The room was full."],
        ["J. K. Rowling and Antony J. Blinken met.", "He works for Acme Inc.", "She does not."],
        ["Ask a.b@c.com or see https://x.org/a.html?q=1.", "Thank you!", "Really?!", "Yes..."],
        ["In the U.S. the law differs, e.g. Texas, i.e. there."],
        ["Use version 1.2.3 vs. 2.0 (cf. Smith et al. 2019)."],
        ["It is small.", "i want it", "."],
        ["This is it :)", "Now the rest."],
        ["これは文です。", "次の文。"],
    ],
)
def test_full_stops_end_sentences_only_where_a_reader_would_say_so(sentences):
    expected = [s for s in sentences if s != "."]
    if "." in sentences:
        expected[-1] += "."
    text = "".join(expected) if "。" in expected[0] else " ".join(expected)
    assert texts_of(text) == expected


def test_a_blank_line_ends_a_sentence_whatever_stands_before_it():
    assert texts_of("A heading\n\nText about the U.S.\r\n\r\nofficials and\n \t\nmore") == [
        "A heading",
        "Text about the U.S.",
        "officials and",
        "more",
    ]


def test_text_wrapped_at_a_column_is_put_together():
    text = (
        "Footnote answers questions over a folder of documents, and\n"
        "every sentence of an answer points at the characters that\n"
        "support it. Where the documents hold no answer it says so.\n"
        "The U.S. Department of State keeps a list of the officers of\n"
        "Ministries abroad; it is short.\n"
        "Another paragraph begins here without a blank line and it\n"
        "goes on."
    )
    assert [" ".join(s.split()) for s in texts_of(text)] == [
        "Footnote answers questions over a folder of documents, and every sentence of an answer points at the "
        "characters that support it.",
        "Where the documents hold no answer it says so.",
        "The U.S. Department of State keeps a list of the officers of Ministries abroad; it is short.",
        "Another paragraph begins here without a blank line and it goes on.",
    ]


def test_a_paragraph_a_line_needs_no_blank_lines_between():
    text = "Breach over last battle https://t.co/y1\n— John (@john) March 22, 2024\nMinister Dermer spoke\nHe left"
    assert texts_of(text) == text.split("\n")


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_items_headings_rows_and_code_stand_alone(line_break):
    lines = [
        "# Set-up",
        "- install the package",
        "- run it",
        "1. open the library",
        "2. ask",
        "| name | value |",
        "| a | b |",
        "```python",
        "import rag",
        "rag.ask(question)",
        "```",
        "left\tright",
    ]
    assert texts_of(line_break.join(lines)) == lines


def test_an_item_of_a_list_goes_on_over_a_wrapped_line():
    text = "- the first item is long enough to be wrapped at this\n  column and goes on\n- the second item"
    assert texts_of(text) == [text.split("\n- ")[0], "- the second item"]


def test_garbled_text_keeps_its_neighbours_whole():
    text = (SEEDS / "001_a21a77e1ce7b1e22.txt").read_text("utf-8")
    sentences = texts_of(text)
    for whole in [
        "The timing of the remark surprised the officials.",
        "November will see the Republican candidate, Trump.",
        "S. O. S. I. S. 1. the demonstrators shouted, “only you can save the day.”.",
        "“Thank you, Blinken, thank you, Biden. “.",
        "His visit to Jordan the following day was centered around humanitarian aid.",
    ]:
        assert whole in sentences
    assert any(
        s.endswith("the general consensus among U.S. s. officials that achieving his aim is impossible.")
        for s in sentences
    )


def test_no_sentence_of_the_seeds_is_a_stray_mark():
    for path in SEEDS.glob("*.txt"):
        assert min(len(s) for s in texts_of(path.read_text("utf-8"))) > 3


@pytest.mark.parametrize(
    "unit", ["x", "word ", ".", "A. ", '."', "! ? ", "“", "x.", " ", "\n", "Mr.\n", "_ ", "[", ". " + " " * 99]
)
def test_a_long_text_without_sentences_is_cut_at_a_bounded_length(unit):
    text = (unit * 50_000)[:50_000]
    sentences = split(text)
    assert all(s.end - s.start <= LONGEST for s in sentences)
    kept = "".join(text[s.start : s.end] for s in sentences)
    assert "".join(kept.split()) == "".join(text.split())


def test_a_long_sentence_is_cut_after_a_clause_else_at_a_space():
    clauses = texts_of("one two three four, " * 100)
    assert all(piece.endswith(",") for piece in clauses)
    words = texts_of("word " * 500)
    assert all(set(piece.split()) == {"word"} for piece in words)
