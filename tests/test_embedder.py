from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ConfigurationError, IntegrityError
from rag.models.embedder import open_embedder
from rag.models.minilm import MAX_TOKENS, MODEL, TOKENIZER, MiniLM, batches
from rag.models.session import ModelFile

REFERENCE = Path(__file__).parent / "data" / "all-MiniLM-L6-v2-fp32.json"
ODD = ["", " ", "\0", "x\0y", "😀", "\ud800", "a" * 100_000, "word " * 20_000, "日本語のテキスト", "\u202e‮ rtl"]


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    seeds = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
    lines = [line for path in seeds for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return lines[:80]


def test_vectors_agree_with_the_model_in_fp32(embedder: MiniLM):
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    found = embedder.embed_documents(reference["texts"])
    assert (found * np.array(reference["vectors"])).sum(axis=1).min() > 0.99


def test_a_text_has_the_same_vector_alone_and_in_any_batch(embedder: MiniLM, sentences: list[str]):
    together = embedder.embed_documents(sentences)
    backwards = embedder.embed_documents(sentences[::-1])[::-1]
    alone = np.stack([embedder.embed_question(text) for text in sentences])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(together, backwards, atol=1e-5)


def test_a_text_beside_one_with_wild_activations_keeps_its_vector(embedder: MiniLM):
    alone = embedder.embed_question("The cat sat on the mat.")
    for odd in ODD:
        np.testing.assert_allclose(embedder.embed_documents([odd, "The cat sat on the mat."])[1], alone, atol=1e-5)


def test_order_is_kept_over_windows(embedder: MiniLM, monkeypatch: pytest.MonkeyPatch, sentences: list[str]):
    whole = embedder.embed_documents(sentences)
    monkeypatch.setattr("rag.models.minilm.WINDOW", 7)
    np.testing.assert_allclose(embedder.embed_documents(sentences), whole, atol=1e-5)


def test_every_text_has_a_vector_of_unit_length_however_odd(embedder: MiniLM):
    found = embedder.embed_documents(ODD)
    assert found.shape == (len(ODD), embedder.dimensions)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(embedder: MiniLM):
    assert embedder.embed_documents([]).shape == (0, 384)
    assert embedder.count_tokens([]) == []


def test_tokens_are_counted_over_the_whole_text_with_the_marks_around_it(embedder: MiniLM):
    assert embedder.count_tokens(["", "The cat sat.", "word " * 1000]) == [2, 6, 1002]


def test_only_the_first_256_tokens_are_seen(embedder: MiniLM):
    seen = "word " * (MAX_TOKENS - 2)
    first, second, third = embedder.embed_documents([seen, seen + "and much more", "other " + seen])
    np.testing.assert_allclose(first, second, atol=1e-5)
    assert first @ third < 0.9999


def test_near_meanings_are_nearer_than_far_ones(embedder: MiniLM):
    question = embedder.embed_question("Who may approve a refund?")
    near, far = embedder.embed_documents(["Refunds are approved by a team lead.", "The valley was flooded in 1953."])
    assert question @ near > question @ far + 0.3


def test_one_embedder_serves_many_threads(sentences: list[str]):
    embedder = MiniLM()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(embedder.embed_question, sentences))
    np.testing.assert_allclose(np.stack(found), embedder.embed_documents(sentences), atol=1e-5)


def test_the_name_tells_the_model_file_and_opens_it_again():
    name = open_embedder().name
    assert name == f"all-MiniLM-L6-v2@{MODEL.sha256[:12]}"
    assert open_embedder(name).name == name


def test_opening_reads_no_file():
    nowhere = ModelFile(Path("nowhere.onnx"), "0" * 64)
    assert MiniLM(model=nowhere).dimensions == 384


@pytest.mark.parametrize("part", ["model", "tokenizer"])
@pytest.mark.parametrize(
    ("content", "message"),
    [(None, r"cannot be read \(No such file"), (b"", "should have the sha256"), (b"garbage", "should have the sha256")],
)
def test_a_missing_or_other_file_is_told_with_the_remedy(
    tmp_path: Path, part: str, content: bytes | None, message: str
):
    shipped = {"model": MODEL, "tokenizer": TOKENIZER}
    path = tmp_path / shipped[part].path.name
    if content is not None:
        path.write_bytes(content)
    embedder = MiniLM(**{**shipped, part: ModelFile(path, shipped[part].sha256)})
    for _ in range(2):
        with pytest.raises(IntegrityError, match=f"{message}.*reinstall Footnote"):
            embedder.embed_question("hello")


def test_one_flipped_bit_is_noticed(tmp_path: Path):
    path = tmp_path / "model.onnx"
    shutil.copy(MODEL.path, path)
    with path.open("r+b") as file:
        file.seek(10_000_000)
        byte = file.read(1)[0]
        file.seek(10_000_000)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(IntegrityError, match="sha256"):
        MiniLM(model=ModelFile(path, MODEL.sha256)).embed_question("hello")


@pytest.mark.parametrize("spec", ["", "minilm", "openai:", "cohere:embed-4"])
def test_an_unknown_name_says_which_there_are(spec: str):
    with pytest.raises(ConfigurationError, match=r"there is no embedder named .*all-MiniLM-L6-v2.*openai:"):
        open_embedder(spec)


def test_the_packaged_model_of_another_version_is_refused_by_name():
    with pytest.raises(ConfigurationError, match="this version of Footnote ships all-MiniLM-L6-v2@"):
        open_embedder("all-MiniLM-L6-v2@0123456789ab")


def test_batches_hold_every_text_once_shortest_first_within_the_tokens():
    lengths = [5, 200, 3, 3, 90, 256, 7]
    groups = batches(lengths, 256)
    order = [index for group in groups for index in group]
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[i] for i in order] == sorted(lengths)
    assert all(len(group) * max(lengths[i] for i in group) <= 256 for group in groups)


def test_the_model_file_is_small_enough_to_ship():
    assert MODEL.path.stat().st_size < 25_000_000
