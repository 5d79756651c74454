"""BERT as an ONNX graph, written node by node from its weights, in fp32 or in eight bits.

Written rather than traced, because the shape of the graph decides half of its speed (onnxruntime 1.31 on a
processor): tokens run through the layers as one long matrix; query, key and value are one product; attention is the
fused operator; and layer normalisation is *not* fused with its addition, since `SkipLayerNormalization` takes four
times as long as `Add` and `LayerNormalization` together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

CONTRIB = "com.microsoft"
Array = NDArray[Any]
Weights = Mapping[str, Array]


class Graph:
    """Nodes and constants as they are added; every value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: Array) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, inputs: Sequence[str], name: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def split(self, value: str, names: Sequence[str]) -> Sequence[str]:
        """Equal parts of the last axis."""
        self.nodes.append(
            helper.make_node("Split", [value], names, name=value + ".split", axis=-1, num_outputs=len(names))
        )
        return names

    def model(self, inputs: Sequence[str], outputs: Mapping[str, Sequence[str | int]], about: str) -> onnx.ModelProto:
        """Inputs are token matrices `(texts, tokens)`; outputs are named with their shapes."""
        graph = helper.make_graph(
            self.nodes,
            "bert",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
            list(self.constants.values()),
        )
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=10, producer_name="footnote", doc_string=about
        )
        onnx.checker.check_model(model)
        return model


class Linear(Protocol):
    """How a product with a weight matrix is written."""

    def tokens(self, graph: Graph, weights: Array) -> str:
        """Looks up the token vectors of `input_ids`."""

    def product(self, graph: Graph, x: str, weights: Array, name: str) -> str:
        """`x @ weights.T` for `x` of shape (tokens, in) and weights of shape (out, in); no bias."""


class Float:
    """Products in fp32. `inputs` tells what each is fed with, for calibration."""

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}

    def tokens(self, graph: Graph, weights: Array) -> str:
        return graph.add("Gather", [graph.constant("tokens.w", weights), "input_ids"], "tokens")

    def product(self, graph: Graph, x: str, weights: Array, name: str) -> str:
        self.inputs[name] = x
        return graph.add("MatMul", [x, graph.constant(name + ".w", weights.T)], name)


@dataclass(frozen=True)
class RowInt8:
    """Products in eight bits, each token scaled by its own largest value.

    A scale over the whole batch, as `DynamicQuantizeLinear` takes, would make a text's vector depend on the texts
    beside it. Weights are scaled by output and use 7 of their 8 bits: two products 255 × 63 fit the 16 bits in which
    processors without VNNI add them, so the vectors are the same there.
    """

    smoothing: Mapping[str, Array]
    """By product, a divisor for each input channel that evens out activations against weights (SmoothQuant)."""
    weight_limit: int = 63

    def tokens(self, graph: Graph, weights: Array) -> str:
        scales = np.abs(weights).max(axis=1, keepdims=True).astype(np.float32) / 127
        rows = graph.add(
            "Gather", [graph.constant("tokens.q", _rounded(weights / scales, 127)), "input_ids"], "tokens.row"
        )
        factors = graph.add("Gather", [graph.constant("tokens.scale", scales), "input_ids"], "tokens.factor")
        return graph.add("Mul", [graph.add("Cast", [rows], "tokens.float", to=TensorProto.FLOAT), factors], "tokens")

    def product(self, graph: Graph, x: str, weights: Array, name: str) -> str:
        divisor = self.smoothing.get(name)
        if divisor is not None:
            weights = weights * divisor
            x = graph.add(
                "Mul", [x, graph.constant(name + ".smooth", (1 / divisor).astype(np.float32))], name + ".even"
            )
        quantised, factor = self._quantised_rows(graph, x, name)
        scales = (np.abs(weights).max(axis=1) / self.weight_limit).astype(np.float32)
        operands = [
            quantised,
            graph.constant(name + ".q", _rounded(weights / scales[:, None], self.weight_limit).T),
            graph.constant("one", np.float32(1)),
            graph.constant(name + ".scale", scales),
            graph.constant("middle", np.uint8(128)),
            graph.constant(name + ".zero", np.zeros(len(scales), np.int8)),
        ]
        return graph.add("Mul", [graph.add("MatMulIntegerToFloat", operands, name + ".int", CONTRIB), factor], name)

    def _quantised_rows(self, graph: Graph, x: str, name: str) -> tuple[str, str]:
        """Rows in 1 to 255 around 128, and the factor of each, shape (tokens, 1)."""
        largest = graph.add(
            "ReduceMax", [graph.add("Abs", [x], name + ".abs"), graph.constant("last", _ints(-1))], name + ".max"
        )
        factor = graph.add("Mul", [largest, graph.constant("per_step", np.float32(1 / 127))], name + ".factor")
        flat = graph.add("Reshape", [factor, graph.constant("all", _ints(-1))], name + ".factors")
        return graph.add("QuantizeLinear", [x, flat, _middles(graph)], name + ".rows", axis=0), factor


