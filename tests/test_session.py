from __future__ import annotations

import gc
import os
import signal
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rag.errors import IntegrityError
from rag.models import session
from rag.models.minilm import MODEL, TOKENIZER
from rag.models.session import ModelFile, PackagedModel, encodable, open_beside, open_tokenizer

UNUSED = ModelFile(Path("unused.onnx"), "")


class Doubles:
    """A session whose outputs are its inputs, twice."""

    def run(self, _: None, inputs: dict[str, Any]) -> list[Any]:
        return [inputs["x"], inputs["x"]]


def test_many_threads_open_one_session(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[ModelFile] = []

    def opening(file: ModelFile, threads: int) -> Doubles:
        time.sleep(0.01)
        opened.append(file)
        return Doubles()

    monkeypatch.setattr(session, "open_session", opening)
    model = PackagedModel(UNUSED, TOKENIZER)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda x: model.run({"x": x}), range(16))) == [[x, x] for x in range(16)]
    assert opened == [UNUSED]


def test_making_a_model_opens_nothing_and_opening_it_says_what_is_missing() -> None:
    model = PackagedModel(ModelFile(Path("nowhere.onnx"), "0" * 64), TOKENIZER)
    with pytest.raises(IntegrityError, match=r"nowhere\.onnx cannot be read"):
        model.open()


def test_a_file_that_was_put_back_is_opened_without_a_new_start(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    model = PackagedModel(MODEL, ModelFile(path, TOKENIZER.sha256))
    with pytest.raises(IntegrityError):
        model.open()
    path.write_bytes(TOKENIZER.path.read_bytes())
    model.open()


def test_models_of_one_file_share_its_session_and_the_last_lets_go_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Doubles] = []

    def opening(file: ModelFile, threads: int) -> Doubles:
        opened.append(Doubles())
        return opened[-1]

    monkeypatch.setattr(session, "open_session", opening)
    file = ModelFile(Path("shared.onnx"), "")
    first, second = PackagedModel(file, TOKENIZER), PackagedModel(file, TOKENIZER)
    for model in (first, second, PackagedModel(ModelFile(Path("other.onnx"), ""), TOKENIZER)):
        model.open()
    assert len(opened) == 2
    held = weakref.ref(opened[0])
    opened.clear()
    del first
    gc.collect()
    assert held() is not None
    del second, model
    gc.collect()
    assert held() is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_does_not_wait_for_what_its_parent_was_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    file, began, go_on = ModelFile(Path("forked.onnx"), ""), threading.Event(), threading.Event()

    def opening(_: ModelFile, threads: int) -> Doubles:
        began.set()
        go_on.wait()
        return Doubles()

    monkeypatch.setattr(session, "open_session", opening)
    held = PackagedModel(file, TOKENIZER)
    waiting = threading.Thread(target=held.run, args=({"x": 1},))
    waiting.start()
    began.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        go_on.set()
        os._exit(0 if all(m.run({"x": 2}) == [2, 2] for m in (PackagedModel(file, TOKENIZER), held)) else 1)
    go_on.set()
    waiting.join()
    assert os.waitpid(child, 0)[1] == 0


def test_models_with_one_tokenizer_share_it_and_leave_others_theirs() -> None:
    first, second = PackagedModel(MODEL, TOKENIZER), PackagedModel(UNUSED, TOKENIZER)
    assert first.tokenizer is second.tokenizer
    assert open_tokenizer(TOKENIZER) is not first.tokenizer


@pytest.mark.parametrize("threads", [1, 4])
def test_results_come_in_the_order_of_their_batches(threads: int) -> None:
    model = PackagedModel(UNUSED, TOKENIZER, threads)
    assert model.each(lambda n: time.sleep(0.01 / n) or n, [1, 2, 3, 4, 5]) == [1, 2, 3, 4, 5]
    assert model.each(lambda n: n, []) == []


def test_one_batch_is_run_where_it_was_asked_for() -> None:
    model = PackagedModel(UNUSED, TOKENIZER, threads=4)
    assert model.each(lambda _: threading.get_ident(), [1]) == [threading.get_ident()]


def test_a_lone_surrogate_becomes_one_character_that_can_be_encoded() -> None:
    assert encodable(["a\ud800b", "", "é"]) == ["a?b", "", "é"]


def test_models_are_opened_beside_and_a_damaged_one_is_told_at_its_use() -> None:
    damaged, opened = PackagedModel(ModelFile(Path("nowhere.onnx"), "0" * 64), TOKENIZER), threading.Event()

    class Whole:
        def open(self) -> None:
            opened.set()

    open_beside(Whole(), object(), damaged)
    assert opened.wait(30)
    with pytest.raises(IntegrityError):
        damaged.open()
