"""Plots as inline SVG: no library, no script; colours come from the page's style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.metrics.abstention import Point
from eval.results import Results
from eval.statistics import Estimate

WIDTH, HEIGHT = 420, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 24, 14, 40


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its title and its ticks as (share of the length, label)."""

    title: str
    ticks: Sequence[tuple[float, str]]


PERCENT = [(i / 4, f"{25 * i}%") for i in range(5)]


def recall_by_depth(found: Results) -> str:
    """Recall over the number of passages looked at, with its interval."""
    measures = [m for m in found.measures if m.name.startswith("recall@") and m.estimate]
    if not measures:
        return ""
    places = [i / max(1, len(measures) - 1) for i in range(len(measures))]
    estimates = [m.estimate for m in measures if m.estimate]
    middle = [(x, e.value) for x, e in zip(places, estimates, strict=True)]
    band = [*((x, e.high) for x, e in zip(places, estimates, strict=True)),
            *((x, e.low) for x, e in reversed(list(zip(places, estimates, strict=True))))]  # fmt: skip
    ticks = [(x, m.name.partition("@")[2]) for x, m in zip(places, measures, strict=True)]
    body = _area(band) + _line(middle, "line") + "".join(
        _dot(point, f"{m.label}: {e.value:.3f} [{e.low:.3f}, {e.high:.3f}]")
        for point, m, e in zip(middle, measures, estimates, strict=True)
    )  # fmt: skip
    return _plot("Recall of the evidence by depth", body, Axis("passages looked at", ticks), Axis("recall", PERCENT))


def risk_coverage(curve: Sequence[Point], baseline: Sequence[Point] = ()) -> str:
    """The share of wrong answers over the share of questions answered, from the surest on."""
    if not curve:
        return ""
    marks = "".join(
        _dot((p.coverage, p.risk), f"{p.coverage:.1%} answered, {p.risk:.1%} of them wrong"
             + ("" if p.confidence is None else f", confidence from {p.confidence:.2f}"))
        for p in _thinned(curve)
    )  # fmt: skip
    before = _line([(p.coverage, p.risk) for p in baseline], "line before") if baseline else ""
    limit = _line([(0, 0.05), (1, 0.05)], "limit")
    body = limit + before + _line([(p.coverage, p.risk) for p in curve], "line") + marks
    return _plot(
        "Risk by coverage", body, Axis("share of the questions answered, surest first", PERCENT),
        Axis("wrong among them", PERCENT),
    )  # fmt: skip


def whisker(found: Estimate, before: float | None = None, least: float = 0.0) -> str:
    """A value on a scale from `least` to 1 with its interval, and where it was before."""
    low, value, high, was = (
        f"{100 * min(1, max(0, (v - least) / (1 - least))):.2f}"
        for v in (found.low, found.value, found.high, before or 0.0)
    )
    mark = "" if before is None else f'<line class="was" x1="{was}" x2="{was}" y1="0" y2="12"/>'
    return (
        '<svg class="whisker" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<line class="rail" x1="0" x2="100" y1="6" y2="6"/>'
        f'<line class="range" x1="{low}" x2="{high}" y1="6" y2="6"/>{mark}'
        f'<line class="value" x1="{value}" x2="{value}" y1="1" y2="11"/></svg>'
    )


def _plot(title: str, body: str, across: Axis, up: Axis) -> str:
    grid = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(v):.1f}" y2="{_y(v):.1f}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{_y(v) + 4:.1f}" text-anchor="end">{escape(label)}</text>'
        for v, label in up.ticks
    )
    ticks = "".join(
        f'<text class="tick" x="{_x(v):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(label)}</text>'
        for v, label in across.ticks
    )
    return (
        f'<figure><figcaption>{escape(title)} <span class="faint">{escape(up.title)}</span></figcaption>'
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{grid}{ticks}{body}'
        f'<text class="tick" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">'
        f"{escape(across.title)}</text></svg></figure>"
    )


def _thinned(curve: Sequence[Point], most: int = 60) -> Sequence[Point]:
    """At most so many points of the curve, the last among them: a dot each would be a smear."""
    step = -(-len(curve) // most)
    return [*curve[:-1:step], curve[-1]]


def _line(points: Sequence[tuple[float, float]], kind: str) -> str:
    return f'<polyline class="{kind}" points="{_path(points)}"/>'


def _area(points: Sequence[tuple[float, float]]) -> str:
    return f'<polygon class="band" points="{_path(points)}"/>'


def _dot(point: tuple[float, float], title: str) -> str:
    x, y = point
    return f'<circle class="dot" cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="3"><title>{escape(title)}</title></circle>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
