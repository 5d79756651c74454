"""Citations: does each quote stand where it says, does it bear on the question, and what is wrong with the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from eval.gold import Item
from eval.gold import Span as Evidence
from eval.metrics.spans import held, shared, size
from rag.types import Answer, Citation, Document, Span

Fault = Literal["fabricated", "stitched", "misattributed", "stale", "too_short", "boilerplate"]
NOT_THERE: tuple[Fault, ...] = ("fabricated", "stitched", "misattributed", "stale")
"""Of citations that are not valid: the quote is not the characters at its place."""
FAULTS: tuple[Fault, ...] = (*NOT_THERE, "too_short", "boilerplate")

SHORTEST = 12
"""Letters and digits below which a quote shows little: "Yes.", a name, a number alone."""
HALF = 0.5
_SEAMS = re.compile(r"\s*(?:\.\.\.|…|\[[^\]]*\])\s*|(?<=[.!?])\s+")


def valid(citation: Citation, corpus: Mapping[str, Document]) -> bool:
    """Whether the quote is the characters of the file at its place, and the file the one that was read."""
    document = corpus.get(citation.source)
    return (
        document is not None
        and document.sha256 == citation.sha256
        and bool(citation.quote)
        and document.text[citation.start : citation.end] == citation.quote
    )


def fault(citation: Citation, corpus: Mapping[str, Document]) -> Fault | None:
    """What is wrong with a citation, the gravest first; None for a sound one.

    Stale: the file is another one since. Misattributed: the quote stands elsewhere. Stitched: only
    its parts stand somewhere. Fabricated: not even those.
    """
    document = corpus.get(citation.source)
    if document and document.sha256 != citation.sha256:
        return "stale"
    if not valid(citation, corpus):
        return _origin(citation.quote, corpus)
    assert document
    if any(citation.start < end and start < citation.end for start, end in document.boilerplate):
        return "boilerplate"
    return "too_short" if size(document.text, (citation.start, citation.end)) < SHORTEST else None


def supports(citation: Citation, span: Evidence, corpus: Mapping[str, Document]) -> bool:
    """Whether a valid citation and a span of evidence share at least half of the shorter of the two."""
    if citation.source != span.source or not valid(citation, corpus):
        return False
    text = corpus[span.source].text
    cited, wanted = (citation.start, citation.end), (span.start, span.end)
    return max(held(text, wanted, [cited]), held(text, cited, [wanted])) >= HALF


def scores(item: Item, answer: Answer, corpus: Mapping[str, Document]) -> dict[str, float]:
    """The citation scores of one answer.

    Recall and both-sided evidence are asked of every answerable question, the rest of every answer:
    an answer without citations has precision 0, and so has one to a question without an answer.
    """
    result: dict[str, float] = {}
    if item.answerable:
        result["citation_recall"] = recall(item, answer.citations, corpus)
    if answer.abstained:
        return result
    citations = answer.citations
    spans = [span for group in item.evidence for span in group]
    hits = sum(any(supports(c, span, corpus) for span in spans) for c in citations)
    named = len(citations) + answer.usage.dropped_citations
    result["citation_precision"] = hits / named if named else 0.0
    result["tightness"] = tightness(citations, spans, corpus)
    result["statements_cited"] = _share(bool(s.citations) for s in answer.statements)
    if citations:
        result["citation_validity"] = _share(valid(c, corpus) for c in citations)
    return result


def nothing_cited() -> dict[str, float]:
    """The scores of the answer that an error kept from being given."""
    return {"citation_precision": 0.0, "tightness": 0.0, "statements_cited": 0.0}


def recall(item: Item, citations: Iterable[Citation], corpus: Mapping[str, Document]) -> float:
    """The share of the groups of evidence of which a span is cited."""
    cited = list(citations)
    found = [any(supports(c, span, corpus) for span in group for c in cited) for group in item.evidence]
    return sum(found) / len(found)


def tightness(citations: Iterable[Citation], evidence: Iterable[Evidence], corpus: Mapping[str, Document]) -> float:
    """The share of the cited characters that are evidence; 0 where nothing valid is cited."""
    cited = _by_source((c.source, c.start, c.end) for c in citations if valid(c, corpus))
    wanted = _by_source((s.source, s.start, s.end) for s in evidence)
    whole = sum(shared(corpus[source].text, spans, spans) for source, spans in cited.items())
    good = sum(shared(corpus[source].text, spans, wanted.get(source, [])) for source, spans in cited.items())
    return good / whole if whole else 0.0


def faults(answer: Answer, corpus: Mapping[str, Document]) -> dict[str, int]:
    """How many citations have each fault; `not_given` are numbers that were never given."""
    counts = Counter(found for citation in answer.citations if (found := fault(citation, corpus)))
    return {name: counts[name] for name in FAULTS} | {"not_given": answer.usage.dropped_citations}


def _origin(quote: str, corpus: Mapping[str, Document]) -> Fault:
    if quote and any(quote in document.text for document in corpus.values()):
        return "misattributed"
    texts = [document.text for document in corpus.values()]
    parts = [part for part in _SEAMS.split(quote) if part.strip()]
    return "stitched" if parts and all(any(part in text for text in texts) for part in parts) else "fabricated"


def _by_source(places: Iterable[tuple[str, int, int]]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for source, start, end in places:
        spans.setdefault(source, []).append((start, end))
    return spans


def _share(claims: Iterable[bool]) -> float:
    held_true = list(claims)
    return sum(held_true) / len(held_true) if held_true else 0.0
