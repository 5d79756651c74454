"""Minimal pairs: a sentence as it is, in another form, and with one thing in it changed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.bases import VOICE_ONLY, Base
from benchmarks.changes import CHANGES
from benchmarks.forms import FORMS

IN_TURNS = 3
"""Corpora that take turns: seeds, GUM's news, Natural Questions."""


@dataclass(frozen=True, slots=True)
class Pair:
    base: Base
    kind: str
    """What was done to the sentence."""
    statement: str
    supported: bool


def pairs(found: list[Base], most: int, seed: int = 7) -> Iterator[Pair]:
    """At most `most` of each kind; corpora take turns."""
    for kind, change in {**CHANGES, **FORMS}.items():
        luck = random.Random(f"{seed}{kind}")
        count, seen = 0, set()
        for base in _mixed(found, luck):
            statement = change(base, luck) if kind == "passive" or base.corpus not in VOICE_ONLY else None
            if statement is None or statement == base.text or base.text in seen:
                continue
            seen.add(base.text)
            yield Pair(base, kind, statement, supported=kind in FORMS)
            if kind in CHANGES:
                yield Pair(base, f"as it is ({kind})", base.text, supported=True)
            count += 1
            if count == most:
                break


def _mixed(found: list[Base], luck: random.Random) -> list[Base]:
    """The first three corpora by turns, then the others, and at last what serves only for the voice."""
    groups = {name: [b for b in found if b.corpus == name] for name in dict.fromkeys(b.corpus for b in found)}
    voice_only = [base for name in VOICE_ONLY for base in groups.pop(name, [])]
    for group in groups.values():
        luck.shuffle(group)
    first, others = list(groups.values())[:IN_TURNS], list(groups.values())[IN_TURNS:]
    in_turns = [group[i] for i in range(max(map(len, first))) for group in first if i < len(group)]
    return [*in_turns, *(base for group in others for base in group), *voice_only]
