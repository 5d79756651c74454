from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.citations import fault, faults, recall, scores, supports, valid
from rag.types import Answer, Citation, Statement, Usage
from tests.eval_fixtures import cited, documents, item, items, span, unanswerable

CORPUS = documents()
YEAR = item("year", "When?", "1998", (span("pump.txt", "The pump was installed in 1998."),))
RIGHT = cited("pump.txt", "The pump was installed in 1998.")
WRONG = cited("roof.txt", "Three firms replied.", 2)


def answer(*citations: Citation, dropped: int = 0) -> Answer:
    return Answer("?", (Statement("x", citations),), usage=Usage(dropped_citations=dropped))


def test_a_citation_that_is_the_evidence_scores_one_everywhere() -> None:
    assert set(scores(YEAR, answer(RIGHT), CORPUS).values()) == {1.0}


def test_a_second_citation_beside_the_point_halves_precision_and_loosens() -> None:
    found = scores(YEAR, answer(RIGHT, WRONG), CORPUS)
    assert (found["citation_precision"], found["citation_recall"]) == (0.5, 1.0)
    # 25 letters and digits of evidence among 25 + 17
    assert found["tightness"] == pytest.approx(25 / 42)


def test_a_number_that_was_never_given_counts_against_precision() -> None:
    assert scores(YEAR, answer(RIGHT, dropped=1), CORPUS)["citation_precision"] == 0.5


def test_an_answer_without_citations_has_precision_zero() -> None:
    found = scores(YEAR, answer(), CORPUS)
    assert (found["citation_precision"], found["citation_recall"], found["statements_cited"]) == (0, 0, 0)


def test_an_answer_where_there_is_none_has_precision_zero_and_no_recall() -> None:
    found = scores(unanswerable("u", "?"), answer(RIGHT), CORPUS)
    assert found["citation_precision"] == 0.0
    assert "citation_recall" not in found


def test_half_of_the_shorter_is_enough_to_support() -> None:
    group = span("pump.txt", "The pump was installed in 1998. It moves 34,000 litres an hour.")
    assert supports(cited("pump.txt", "installed in 1998"), group, CORPUS)
    assert not supports(cited("pump.txt", "an hour. Ada Byron signed for it."), group, CORPUS)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"sha256": "0" * 64}, "stale"),
        ({"start": 3, "end": 34}, "misattributed"),
        ({"source": "gone.txt"}, "misattributed"),
        ({"quote": "The pump was installed in 1898."}, "fabricated"),
        ({"quote": "The pump was installed in 1998. Three firms replied."}, "stitched"),
        ({"quote": "The pump … in 1998."}, "stitched"),
        ({"start": 26, "end": 30, "quote": "1998"}, "too_short"),
    ],
)
def test_each_fault_is_called_by_its_name(change: dict[str, object], expected: str | None) -> None:
    assert fault(replace(RIGHT, **change), CORPUS) == expected  # type: ignore[arg-type]


def test_boilerplate_that_is_cited_is_counted() -> None:
    corpus = dict(CORPUS)
    corpus["menu.txt"] = replace(corpus["menu.txt"], boilerplate=((0, 24),))
    counts = faults(answer(cited("menu.txt", "On Monday there is soup.")), corpus)
    assert counts["boilerplate"] == 1


def test_a_stale_or_moved_citation_supports_nothing() -> None:
    for broken in (replace(RIGHT, sha256="0" * 64), replace(RIGHT, start=1)):
        assert not valid(broken, CORPUS)
        assert recall(YEAR, [broken], CORPUS) == 0.0


SPANS = st.sampled_from(sorted(CORPUS)).flatmap(
    lambda source: st.tuples(st.just(source), st.integers(0, 60), st.integers(1, 30))
)


@given(st.lists(SPANS, max_size=6), st.data())
def test_deleting_a_citation_never_raises_recall(places: list[tuple[str, int, int]], data: st.DataObject) -> None:
    citations = [_at(number, *place) for number, place in enumerate(places, 1)]
    kept = data.draw(st.lists(st.sampled_from(citations), unique=True) if citations else st.just([]))
    for gold in items()[:4]:
        assert recall(gold, kept, CORPUS) <= recall(gold, citations, CORPUS)


def _at(number: int, source: str, start: int, length: int) -> Citation:
    document = CORPUS[source]
    quote = document.text[start : start + length]
    return Citation(number, source, document.sha256, start, start + length, quote, (1, 1))
