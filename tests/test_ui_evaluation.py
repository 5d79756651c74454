from __future__ import annotations

import pytest

from ui.views.evaluation import when


@pytest.mark.parametrize(
    ("name", "said"),
    [("20261121-095003", "21 Nov 2026, 09:50 UTC"), ("before-the-change", "before-the-change"), ("None", "None")],
)
def test_a_run_is_named_by_its_time(name: str, said: str) -> None:
    assert when(name) == said
