"""What the first answer in the shell takes beside the imports of chromadb and onnxruntime alone, and where it goes.

    python -m benchmarks.first_answer [--rounds 9] [--library PATH] [--question TEXT]

Commands take turns in processes of their own: `rag ask` with the reader, the same with the sentence ranker, and
`python -c "import chromadb, onnxruntime"` in two ways; differences are taken within a round. Seconds are those of the
clock, and those of the processors, which say more where the machine is busy. Then the seconds of the processors in
libraries, in the models and in our own code, as `benchmarks/seconds_by_part.py` counts them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag import Assistant

ROOT = Path(__file__).parent.parent
QUESTION = "Who was to lead the Israeli delegation to Washington?"
IMPORTS = "the imports alone"
FROZEN = "the same, ended as rag ends"
"""Without the collection of all garbage at the end, a fourth of what the imports alone take."""
SMALL_MS = 10


@dataclass(frozen=True, slots=True)
class Took:
    """What one process took, from its start to its end."""

    clock_s: float
    processor_s: float
    said: str = ""
    """On stderr."""

    def less(self, other: Took) -> Took:
        return Took(self.clock_s - other.clock_s, self.processor_s - other.processor_s)


def main() -> None:
    options = _arguments()
    with tempfile.TemporaryDirectory() as temporary:
        library = options.library or Path(temporary) / "library"
        if options.library is None:
            Assistant.open(library).ingest(ROOT / "seeds")
        ask = ["ask", options.question, "--library", str(library)]
        sentences = [*ask, "--answerer", "sentences"]
        commands = {
            "rag ask": ["-m", "rag", *ask],
            "rag ask --answerer sentences": ["-m", "rag", *sentences],
            IMPORTS: ["-c", "import chromadb, onnxruntime"],
            FROZEN: ["-c", "import atexit, gc, chromadb, onnxruntime; atexit.register(gc.freeze)"],
        }
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {options.rounds} rounds after one")
        rounds = [{name: took(command) for name, command in commands.items()} for _ in range(options.rounds + 1)]
        report(rounds[1:])
        for arguments in (ask, sentences):
            parts = [_parts(arguments) for _ in range(options.rounds)]
            print(f"\nrag {' '.join(arguments[:1] + arguments[4:])}: milliseconds of the processors, by part")
            report_parts(parts)


def took(arguments: Sequence[str]) -> Took:
    """Run Python with these arguments."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    clock_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode not in (0, 4):  # 4: the documents do not say, which takes as long
        sys.exit(f"{arguments} ended with {ended.returncode}: {ended.stderr}")
    return Took(clock_s, _processor_s(after) - _processor_s(before), ended.stderr)


def report(rounds: Sequence[dict[str, Took]]) -> None:
    """Medians with their ranges, and what each command takes more than the imports."""
    for name in rounds[0]:
        _row(name, [one[name] for one in rounds])
        for less in (IMPORTS, FROZEN) if name.startswith("rag") else ():
            _row(f"  less {less}", [one[name].less(one[less]) for one in rounds])


def _row(name: str, runs: Sequence[Took]) -> None:
    clock, processor = [one.clock_s for one in runs], [one.processor_s for one in runs]
    print(f"{name:34} {_median(clock)} s by the clock, {_median(processor)} s of the processors")


def report_parts(parts: Sequence[dict[str, float]]) -> None:
    """The median of each part over the runs, largest first, under the sum of its sort."""
    names = {name for one in parts for name in one}
    medians = {name: 1e3 * statistics.median(one.get(name, 0.0) for one in parts) for name in names}
    for sort in sorted({name.partition(":")[0] for name in names}):
        own = sorted((name for name in names if name.partition(":")[0] == sort), key=lambda name: -medians[name])
        small = [name for name in own if medians[name] < SMALL_MS]
        print(f"  {sort:44} {sum(medians[name] for name in own):7.0f}")
        for name in own[: len(own) - len(small)]:
            print(f"    {name.partition(': ')[2]:42} {medians[name]:7.0f}")
        if small:
            print(f"    {f'{len(small)} more, each under {SMALL_MS} ms':42} {sum(medians[n] for n in small):7.0f}")


def _parts(arguments: Sequence[str]) -> dict[str, float]:
    """Seconds by part of one `rag` command, its end included."""
    one = took(["-m", "benchmarks.seconds_by_part", *arguments])
    parts: dict[str, float] = json.loads(one.said.splitlines()[-1])
    return {**parts, "Python: starts and ends": one.processor_s - sum(parts.values())}


def _processor_s(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _median(values: Sequence[float]) -> str:
    return f"{statistics.median(values):5.2f} ({min(values):.2f} to {max(values):.2f})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--library", type=Path, help="one that exists; by default one of seeds/ is made")
    parser.add_argument("--question", default=QUESTION)
    return parser.parse_args()


if __name__ == "__main__":
    main()
