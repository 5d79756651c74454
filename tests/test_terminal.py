"""What a terminal shows."""

from __future__ import annotations

import io

from rich.console import Console

from rag.terminal import Screen, one_line
from rag.types import Chunk, Passage


def shown(passages: tuple[Passage, ...]) -> str:
    out = io.StringIO()
    Screen(Console(file=out, soft_wrap=True, highlight=False, markup=False)).passages(passages)
    return out.getvalue()


def test_a_search_that_finds_nothing_says_so() -> None:
    assert shown(()) == "No passage was found; a filter may leave too few documents.\n"


def test_a_passage_is_one_line_and_its_text_is_never_markup() -> None:
    chunk = Chunk("a.txt", "0" * 64, 0, 19, "[bold]One[/]\n\x1b[2Jtwo", ())
    assert shown((Passage(chunk, 0.5, 1),)) == "  1  0.5000  a.txt  [bold]One[/] [2Jtwo\n"


def test_a_long_line_is_cut_at_a_word() -> None:
    assert one_line("one two three", 9) == "one two …"
