"""The reader as an ONNX graph: the shared BERT builder with the reader's three heads on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from training.onnx_bert import Array, Float, Graph, Linear, RowInt8, bert
from training.reader.network import HEADS, LAYERS, MASKED, WIDTH

MAX_TOKENS = 256
ABOUT = "Footnote's reader, eight bits; Apache-2.0; base model sentence-transformers/all-MiniLM-L6-v2"
PUBLISHED = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mix": "attention.output.dense",
    "mix_norm": "attention.output.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "norm": "output.LayerNorm",
}
"""Our names of a layer's parts, and those in BERT's published files."""


def published_names(state: Mapping[str, Array]) -> dict[str, Array]:
    """The encoder's weights under their published names, positions cut to `MAX_TOKENS`; the heads' as they are."""
    named = {}
    for name, value in state.items():
        inner = name.removeprefix("encoder.")
        if inner.startswith("layers."):
            _, layer, part, kind = inner.split(".")
            inner = f"encoder.layer.{layer}.{PUBLISHED[part]}.{kind}"
        named[inner] = value
    places = "embeddings.position_embeddings.weight"
    return named | {places: named[places][:MAX_TOKENS]}


def reader(weights: Mapping[str, Array], linear: Linear) -> onnx.ModelProto:
    """Ids, mask and segments in; start and end logits a token and the answer logit a pair out."""
    graph = Graph()
    states = bert(graph, weights, linear, LAYERS, HEADS, segments=True)
    graph.constant("after.batch", np.array([1], np.int64))
    graph.constant("after.all", np.array([-1], np.int64))
    pooled = _spans(graph, weights, states)
    first = graph.add("Gather", [states, graph.constant("cls", np.array([0], np.int64))], "cls.token", axis=1)
    cls = graph.add("Squeeze", [first, "after.batch"], "cls.state")
    joined = graph.add("Concat", [cls, *pooled], "joined", axis=-1)
    judged = graph.add("Gelu", [_dense(graph, weights, joined, "judge")], "judged")
    graph.add("Squeeze", [_dense(graph, weights, judged, "answers.column", "answers"), "after.all"], "answers")
    outputs = {"start": ["texts", "tokens"], "end": ["texts", "tokens"], "answers": ["texts"]}
    return graph.model(["input_ids", "attention_mask", "token_type_ids"], outputs, ABOUT)


def _spans(graph: Graph, weights: Mapping[str, Array], states: str) -> list[str]:
    """Adds the outputs `start` and `end`; the states that each of them points at, shape (texts, hidden)."""
    inside = graph.add("Cast", ["token_type_ids"], "inside", to=TensorProto.FLOAT)
    outside = graph.add("Sub", [graph.constant("unit", np.array([1], np.float32)), inside], "outside")
    penalty = graph.add("Mul", [outside, graph.constant("masked", np.array([MASKED], np.float32))], "penalty")
    both = _dense(graph, weights, states, "span")
    pooled = []
    for name, column in zip(("start", "end"), graph.split(both, ["start.column", "end.column"]), strict=True):
        logits = graph.add("Add", [graph.add("Squeeze", [column, "after.all"], f"{name}.raw"), penalty], name)
        share = graph.add("Softmax", [logits], f"{name}.share", axis=-1)
        row = graph.add("Unsqueeze", [share, "after.batch"], f"{name}.row")
        state = graph.add("MatMul", [row, states], f"{name}.mean")
        pooled.append(graph.add("Squeeze", [state, "after.batch"], f"{name}.state"))
    return pooled


def _dense(graph: Graph, weights: Mapping[str, Array], x: str, name: str, source: str = "") -> str:
    """A small product with its bias; its weights are kept in half precision."""
    source = source or name
    half = graph.constant(f"{source}.half", weights[f"{source}.weight"].T.astype(np.float16))
    full = graph.add("Cast", [half], f"{source}.full", to=TensorProto.FLOAT)
    product = graph.add("MatMul", [x, full], f"{source}.product")
    return graph.add("Add", [product, graph.constant(f"{source}.bias", weights[f"{source}.bias"])], name)


def smoothing(weights: Mapping[str, Array], inputs: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Per product after a layer normalisation, sqrt(largest activation / largest weight) of each channel."""
    linear = Float()
    model = reader(weights, linear)
    products = {name: x for name, x in linear.inputs.items() if name.endswith((".qkv", ".wide"))}
    model.graph.output.extend(helper.make_tensor_value_info(x, TensorProto.FLOAT, None) for x in products.values())
    session = onnxruntime.InferenceSession(model.SerializeToString())
    largest = {name: np.full(WIDTH, 1e-3, np.float32) for name in products}
    for batch in inputs:
        for name, values in zip(products, session.run(list(products.values()), dict(batch)), strict=True):
            kept = np.abs(values[batch["attention_mask"].ravel() == 1]).max(axis=0)
            largest[name] = np.maximum(largest[name], kept)
    matrices = {c.name: onnx.numpy_helper.to_array(c) for c in model.graph.initializer}
    divisors = {name: np.sqrt(largest[name] / np.abs(matrices[f"{name}.w"]).max(axis=1)) for name in products}
    return {name: (d / np.exp(np.log(d).mean())).astype(np.float32) for name, d in divisors.items()}


def eight_bit(weights: Mapping[str, Array], inputs: Sequence[Mapping[str, Array]]) -> onnx.ModelProto:
    """Eight bits, each token scaled by itself: a pair's logits do not depend on what else is in its batch."""
    return reader(weights, RowInt8(smoothing(weights, inputs)))
