"""From a model's text to statements: its marks are read and taken out, and its words stay as they are."""

from __future__ import annotations

import pytest

from rag.answer.statements import sentences


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2**8 is 256 and 2**9 is 512 [1].", "2**8 is 256 and 2**9 is 512."),
        ("`__init__` calls __enter__ first [1].", "`__init__` calls __enter__ first."),
        ("3. Oktober ist ein Feiertag [1].", "3. Oktober ist ein Feiertag."),
        ("17. mai er en fridag [1].", "17. mai er en fridag."),
        ("Call main() and f( ) first [1].", "Call main() and f( ) first."),
        ("-5 degrees were measured [1].", "-5 degrees were measured."),
    ],
)
def test_what_only_looks_like_markup_stays(written: str, text: str) -> None:
    assert [found.text for found in sentences(written)] == [text]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("**Note**: it is **due** (**now**) [1].", "Note: it is due (now)."),
        ("[1]这是**重点**内容。", "这是重点内容。"),
        ("3. Open the valve [1].", "Open the valve."),
        ("2) the pump starts [1].", "the pump starts."),
        ("- The pump starts [1].", "The pump starts."),
        ("## The pump starts [1].", "The pump starts."),
    ],
)
def test_markup_is_taken_out(written: str, text: str) -> None:
    assert [found.text for found in sentences(written)] == [text]


@pytest.mark.parametrize(
    ("written", "text", "numbers"),
    [
        ("He won (see [3]–[5]).", "He won.", (3, 4, 5)),
        ("He won [3] - [5].", "He won.", (3, 4, 5)),
        ("He won ([1], [3]).", "He won.", (1, 3)),
        ("He won [^1]-[^2].", "He won.", (1, 2)),
    ],
)
def test_a_range_of_marks_stands_for_what_lies_between_and_leaves_no_brackets(
    written: str, text: str, numbers: tuple[int, ...]
) -> None:
    assert [(found.text, found.numbers) for found in sentences(written)] == [(text, numbers)]
