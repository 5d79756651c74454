"""The packaged reader: for a question and a passage, where the answer stands and whether it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.models.minilm import TOKENIZER, batches
from rag.models.session import FOLDER, ModelFile, PackagedModel, encodable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding

    Floats = NDArray[np.float32]

MODEL = ModelFile(FOLDER / "reader.onnx", "374597cf7a671d33af4d1eaf9a56fe20ea310a2c88210b3526929c7083de8802")
MAX_TOKENS = 256
"""Of question and passage together, with [CLS] and two [SEP]."""
QUESTION_TOKENS = 64
STRIDE = 64
"""Tokens that neighbouring windows of a long passage share."""
BATCH_TOKENS = 256
"""Padded tokens in a batch, a long window or a few short ones. Larger ones save no time, hold more padding, and leave a
processor with nothing to do at the end."""
CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage beside the question, and the title or heading that it stands under."""

    passage: str
    context: str = ""
    """Read before the passage; the answer is never sought in it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says about one passage; arrays run over the tokens of its best window."""

    score: float
    """Logit that the passage answers the question; comparable between passages of one question."""
    spans: tuple[tuple[int, int], ...]
    """Characters of the passage that each token covers."""
    starts: Floats
    """Probability that the answer starts at this token; they sum to 1."""
    ends: Floats


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the model."""

    pair: int
    ids: list[int]
    first: int
    """Where the passage's tokens begin in `ids`; they run up to the last but one, which is [SEP]."""
    context: int
    """Where the second segment, context included, begins."""
    spans: tuple[tuple[int, int], ...]


class Reader:
    """Reads (question, passage) pairs in batches by length. Safe to use from many threads.

    The files are opened at the first use, once, and checked: `IntegrityError` where one is missing or damaged.
    """

    def __init__(self, model: ModelFile = MODEL, tokenizer: ModelFile = TOKENIZER, threads: int | None = None) -> None:
        self._model = PackagedModel(model, tokenizer, threads)

    @property
    def name(self) -> str:
        return f"reader@{self._model.sha256[:12]}"

    def open(self) -> None:
        """Open the files now, so that the first use does not wait for them."""
        self._model.open()

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]:
        """A reading for each pair, in their order; None where a passage has no token that could be an answer.

        A passage longer than the model's input is read in overlapping windows, and the one that
        answers best speaks for it.
        """
        best: list[Reading | None] = [None] * len(pairs)
        for window, reading in self._readings(self.windows(question, pairs)):
            known = best[window.pair]
            if known is None or reading.score > known.score:
                best[window.pair] = reading
        return best

    def truncates(self, question: str) -> bool:
        """Whether the end of the question is left out, because it is longer than `QUESTION_TOKENS`."""
        return len(self._encode([question])[0].ids) > QUESTION_TOKENS

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        """In the order of the texts; passages of one document have much the same context, which is encoded once."""
        distinct = list(dict.fromkeys(texts))
        found = self._model.tokenizer.encode_batch(encodable(distinct), add_special_tokens=False)
        encoded = dict(zip(distinct, found, strict=True))
        return [encoded[text] for text in texts]

    def windows(self, question: str, pairs: Sequence[Pair]) -> list[Window]:
        """What the model is given for each pair, in their order; several for a long passage, none for an empty one."""
        asked = self._encode([question])[0].ids[:QUESTION_TOKENS]
        passages = self._encode([pair.passage for pair in pairs])
        contexts = self._encode([pair.context for pair in pairs])
        windows = []
        for number, (passage, context) in enumerate(zip(passages, contexts, strict=True)):
            room = MAX_TOKENS - len(asked) - 3
            before = [CLS, *asked, SEP, *context.ids[: room // 4]]
            room -= len(before) - len(asked) - 2
            for start in _starts(len(passage.ids), room):
                ids = passage.ids[start : start + room]
                spans = tuple(passage.offsets[start : start + room])
                windows.append(Window(number, [*before, *ids, SEP], len(before), len(asked) + 2, spans))
        return windows

    def _readings(self, windows: Sequence[Window]) -> list[tuple[Window, Reading]]:
        """In any order."""
        groups = batches([len(window.ids) for window in windows], BATCH_TOKENS)
        parts = [[windows[i] for i in group] for group in reversed(groups)]
        read = self._model.each(self._run, parts)
        return [pair for part, readings in zip(parts, read, strict=True) for pair in zip(part, readings, strict=True)]

    def _run(self, windows: Sequence[Window]) -> list[Reading]:
        start, end, answers = self._model.run(inputs_of(windows))
        return [
            Reading(
                float(answers[row]),
                window.spans,
                _softmax(start[row, window.first : window.first + len(window.spans)]),
                _softmax(end[row, window.first : window.first + len(window.spans)]),
            )
            for row, window in enumerate(windows)
        ]


def _starts(tokens: int, room: int) -> range:
    """Where the windows over so many tokens begin; none where there are no tokens."""
    if tokens <= room:
        return range(min(tokens, 1))
    return range(0, tokens - STRIDE, room - STRIDE)


def inputs_of(windows: Sequence[Window]) -> dict[str, NDArray[np.int64]]:
    """The windows as one batch, padded to the longest."""
    import numpy as np

    shape = len(windows), max(len(window.ids) for window in windows)
    ids, mask, segments = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, window in enumerate(windows):
        length = len(window.ids)
        ids[row, :length] = window.ids
        mask[row, :length] = 1
        segments[row, window.context : length] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}


def _softmax(logits: Floats) -> Floats:
    import numpy as np

    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)
