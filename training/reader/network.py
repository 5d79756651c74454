"""The reader's network: a six-layer BERT encoder over (question, passage) with three heads.

The encoder is written out here, small, so that training needs PyTorch alone and the exported graph
holds nothing that the packaged session cannot run.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name that everyone knows it by

WIDTH, HEADS, LAYERS, INNER, VOCABULARY, POSITIONS = 384, 12, 6, 1536, 30_522, 512
EPSILON = 1e-12
MASKED = -1e4


DROPPED, TOKENS_DROPPED = 0.1, 0.05
"""In training, of a row's features and heads, and of its tokens."""


def dropped(x: Tensor, shape: tuple[int, ...], share: float) -> Tensor:
    """Dropout with one mask of `shape` for all that broadcasts over it.

    The tokens of a row share their mask (Gal and Ghahramani, 2016) and heads fall away whole (Zhou and others, 2020):
    a mask a token would need some hundred times as many random numbers.
    """
    return x * (torch.empty(shape, dtype=x.dtype).bernoulli_(1 - share) / (1 - share))


class Embeddings(nn.Module):
    """Word, position and segment vectors, summed and normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(VOCABULARY, WIDTH)
        self.position_embeddings = nn.Embedding(POSITIONS, WIDTH)
        self.token_type_embeddings = nn.Embedding(2, WIDTH)
        self.LayerNorm = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, ids: Tensor, segments: Tensor) -> Tensor:
        positions = torch.arange(ids.shape[1], device=ids.device)
        summed = self.word_embeddings(ids) + self.token_type_embeddings(segments) + self.position_embeddings(positions)
        normalised: Tensor = self.LayerNorm(summed)
        return dropped(normalised, (*ids.shape, 1), TOKENS_DROPPED) if self.training else normalised


class Layer(nn.Module):
    """Self-attention and a feed-forward block, each followed by its residual and norm."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.mix_norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.widen = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = query @ key.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + bias
        heads = scores.softmax(-1) @ value
        if self.training:
            heads = dropped(heads, (batch, HEADS, 1, 1), DROPPED)
        mixed = self.mix(heads.transpose(1, 2).reshape(batch, length, WIDTH))
        x = self.mix_norm(x + (dropped(mixed, (batch, 1, WIDTH), DROPPED) if self.training else mixed))
        widened = F.gelu(self.widen(x))
        narrowed = self.narrow(dropped(widened, (batch, 1, INNER), DROPPED) if self.training else widened)
        out: Tensor = self.norm(x + (dropped(narrowed, (batch, 1, WIDTH), DROPPED) if self.training else narrowed))
        return out


class Encoder(nn.Module):
    """Token states, shape (batch, length, 384)."""

    frozen = 0
    """So many of the lowest layers, and then the embeddings too, are left as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = Embeddings()
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            x: Tensor = self.embeddings(ids, segments)
            bias = ((1 - mask[:, None, None, :]) * MASKED).to(x.dtype)
            for layer in self.layers[: self.frozen]:
                x = layer(x, bias)
        for layer in self.layers[self.frozen :]:
            x = layer(x, bias)
        return x

    def freeze(self, layers: int) -> None:
        self.frozen = layers
        self.embeddings.requires_grad_(False)
        for layer in self.layers[:layers]:
            layer.requires_grad_(False)


class Reader(nn.Module):
    """For each pair: start and end logits a token, and one logit for "this passage answers this question".

    The last is read from [CLS] together with the states at which the span starts and ends, so that
    the answer found has its say in whether it is one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.span = nn.Linear(WIDTH, 2)
        self.judge = nn.Linear(3 * WIDTH, WIDTH)
        self.answers = nn.Linear(WIDTH, 1)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (batch, length), (batch, length), (batch,); outside the passage (segment 0, padding) they are -1e4."""
        states = self.encoder(ids, mask, segments)
        outside = (1 - (segments * mask)) * MASKED
        start, end = self.span(states).float().unbind(-1)
        start, end = start + outside, end + outside
        at_start = (start.softmax(-1)[:, None, :].to(states.dtype) @ states)[:, 0]
        at_end = (end.softmax(-1)[:, None, :].to(states.dtype) @ states)[:, 0]
        judged = F.gelu(self.judge(torch.cat([states[:, 0], at_start, at_end], dim=-1)))
        return start, end, self.answers(judged).float()[:, 0]


def from_sentence_embedder(weights: Path) -> Reader:
    """A reader whose encoder starts from all-MiniLM-L6-v2, given as safetensors, and whose heads are new."""
    reader = Reader()
    found = {name.removeprefix("bert."): value for name, value in load_file(weights).items()}
    ours = {f"embeddings.{k}": v for k, v in _under(found, "embeddings.").items() if k != "position_ids"}
    names = {
        "attention.self.query": "query",
        "attention.self.key": "key",
        "attention.self.value": "value",
        "attention.output.dense": "mix",
        "attention.output.LayerNorm": "mix_norm",
        "intermediate.dense": "widen",
        "output.dense": "narrow",
        "output.LayerNorm": "norm",
    }
    for i in range(LAYERS):
        layer = _under(found, f"encoder.layer.{i}.")
        for theirs, mine in names.items():
            for part in ("weight", "bias"):
                ours[f"layers.{i}.{mine}.{part}"] = layer[f"{theirs}.{part}"]
    reader.encoder.load_state_dict(ours)
    return reader


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
