"""The support check on minimal pairs: precision and recall of each kind, on the half that was not tuned on.

python -m benchmarks.verifier --data PATH
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.intervals import wilson
from benchmarks.minimal_pairs import CHANGED, FORMS, Pair, bases, pairs
from rag.answer.verify import Source, findings


def found(pair: Pair) -> dict[str, list[str]]:
    """What the check has against the statement, by kind, without the empty ones."""
    source = Source(pair.base.text, pair.base.before, pair.base.title)
    return {kind: reasons for kind, reasons in findings(pair.statement, [source]).items() if reasons}


def report(results: list[tuple[Pair, dict[str, list[str]]]]) -> None:
    by_kind: dict[str, list[dict[str, list[str]]]] = defaultdict(list)
    for pair, reasons in results:
        by_kind[pair.kind].append(reasons)
    print(
        "| one thing changed | n | recall: marked | precision: marks of this kind that are right | as it is: kept, n |"
    )
    print("|---|---|---|---|---|")
    supported = [(pair, reasons) for pair, reasons in results if pair.supported]
    for kind in CHANGED:
        changed, same = by_kind[kind], by_kind[f"as it is ({kind})"]
        right = sum(bool(reasons) for reasons in changed)
        # Marks of this kind on the changed sentences, and on as many supported ones (forms and sentences as they are).
        own = sum(kind in reasons for reasons in changed)
        wrong = sum(kind in reasons for _, reasons in supported) * len(changed) / len(supported)
        kept = sum(not reasons for reasons in same)
        precision = shown(own, round(own + wrong)) if own else "-"
        print(f"| {kind} | {len(changed)} | {shown(right, len(changed))} | {precision} | {shown(kept, len(same))} |")
    print("\n| same in another form | n | kept |\n|---|---|---|")
    for kind in FORMS:
        kept = sum(not reasons for reasons in by_kind[kind])
        print(f"| {kind} | {len(by_kind[kind])} | {shown(kept, len(by_kind[kind]))} |")
    right = sum(bool(r) for p, r in results if not p.supported)
    wrong = sum(bool(r) for p, r in supported)
    print(f"\nAll: {len(results) - len(supported)} changed, {len(supported)} supported; recall "
          f"{shown(right, len(results) - len(supported))}, precision {shown(right, right + wrong)}, "
          f"supported ones marked {shown(wrong, len(supported))}")  # fmt: skip


def shown(hits: int, n: int) -> str:
    if not n:
        return "-"
    low, high = wilson(hits, n)
    return f"{hits / n:.3f} ({low:.3f} to {high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with text/gum_news and retrieval/")
    parser.add_argument("--seeds", type=Path, default=Path(__file__).parent.parent / "seeds")
    parser.add_argument("--most", type=int, default=250, help="pairs of a kind")
    parser.add_argument("--tune", action="store_true", help="the half for tuning, with what went wrong")
    arguments = parser.parse_args()
    chosen = [base for base in bases(arguments.data, arguments.seeds) if base.tunes == arguments.tune]
    made = list(pairs(chosen, arguments.most))
    started = time.perf_counter()
    results = [(pair, found(pair)) for pair in made]
    report(results)
    print(f"\n{1e3 * (time.perf_counter() - started) / len(made):.2f} ms a statement")
    if arguments.tune:
        for pair, reasons in results:
            if pair.supported == bool(reasons):
                print(f"\n{pair.kind} [{pair.base.corpus}]\n  {pair.base.text}\n  {pair.statement}\n  {reasons}")


if __name__ == "__main__":
    main()
