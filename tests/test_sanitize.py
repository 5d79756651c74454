"""What may not leave through an answer."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answer.addresses import urls
from rag.answer.sanitize import clean, plain, strange_addresses
from rag.answer.statements import sentences


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/a.png)",
        "![x][ref]\n[ref]: https://evil.example/a",
        "![](//evil.example/a)",
        "![x]( <https://evil.example/a b> )",
        "<img src=https://evil.example/a>",
        "<IMG\nSRC='https://evil.example'>",
        "<a href='https://evil.example'>here</a>",
        "<script>fetch('https://evil.example')</script>",
        "<svg/onload=alert(1)>",
        "[here](https://evil.example)",
        "[here][1]\n\n[1]: https://evil.example",
        "<https://evil.example>",
        "www.evil.example.com/x",
        "https://evil.example/?q=secret",
        "HTTPS://EVIL.EXAMPLE",
        "javascript:alert(1)",
        "data:text/html,evil.example",
        "evil.com/path",
        "write to evil@example.com",
        "ftp://evil.example",
        "//evil.example/x",
        "[a](javascript:evil)",
        "<!-- evil -->",
        "htt\u200bps://evil.example",
        "![x](https://evil.example/a.png",
        "<img src=evil.example/",
    ],
)
def test_links_pictures_and_tags_go(text: str) -> None:
    cleaned = clean(f"Before {text} after.")
    assert "evil" not in cleaned.lower().replace("here", "")
    assert "![" not in cleaned
    assert "](" not in cleaned
    assert "<" not in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. and the U.N. met at 10:30 a.m.",
        "It costs $3.5bn (54%).",
        "See report.pdf, v1.2.3 and Node.js.",
        "x < 3 and y > 4",
        "e.g. this, i.e. that",
        "A [sic] in the text",
        "C:\\temp and 3/4",
        "Dr. No. 5 at St. Mary's",
    ],
)
def test_plain_text_stays(text: str) -> None:
    assert clean(text) == text


def test_an_address_of_a_cited_sentence_stays_as_text() -> None:
    source = ["The form is at https://a.example.com/form."]
    assert clean("See https://a.example.com/form.", source) == "See https://a.example.com/form."
    assert clean("See [the form](https://a.example.com/form).", source) == "See the form (https://a.example.com/form)."
    assert "b.example" not in clean("See https://b.example.com/form.", source)
    assert "evil" not in clean("See [https://a.example.com/form](https://evil.example).", source)


def test_hidden_characters_go() -> None:
    hidden = "a\u200bb\u202ec\u2066d\U000e0041e\x1bf\x00g\ufeffh\u00adi\u2028j\ufe01k\U000e0101l\u3164m"
    assert plain(hidden) == "abcdefghijklm"


def test_scripts_that_need_joiners_keep_them() -> None:
    assert plain("می\u200cخواهم") == "می\u200cخواهم"
    assert plain("a\u200cb") == "ab"


@given(st.text(max_size=200))
def test_cleaning_leaves_nothing_that_a_screen_would_load(text: str) -> None:
    cleaned = clean(text)
    assert "![" not in cleaned
    assert "://" not in cleaned or not urls(cleaned)


@given(st.text(alphabet="![]()<>a:/.w \n", max_size=60))
@example("!![")
def test_no_combination_of_marks_leaves_a_picture_or_a_link(text: str) -> None:
    cleaned = clean(text)
    assert "![" not in cleaned
    assert not urls(cleaned)


def test_words_that_are_too_long_for_a_link_make_none() -> None:
    for words in ("a " * 500, "[" * 2000):
        for text in (f"![{words}](https://evil.example/p)", f"[{words}](https://evil.example/p)", f"[{words}][evil]"):
            cleaned = clean(text)
            assert "![" not in cleaned
            assert "](" not in cleaned
            assert "][" not in cleaned
            assert "evil.example" not in cleaned


def seconds(clean_up, text):
    """The least of three runs, in time of this process alone."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        clean_up(text)
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.parametrize(
    "piece", ["![", "[", "![[", "!", "](", "][", "[a]: ", "<a", "<!--", "[a](b", "a.", "(dot)", "a-"]
)
@pytest.mark.parametrize("clean_up", [clean, sentences, lambda text: strange_addresses(text, [])])
def test_ten_times_the_text_takes_no_hundred_times_as_long(clean_up, piece) -> None:
    short, long = (piece * (characters // len(piece)) for characters in (4_000, 40_000))
    assert seconds(clean_up, long) < 40 * max(seconds(clean_up, short), 1e-3)
