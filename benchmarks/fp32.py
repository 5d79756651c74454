"""The packaged embedder's model put back into fp32, for timing: Chroma's default way runs on such a file.

The fp32 file is not shipped (90 MB). Its speed does not depend on the values of its weights, so each eight-bit
product becomes a plain one with the weights multiplied out, and the result is the last hidden states, as in the
file that Chroma downloads. `onnx` is needed, which the package's extra `bench` installs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from rag.models.minilm import MODEL, TOKENIZER


def chroma_folder(home: Path) -> Path:
    """The folder that Chroma's own class reads from, made on first use; its model file is `onnx/model.onnx`."""
    folder = home / MODEL.sha256[:12] / "onnx"
    model = folder / "model.onnx"
    if not model.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tokenizer.json").write_bytes(TOKENIZER.read())
        for name in ("config.json", "special_tokens_map.json", "tokenizer_config.json", "vocab.txt"):
            (folder / name).touch()  # looked for before the first use, then never opened
        unfinished = model.with_suffix(".part")
        onnx.save(in_fp32(onnx.load_from_string(MODEL.read())), unfinished)
        unfinished.replace(model)
    return folder.parent


def in_fp32(model: ModelProto) -> ModelProto:
    """The same layers in fp32; inputs and output are those of Chroma's file."""
    graph = model.graph
    constants = {constant.name: constant for constant in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    nodes = [_plain(node, made_by, constants) for node in graph.node]
    states = TensorProto.FLOAT, ["texts", "tokens", 384]
    tokens = TensorProto.INT64, ["texts", "tokens"]
    plain = helper.make_graph(
        _needed(nodes, "states"),
        "fp32",
        [helper.make_tensor_value_info(name, *tokens) for name in ("input_ids", "attention_mask", "token_type_ids")],
        [helper.make_tensor_value_info("states", *states)],
        list(constants.values()),
    )
    used = {name for node in plain.node for name in node.input}
    del plain.initializer[:]
    plain.initializer.extend(constant for name, constant in constants.items() if name in used)
    return helper.make_model(plain, opset_imports=model.opset_import, ir_version=model.ir_version)


def _plain(node: NodeProto, made_by: dict[str, NodeProto], constants: dict[str, TensorProto]) -> NodeProto:
    """The node itself, or the fp32 operation that it stands for."""
    name = node.name
    if name == "tokens":
        rows, scales = (_values(constants, f"tokens.{part}") for part in ("q", "scale"))
        return _with_weights("Gather", rows * scales, name, constants, ["input_ids"], first=True)
    if f"{name}.int" not in made_by:
        return node
    weights = _values(constants, f"{name}.q") * _values(constants, f"{name}.scale")
    x = made_by[f"{name}.abs"].input[0]
    if x == f"{name}.even":
        weights = weights * _values(constants, f"{name}.smooth")[:, None]
        x = made_by[x].input[0]
    return _with_weights("MatMul", weights, name, constants, [x], first=False)


def _with_weights(
    operator: str,
    weights: NDArray[np.float32],
    name: str,
    constants: dict[str, TensorProto],
    inputs: list[str],
    first: bool,
) -> NodeProto:
    constants[f"{name}.w"] = numpy_helper.from_array(weights.astype(np.float32), f"{name}.w")
    return helper.make_node(operator, [f"{name}.w", *inputs] if first else [*inputs, f"{name}.w"], [name], name=name)


def _values(constants: dict[str, TensorProto], name: str) -> NDArray[np.float32]:
    return numpy_helper.to_array(constants[name]).astype(np.float32)


def _needed(nodes: list[NodeProto], output: str) -> list[NodeProto]:
    """The nodes that the output rests on, in their order."""
    wanted = {output}
    kept = []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]
