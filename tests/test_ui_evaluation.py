from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from eval.folder import Meta, append, open_for
from eval.rows import Row
from ui.views import evaluation
from ui.views.evaluation import when


def _page() -> None:
    from ui.views import evaluation

    evaluation.page()


def _row(name: str) -> Row:
    return Row(
        id=name,
        question=f"{name}?",
        kind="fact",
        answerable=True,
        cluster=name,
        status="ok",
        outcome="answered",
        text="t",
    )


def _run(folder: Path, *names: str) -> Path:
    open_for(folder, Meta(name="gold", gold_sha256="a", corpus_sha256="b"))
    for name in names:
        append(folder, _row(name))
    return folder


@pytest.mark.parametrize(
    ("name", "said"),
    [("20261121-095003", "21 Nov 2026, 09:50:03 UTC"), ("before-the-change", "before-the-change"), ("None", "None")],
)
def test_a_run_is_named_by_its_time(name: str, said: str) -> None:
    assert when(name) == said


def test_a_run_is_read_as_far_as_it_has_come(tmp_path: Path) -> None:
    folder = _run(tmp_path / "20261121-100000", "one")
    assert len(evaluation._run(folder).rows) == 1
    append(folder, _row("two"))
    assert len(evaluation._run(folder).rows) == 2


def test_of_two_runs_of_one_minute_the_one_that_is_chosen_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "library"))
    for name in ("20261121-095003", "20261121-095055"):
        _run(tmp_path / "library-runs" / name, name)
    app = AppTest.from_function(_page, default_timeout=60).run()
    labels = app.selectbox(key="run").options
    assert len(set(labels)) == 2
    app.selectbox(key="run").set_value(labels[1]).run()
    assert not app.exception
    assert any("095003?" in one.label for one in app.expander)