def bert(graph: Graph, weights: Weights, linear: Linear, layers: int, heads: int, segments: bool = False) -> str:
    """The last hidden states, shape (texts, tokens, hidden).

    Inputs of the graph: `input_ids`, `attention_mask` and, with `segments`, `token_type_ids`. Weights are named as in
    BERT's published files, without a prefix.
    """
    hidden = weights["embeddings.word_embeddings.weight"].shape[1]
    shape = graph.add("Shape", ["input_ids"], "shape")
    graph.add("Concat", [shape, graph.constant("hidden", _ints(hidden))], "shape.hidden", axis=0)
    graph.constant("flat", _ints(-1, hidden))
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    x = _embedding(graph, weights, linear, segments)
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}."
        inner = {name[len(prefix) :]: value for name, value in weights.items() if name.startswith(prefix)}
        x = _layer(graph, inner, linear, x, f"{layer}.", heads)
    return graph.add("Reshape", [x, "shape.hidden"], "states")


def _embedding(graph: Graph, weights: Weights, linear: Linear, segments: bool) -> str:
    types = weights["embeddings.token_type_embeddings.weight"]
    places = weights["embeddings.position_embeddings.weight"] + (0 if segments else types[0])
    width = graph.add("Shape", ["input_ids"], "width", start=1, end=2)
    span = [graph.constant("places", places), graph.constant("from", _ints(0)), width, graph.constant("axis", _ints(0))]
    x = linear.tokens(graph, weights["embeddings.word_embeddings.weight"])
    x = graph.add("Add", [x, graph.add("Slice", span, "places.used")], "tokens.placed")
    if segments:
        kinds = graph.add("Gather", [graph.constant("types", types), "token_type_ids"], "types.used")
        x = graph.add("Add", [x, kinds], "tokens.typed")
    x = graph.add("Reshape", [x, "flat"], "tokens.flat")
    return _normalised(graph, x, weights, "embeddings", "embedding")


def _layer(graph: Graph, weights: Weights, linear: Linear, x: str, at: str, heads: int) -> str:
    parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
    joint = np.concatenate([weights[part + ".weight"] for part in parts])
    bias = graph.constant(at + "attention.bias", np.concatenate([weights[part + ".bias"] for part in parts]))
    split = graph.split(linear.product(graph, x, joint, at + "qkv"), [at + "q", at + "k", at + "v"])
    shaped = [graph.add("Reshape", [part, "shape.hidden"], part + ".shaped") for part in split]
    attended = graph.add("MultiHeadAttention", [*shaped, bias, "mask"], at + "attention", CONTRIB, num_heads=heads)
    attended = graph.add("Reshape", [attended, "flat"], at + "attention.flat")
    x = _added(graph, weights, linear, attended, x, "attention.output", at + "attended")
    wide = linear.product(graph, x, weights["intermediate.dense.weight"], at + "wide")
    wide_bias = graph.constant(at + "wide.bias", weights["intermediate.dense.bias"])
    wide = graph.add("BiasGelu", [wide, wide_bias], at + "gelu", CONTRIB)
    return _added(graph, weights, linear, wide, x, "output", at + "out")


def _added(graph: Graph, weights: Weights, linear: Linear, x: str, skip: str, source: str, name: str) -> str:
    """The output product of a block, added to what went into the block, normalised."""
    product = linear.product(graph, x, weights[source + ".dense.weight"], name)
    biased = graph.add(
        "Add", [product, graph.constant(name + ".bias", weights[source + ".dense.bias"])], name + ".biased"
    )
    return _normalised(graph, graph.add("Add", [biased, skip], name + ".sum"), weights, source, name)


def _normalised(graph: Graph, x: str, weights: Weights, source: str, name: str) -> str:
    scale = graph.constant(name + ".gamma", weights[source + ".LayerNorm.weight"])
    shift = graph.constant(name + ".beta", weights[source + ".LayerNorm.bias"])
    return graph.add("LayerNormalization", [x, scale, shift], name + ".normal", axis=-1, epsilon=1e-12)


def _middles(graph: Graph) -> str:
    """128 for each token: `QuantizeLinear` wants a zero point a row."""
    if not any(node.name == "middles" for node in graph.nodes):
        count = graph.add("ReduceProd", ["shape"], "count", keepdims=1)
        graph.add("Expand", [graph.constant("middle.one", np.array([128], np.uint8)), count], "middles")
    return "middles"


def _rounded(values: Array, limit: int) -> Array:
    return np.clip(np.rint(values), -limit, limit).astype(np.int8)


def _ints(*values: int) -> Array:
    return np.array(values, np.int64)
