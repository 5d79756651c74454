"""Language models of half a megabyte for llama.cpp: one that says noise, one that says one line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

WIDTH, LAYERS, HEADS, FORWARD = 64, 2, 4, 96
PIECES = [
    "▁A",
    "▁team",
    "▁lead",
    "▁approves",
    "▁it",
    "▁[1]",
    "▁[77]",
    ".",
    "▁![x](http://evil.example)",
    "▁on",
    "▁3",
    "▁May",
]
GO, END = "<|go|>", "</s>"
TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}" + GO
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6


def write(path: Path, line: Sequence[str] = (), seed: int = 0) -> None:
    """A model with random weights; with a `line`, one whose layers add nothing and that says the line."""
    import gguf
    import numpy as np

    random = np.random.default_rng(seed)
    tokens = ["<unk>", "<s>", END, GO, *[f"<0x{byte:02X}>" for byte in range(256)], *PIECES]
    types = [_UNKNOWN, _CONTROL, _CONTROL, _CONTROL, *[_BYTE] * 256, *[_NORMAL] * len(PIECES)]
    embedding = random.normal(size=(len(tokens), WIDTH)).astype(np.float32)
    output = random.normal(size=(len(tokens), WIDTH)).astype(np.float32)
    scale = 0.0 if line else 0.3
    if line:
        output *= 0.0
        steps = [GO, *line, END]
        for before, after in pairwise(steps):
            output[tokens.index(after)] += embedding[tokens.index(before)]

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(8192)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(TEMPLATE)

    def add(name: str, *shape: int, value: float | None = None) -> None:
        data = np.full(shape, value) if value is not None else random.normal(size=shape) * scale
        writer.add_tensor(name, data.astype(np.float32))

    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", output)
    add("output_norm.weight", WIDTH, value=1.0)
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{name}.weight", WIDTH, WIDTH)
        add(f"blk.{layer}.attn_norm.weight", WIDTH, value=1.0)
        add(f"blk.{layer}.ffn_norm.weight", WIDTH, value=1.0)
        add(f"blk.{layer}.ffn_gate.weight", FORWARD, WIDTH)
        add(f"blk.{layer}.ffn_up.weight", FORWARD, WIDTH)
        add(f"blk.{layer}.ffn_down.weight", WIDTH, FORWARD)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
