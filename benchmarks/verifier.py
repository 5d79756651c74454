"""The support check on minimal pairs: precision and recall of each kind, on the half that was not tuned on.

python -m benchmarks.verifier --data PATH
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.bases import bases
from benchmarks.changes import CHANGES
from benchmarks.forms import FORMS
from benchmarks.intervals import wilson
from benchmarks.minimal_pairs import Pair, pairs
from rag.answer.verify import Source, findings
from rag.ingest.sentences import split


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
    for kind in CHANGES:
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


def by_people(data: Path) -> list[tuple[str, list[str], dict[str, list[str]]]]:
    """Sentences that people wrote as answers, those that they chose for each, and what the check has against it.

    ClapNQ (primeqa/clapnq, Apache-2.0); none of the checks was made with them.
    """
    found_ = []
    with gzip.open(data / "abstention/clapnq_answerable_first150.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            answer, title = row["output"][0], row["passages"][0]["title"]
            chosen = [detokenized(text) for text in answer["selected_sentences"]]
            sources = [Source(text, title=title) for text in chosen]
            for span in split(answer["answer"]):
                statement = answer["answer"][span.start : span.end]
                reasons = {kind: why for kind, why in findings(statement, sources).items() if why}
                found_.append((statement, chosen, reasons))
    return found_


def detokenized(text: str) -> str:
    """Text as it is written, from text with spaces around its marks."""
    text = text.replace("`` ", "“").replace(" ''", "”").replace(" n't", "n't").replace(" - ", "-")
    return re.sub(r" ([.,;:!?)’']|'s\b)", r"\1", text).replace("( ", "(")


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
    if not arguments.tune:
        written = by_people(arguments.data)
        marked = [reasons for *_, reasons in written if reasons]
        print(f"Sentences that people wrote, beside those that they chose: {len(written)}, "
              f"marked {len(marked)}, {shown(len(marked), len(written))}")  # fmt: skip
        print(f"by kind: {dict(Counter(kind for reasons in marked for kind in reasons))}")
    else:
        for pair, reasons in results:
            if pair.supported == bool(reasons):
                print(f"\n{pair.kind} [{pair.base.corpus}]\n  {pair.base.text}\n  {pair.statement}\n  {reasons}")


if __name__ == "__main__":
    main()
