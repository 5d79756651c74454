from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from tests.ui_payloads import payloads
from ui.text import apart, count, day, plain, rich, sentence, short, size

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
FETCHES = ("image", "html_inline", "html_block", "link_open")


def _kinds(markdown: str) -> set[str]:
    found = set()
    for block in PARSER.parse(markdown):
        found.add(block.type)
        found |= {token.type for token in block.children or []}
    return found


def _shown(markdown: str) -> str:
    blocks = PARSER.parse(markdown)
    return "".join(t.content for b in blocks for t in b.children or [])


@pytest.mark.parametrize("payload", payloads("http://example.invalid"))
def test_nothing_that_fetches_or_leads_away_is_left(payload: str) -> None:
    for door in (plain, rich):
        written = door(payload)
        assert not _kinds(written) & set(FETCHES), written
        assert not re.search(r"https?://\w", _shown(written)), "the page makes a link of a bare address"
        assert not re.search(r"(?<!\\):[a-z-]+\[", written), "a directive is left"


@pytest.mark.parametrize(
    "text",
    [
        "a * b * c",
        "1. not a list",
        "# not a heading",
        "a_b_c",
        "`x`",
        "$5 and $6",
        "1 < 2 > 0",
        "~~x~~",
        "a|b",
        "&amp;",
    ],
)
def test_plain_shows_exactly_these_characters(text: str) -> None:
    assert _shown(plain(text)).replace("\u2060", "") == text
    assert _kinds(plain(text)) <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


def test_plain_is_one_line_without_invisible_characters() -> None:
    assert plain("a\n\nb\u202ec\x07") == "a bc"


def test_rich_keeps_emphasis_lists_code_and_tables() -> None:
    kinds = _kinds(rich("**a** and *b* and `c`\n\n- one\n- two\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n    code"))
    wanted = {"strong_open", "em_open", "code_inline", "bullet_list_open", "table_open", "fence"}
    assert wanted <= kinds


@pytest.mark.parametrize(("most", "shown"), [(13, "one two three"), (12, "one two…"), (7, "one…"), (2, "on…")])
def test_a_long_text_is_cut_at_a_word(most: int, shown: str) -> None:
    assert short("one  two\nthree", most) == shown


def test_words_for_numbers_dates_and_sizes() -> None:
    assert (count(1, "document"), count(1200, "passage")) == ("1 document", "1,200 passages")
    assert (day("2023-11-14"), day(""), day("soon")) == ("14 Nov 2023", "", "soon")
    assert (size(12), size(4077), size(2_500_000)) == ("12 B", "4 KB", "2.5 MB")


def test_labels_that_are_alike_bear_their_names() -> None:
    labels = {"2022.txt": "Annual report", "2023.txt": "Annual report", "z.txt": "Z"}
    assert list(apart(labels).values()) == ["2022.txt · Annual report", "2023.txt · Annual report", "Z"]
    assert apart({1: "It closed.", 2: "It closed."}) == {1: "1 · It closed.", 2: "2 · It closed."}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("no key is there", "No key is there."),
        ("No key is there.", "No key is there."),
        ("mill.txt is gone", "mill.txt is gone."),
        ("api.example.com refused the key", "api.example.com refused the key."),
    ],
)
def test_a_sentence_has_one_full_stop_and_a_capital_unless_a_name_begins_it(words: str, said: str) -> None:
    assert sentence(words) == said
