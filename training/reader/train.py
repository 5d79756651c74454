"""Trains the reader, resuming from checkpoints: two single-threaded workers, bf16 arithmetic, fp32 master weights.

Run as `python -m training.reader.train --data PATH --base PATH --run PATH`; started again, it goes on where
the last checkpoint stands.
"""

from __future__ import annotations

import argparse
import itertools
import pickle
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.reader.batches import Batch, steps
from training.reader.checkpoints import mean_weights
from training.reader.groups import Groups
from training.reader.loss import loss
from training.reader.network import LAYERS, Reader, from_sentence_embedder
from training.reader.prepare import SEED, prepare

STEP_GROUPS, PARTS = 12, 4
RATE, LAYER_DECAY, WARM_UP, DECAY = 3e-4, 0.9, 0.04, 0.01
FROZEN = 1
"""Lowest layers that keep their weights."""
AVERAGE_EVERY, AVERAGE_DECAY = 5, 0.9
CHECKPOINT_EVERY_S, REPORT_EVERY = 120, 20


@dataclass
class Progress:
    step: int = 0
    windows: int = 0
    seconds: float = 0.0


class Trainer:
    """Master weights, their optimiser, and replicas that the workers compute gradients with."""

    def __init__(self, base: Path, workers: int) -> None:
        torch.manual_seed(SEED)
        self.master = from_sentence_embedder(base / "model.safetensors")
        self.master.encoder.freeze(FROZEN)
        self.average = {name: p.detach().clone() for name, p in self._trained()}
        self.optimiser = torch.optim.AdamW(self._rates(), betas=(0.9, 0.98), weight_decay=DECAY, fused=True)
        self.replicas = [Reader().bfloat16() for _ in range(workers)]
        for replica in self.replicas:
            replica.encoder.freeze(FROZEN)
        self._publish_all()

    def _trained(self) -> list[tuple[str, torch.nn.Parameter]]:
        return [(n, p) for n, p in self.master.named_parameters() if p.requires_grad]

    def _rates(self) -> list[dict]:
        groups = []
        for name, parameter in self._trained():
            depth = int(name.split(".")[2]) if name.startswith("encoder.layers") else LAYERS
            rate = RATE * LAYER_DECAY ** (LAYERS - 1 - depth if depth < LAYERS else 0)
            decay = 0.0 if parameter.ndim == 1 else DECAY
            groups.append({"params": [parameter], "lr": rate, "full": rate, "weight_decay": decay})
        return groups

    def _publish_all(self) -> None:
        """Copies all weights, those that are not trained too."""
        for replica in self.replicas:
            replica.load_state_dict(self.master.state_dict())

    def publish(self) -> None:
        """Copies the trained weights, rounded, into every replica."""
        with torch.no_grad():
            for replica in self.replicas:
                for ours, theirs in zip(replica.parameters(), self.master.parameters(), strict=True):
                    if theirs.requires_grad:
                        ours.copy_(theirs)

    def gradients(self, worker: int, waiting: deque[Batch], groups: int) -> float:
        """One worker's share of a step: it takes batches until none waits; its part of the mean loss."""
        torch.set_num_threads(1)
        replica, total = self.replicas[worker], 0.0
        while True:
            try:
                batch = waiting.pop()
            except IndexError:
                return total
            value = loss(*_logits(replica, batch), batch)
            (value * (len(batch.groups) / groups)).backward()
            total += float(value.detach()) * len(batch.groups) / groups

    def update(self, share: float) -> None:
        """One optimiser step from the replicas' summed gradients, at `share` of the full rates."""
        for ours, *theirs in zip(*([m.parameters() for m in (self.master, *self.replicas)]), strict=True):
            if ours.requires_grad:
                grads = [p.grad for p in theirs if p.grad is not None]
                ours.grad = torch.stack([g.float() for g in grads]).sum(0)
        for replica in self.replicas:
            replica.zero_grad(set_to_none=True)
        torch.nn.utils.clip_grad_norm_([p for _, p in self._trained()], 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = group["full"] * share
        self.optimiser.step()
        self.publish()

    def fold_average(self) -> None:
        with torch.no_grad():
            for name, parameter in self._trained():
                self.average[name].lerp_(parameter, 1 - AVERAGE_DECAY)

    def save(self, path: Path, progress: Progress) -> None:
        state = {
            "master": self.master.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "progress": vars(progress),
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.rename(path)

    def start_from(self, checkpoints: Sequence[Path]) -> None:
        """Takes the mean of other runs' averaged weights; their optimisers and their progress stay behind."""
        self.master.load_state_dict(mean_weights(checkpoints))
        self.average = {name: p.detach().clone() for name, p in self._trained()}
        self._publish_all()

    def load(self, path: Path) -> Progress:
        state = torch.load(path, weights_only=True)
        self.master.load_state_dict(state["master"])
        self.average = {name: p.detach().clone() for name, p in self._trained()} | state["average"]
        if len(state["optimiser"]["param_groups"]) == len(self.optimiser.param_groups):
            self.optimiser.load_state_dict(state["optimiser"])
        else:
            print("other layers are trained than before: the optimiser starts afresh", flush=True)
        self._publish_all()
        return Progress(**state["progress"])


def _logits(replica: Reader, batch: Batch) -> tuple[list[Tensor], list[Tensor], Tensor]:
    """Start and end logits a row, and the answer logits, shape (rows,), in the order of the batch's rows."""
    starts, ends, answers = {}, {}, {}
    for part in batch.slices:
        start, end, logit = replica(part.ids, part.mask.bfloat16(), part.segments)
        starts |= dict(zip(part.places, start, strict=True))
        ends |= dict(zip(part.places, end, strict=True))
        answers |= dict(zip(part.places, logit, strict=True))
    order = range(len(batch.rows))
    return [starts[i] for i in order], [ends[i] for i in order], torch.stack([answers[i] for i in order])


def rate_share(done: float) -> float:
    """Warm-up, then linear decay to 0 at `done` = 1."""
    return min(done / WARM_UP, 1.0) * max(0.0, (1 - done) / (1 - WARM_UP) if done > WARM_UP else 1.0)


@dataclass(frozen=True)
class Limits:
    """Training ends at the first that is reached, and the rate decays with the one that is nearer."""

    windows: int
    minutes: float

    def done(self, progress: Progress) -> float:
        return max(progress.windows / self.windows, progress.seconds / 60 / self.minutes)


def train(data: Path, base: Path, run: Path, limits: Limits, workers: int, seed: int, start: Sequence[Path]) -> None:
    """Trains until a limit; a run that has no checkpoint yet begins with the mean of `start`, if given."""
    prepare(data, base, run / "data.pickle", workers)
    prepared = pickle.loads((run / "data.pickle").read_bytes())
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    trainer, checkpoint, progress = Trainer(base, workers), run / "checkpoint.pt", Progress()
    if checkpoint.exists():
        progress = trainer.load(checkpoint)
        print(f"resumed at step {progress.step}, {progress.windows:,} windows", flush=True)
    elif start:
        trainer.start_from(start)
    groups = iter(Groups(prepared["parts"]["train"], prepared["negatives"], seed))
    stream = itertools.islice(steps(groups, tokenizer, STEP_GROUPS, PARTS), progress.step, None)
    with ThreadPoolExecutor(workers) as pool:
        _loop(trainer, stream, pool, progress, limits, checkpoint)


def _loop(
    trainer: Trainer,
    stream: Iterator[list[Batch]],
    pool: ThreadPoolExecutor,
    progress: Progress,
    limits: Limits,
    checkpoint: Path,
) -> None:
    saved = last = time.monotonic()
    mark, recent = Progress(**vars(progress)), []
    for batches in stream:
        done = limits.done(progress)
        if done >= 1:
            break
        waiting = deque(batches)
        shares = [pool.submit(trainer.gradients, w, waiting, STEP_GROUPS) for w in range(len(trainer.replicas))]
        recent.append(sum(share.result() for share in shares))
        trainer.update(rate_share(done + 1e-4))
        now = time.monotonic()
        progress.step += 1
        progress.windows += sum(len(b.rows) for b in batches)
        progress.seconds += now - last
        last = now
        if progress.step % AVERAGE_EVERY == 0:
            trainer.fold_average()
        if progress.step % REPORT_EVERY == 0:
            _report(progress, mark, limits, sum(recent) / len(recent))
            mark, recent = Progress(**vars(progress)), []
        if now - saved > CHECKPOINT_EVERY_S:
            trainer.save(checkpoint, progress)
            saved = now
    trainer.save(checkpoint, progress)


def _report(progress: Progress, since: Progress, limits: Limits, value: float) -> None:
    speed = (progress.windows - since.windows) / max(progress.seconds - since.seconds, 1e-9)
    left = min((limits.windows - progress.windows) / speed, 60 * limits.minutes - progress.seconds)
    print(
        f"step {progress.step} windows {progress.windows:,} ({100 * limits.done(progress):.1f}%) "
        f"loss {value:.3f} {speed:.1f} windows/s, {left / 60:.0f} min left",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with reader/ and retrieval/")
    parser.add_argument("--base", type=Path, required=True, help="the folder with model.safetensors and tokenizer.json")
    parser.add_argument("--run", type=Path, required=True, help="where prepared data and checkpoints go")
    parser.add_argument(
        "--start", type=Path, nargs="*", default=[], help="other runs' checkpoint.pt, whose mean a new run begins with"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of the order of the groups: another for each round")
    parser.add_argument("--windows", type=int, default=90_000, help="how many (question, passage) pairs to train on")
    parser.add_argument("--minutes", type=float, default=90.0, help="how long to train at most, all runs together")
    parser.add_argument("--workers", type=int, default=2, help="single-threaded workers")
    given = parser.parse_args()
    limits = Limits(given.windows, given.minutes)
    train(given.data, given.base, given.run, limits, given.workers, given.seed, given.start)


if __name__ == "__main__":
    main()
