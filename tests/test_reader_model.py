from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.errors import IntegrityError
from rag.models.minilm import TOKENIZER
from rag.models.reader import BATCH_TOKENS, MAX_TOKENS, MODEL, Pair, Reader, Reading
from rag.models.session import ModelFile, open_session, open_tokenizer


class FakeSession:
    """Starts and ends at the token for "paris"; passages with it score 5, others -5; keeps the shapes it saw."""

    def __init__(self) -> None:
        self.paris = open_tokenizer(TOKENIZER).token_to_id("paris")
        self.shapes: list[tuple[int, int]] = []
        self.inputs: list[dict[str, np.ndarray]] = []

    def run(self, _: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        ids = inputs["input_ids"]
        self.shapes.append(ids.shape)
        self.inputs.append(inputs)
        hit = (ids == self.paris) & (inputs["token_type_ids"] == 1)
        logits = np.where(hit, 10.0, 0.0).astype(np.float32)
        return [logits, logits, np.where(hit.any(1), 5.0, -5.0).astype(np.float32)]


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def reader(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr("rag.models.session.open_session", lambda file, threads: session)
    return Reader(ModelFile(Path("unused.onnx"), ""))


def _best(reading: Reading | None, text: str) -> str:
    assert reading is not None
    return text[slice(*reading.spans[int(reading.starts.argmax())])]


def test_the_span_points_at_the_answers_characters(reader: Reader) -> None:
    text = "The talks – brief – were held in Paris."
    (reading,) = reader.read("Where?", [Pair(text)])
    assert _best(reading, text) == "Paris"


def test_probabilities_sum_to_one_over_the_passage_alone(reader: Reader) -> None:
    (reading,) = reader.read("Was Paris named?", [Pair("It was not.", context="Paris")])
    assert reading is not None
    assert len(reading.spans) == len(reading.starts)
    assert reading.starts.sum() == pytest.approx(1)


def test_readings_come_in_the_order_of_the_passages(reader: Reader) -> None:
    texts = ["In Paris. " + "Words follow here. " * 30, "Nowhere.", "So it was Paris then."]
    readings = reader.read("Where?", [Pair(text) for text in texts])
    assert [reading.score for reading in readings if reading] == [5.0, -5.0, 5.0]


def test_a_passage_without_a_token_has_no_reading(reader: Reader) -> None:
    assert reader.read("Where?", [Pair(""), Pair(" \n")]) == [None, None]


def test_no_passages_need_no_model(reader: Reader, session: FakeSession) -> None:
    assert reader.read("Where?", []) == []
    assert session.shapes == []


def test_a_passage_of_one_character_is_read(reader: Reader) -> None:
    (reading,) = reader.read("Where?", [Pair("x")])
    assert reading is not None
    assert reading.spans == ((0, 1),)


def test_the_end_of_a_very_long_passage_is_read_too(reader: Reader, session: FakeSession) -> None:
    text = "Many words stand here. " * 4_000 + "It was in Paris."
    assert len(text) > 90_000
    (reading,) = reader.read("Where?", [Pair(text)])
    assert _best(reading, text) == "Paris"
    assert all(width <= MAX_TOKENS for _, width in session.shapes)
    assert all(rows * width <= BATCH_TOKENS for rows, width in session.shapes)


@pytest.mark.parametrize("where", ["start", "end"])
def test_windows_leave_no_token_out(reader: Reader, session: FakeSession, where: str) -> None:
    text = " ".join(f"w{i}" for i in range(700))
    reader.read("Where?", [Pair(text)])
    seen = {int(i) for inputs in session.inputs for i in inputs["input_ids"].ravel()}
    assert set(open_tokenizer(TOKENIZER).encode(text).ids) <= seen


def test_a_question_of_a_thousand_words_is_cut_and_says_so(reader: Reader, session: FakeSession) -> None:
    question = "why " * 1_000
    (reading,) = reader.read(question, [Pair("It was in Paris.")])
    assert reading is not None
    assert reader.truncates(question)
    assert not reader.truncates("Where was it?")
    assert session.shapes[0][1] <= MAX_TOKENS


def test_a_context_longer_than_the_model_takes_leaves_room_for_the_passage(reader: Reader) -> None:
    text = "It was in Paris."
    (reading,) = reader.read("Where?", [Pair(text, context="a long heading " * 200)])
    assert _best(reading, text) == "Paris"


def test_lone_surrogates_do_not_stop_the_reader(reader: Reader) -> None:
    text = "\ud800 It was in Paris."
    (reading,) = reader.read("Where \udc00?", [Pair(text)])
    assert _best(reading, text) == "Paris"


@pytest.mark.parametrize("damage", ["missing", "truncated", "other"])
def test_a_damaged_model_file_is_named_with_its_remedy(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "reader.onnx"
    if damage == "truncated":
        path.write_bytes(MODEL.path.read_bytes()[:1000])
    elif damage == "other":
        path.write_bytes(b"something else")
    with pytest.raises(IntegrityError, match=r"reader\.onnx.*reinstall"):
        Reader(ModelFile(path, MODEL.sha256)).read("Where?", [Pair("In Paris.")])


@pytest.fixture(scope="module")
def packaged() -> Reader:
    return Reader(threads=1)


def test_the_packaged_reader_finds_a_plain_answer(packaged: Reader) -> None:
    text = "The committee met on Monday. It elected Maria Keller as its new president. Lunch was served at noon."
    (reading,) = packaged.read("Who was elected president of the committee?", [Pair(text)])
    assert reading is not None
    start = reading.spans[int(reading.starts.argmax())][0]
    assert text.index("It elected") <= start < text.index("Lunch")


def test_the_packaged_reader_prefers_the_passage_that_answers(packaged: Reader) -> None:
    passages = [
        "The committee met on Monday and talked for three hours about the budget of the city.",
        "The committee elected Maria Keller as its new president on Monday.",
        "Elections to the parliament are held every four years in spring.",
    ]
    readings = packaged.read("Who was elected president of the committee?", [Pair(text) for text in passages])
    scores = [reading.score for reading in readings if reading]
    assert max(scores) == scores[1]


def test_a_reading_does_not_depend_on_what_is_read_beside_it(packaged: Reader) -> None:
    pair = Pair("The committee elected Maria Keller as its new president on Monday.")
    others = [Pair("Something else entirely stands in this one here, at the same length."), Pair("One more. " * 60)]
    (alone,) = packaged.read("Who was elected?", [pair])
    together = packaged.read("Who was elected?", [*others, pair])[-1]
    assert alone is not None
    assert together is not None
    assert together.score == pytest.approx(alone.score, abs=1e-3)
    np.testing.assert_allclose(together.starts, alone.starts, atol=1e-3)


def test_the_packaged_model_is_small_and_takes_any_batch() -> None:
    assert MODEL.path.stat().st_size <= 25_000_000
    inputs = {i.name: i.shape for i in open_session(MODEL, threads=1).get_inputs()}
    assert set(inputs) == {"input_ids", "attention_mask", "token_type_ids"}
    assert all(isinstance(axis, str) for shape in inputs.values() for axis in shape)
