import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.chunk import chunk, context
from rag.ingest.regions import regions
from rag.models.embedder import open_embedder
from rag.types import Document, Section

SEEDS = Path(__file__).parent.parent / "seeds"


def count_words(texts):
    """Words and marks, and two special tokens."""
    return [len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts]


def count_characters(texts):
    """A tokenizer that has no words."""
    return [len(text) + 2 for text in texts]


def count_more_than_the_parts(texts):
    """A tokenizer under which a text costs more than its sentences do."""
    return [len(text.split()) + text.count(". ") * 5 + 2 for text in texts]


def document_of(text, **fields):
    return Document("notes.txt", text, "0" * 64, "text/plain", **fields)


def embedded_tokens(document, chunks, count_tokens):
    return count_tokens([f"{context(document, c)}\n{c.text}" for c in chunks])


sentences = st.lists(st.sampled_from(["one", "two,", "three", "U.S.", "5", "x" * 90]), min_size=1, max_size=60).map(
    lambda words: "The " + " ".join(words) + ". "
)
texts = st.lists(sentences | st.sampled_from(["\n\n", "A heading\n\n", "\n- item", "“", " "]), max_size=40).map("".join)


@st.composite
def documents(draw):
    """A text cut at random into sections and boilerplate."""
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    places = st.sampled_from(["", "page 1", "page 2", "slide 1", "slide 2", "Sheet1, row 2", "Sheet1, row 3"])
    headings = st.sampled_from([(), ("Guide",), ("Guide", "Set-up"), ("Guide", "Use " * 80)])
    sections = tuple(
        Section(start, end, draw(places), draw(headings))
        for start, end in pairwise(cuts)
        if start < end and draw(st.booleans())
    )
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    boilerplate = tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b)
    title = draw(st.sampled_from(["", "A title", "한국어 " * 60, "t" * 300]))
    return document_of(text, title=title, sections=sections, boilerplate=boilerplate)


@given(documents())
def test_a_chunk_is_a_slice_of_the_text_and_its_sentences_are_inside_it(document):
    for piece in chunk(document, count_words):
        assert document.text[piece.start : piece.end] == piece.text
        assert (piece.sentences[0].start, piece.sentences[-1].end) == (piece.start, piece.end)
        assert all(a.end <= b.start for a, b in pairwise(piece.sentences))
        assert (piece.source, piece.sha256) == (document.source, document.sha256)


@pytest.mark.parametrize("count_tokens", [count_words, count_characters, count_more_than_the_parts])
@given(document=documents())
def test_no_chunk_exceeds_the_limit_with_its_context_counted_in(count_tokens, document):
    chunks = chunk(document, count_tokens)
    assert all(tokens <= 256 for tokens in embedded_tokens(document, chunks, count_tokens))


@given(documents())
def test_all_text_but_boilerplate_is_in_some_chunk_and_boilerplate_in_none(document):
    chunks = chunk(document, count_words)
    covered = {offset for c in chunks for offset in range(c.start, c.end)}
    boilerplate = {offset for start, end in document.boilerplate for offset in range(start, end)}
    assert not covered & boilerplate
    in_sentences = {offset for c in chunks for s in c.sentences for offset in range(s.start, s.end)}
    assert {i for i, c in enumerate(document.text) if not c.isspace()} - boilerplate <= in_sentences


@given(documents())
def test_chunks_are_in_order_and_share_at_most_one_sentence(document):
    for one, other in pairwise(chunk(document, count_words)):
        assert one.start < other.start
        assert one.end < other.end
        assert len(set(one.sentences) & set(other.sentences)) <= 1


@given(documents())
def test_the_same_document_has_the_same_chunks(document):
    assert chunk(document, count_words) == chunk(document, count_words)


def test_each_chunk_repeats_the_last_sentence_of_the_one_before():
    document = document_of("".join(f"This is the sentence with the number {i} in it. " for i in range(200)))
    chunks = chunk(document, count_words)
    assert len(chunks) > 5
    assert all(one.sentences[-1] == other.sentences[0] for one, other in pairwise(chunks))
    assert all(170 <= tokens <= 230 for tokens in count_words([c.text for c in chunks]))


def test_a_sentence_longer_than_half_a_chunk_is_not_repeated():
    long = "The " + "word " * 150 + "ends. "
    chunks = chunk(document_of(long * 6), count_words)
    assert [len(c.sentences) for c in chunks] == [1] * 6
    assert len({s for c in chunks for s in c.sentences}) == 6


def test_a_sentence_over_the_limit_is_cut_into_pieces_that_fit():
    text = "x1 " * 300 + "."
    chunks = chunk(document_of(text), count_words)
    assert len(chunks) > 1
    assert all(tokens <= 256 for tokens in count_words([c.text for c in chunks]))
    pieces = sorted({s for c in chunks for s in c.sentences}, key=lambda s: s.start)
    assert "".join(text[s.start : s.end] for s in pieces).replace(" ", "") == text.replace(" ", "")


def test_letters_without_a_word_do_not_make_a_chunk_of_endless_length():
    assert max(len(c.text) for c in chunk(document_of("x" * 100_000), count_words)) < 16 * 256


def test_a_chunk_does_not_span_boilerplate():
    text = "The first part is evidence. Share this page! The second part is evidence too."
    start = text.index("Share")
    end = text.index("The second")
    chunks = chunk(document_of(text, boilerplate=((start, end),)), count_words)
    assert [c.text for c in chunks] == ["The first part is evidence.", "The second part is evidence too."]


def test_text_runs_on_over_a_page_but_not_over_a_slide():
    text = "The first sentence is here.\n\nThe second sentence is there."
    middle = text.index("The second")

    def placed(one, other):
        return document_of(text, sections=(Section(0, middle, one), Section(middle, len(text), other)))

    assert len(chunk(placed("page 1", "page 2"), count_words)) == 1
    assert len(chunk(placed("Sheet1, row 1", "Sheet1, row 2"), count_words)) == 1
    assert len(chunk(placed("Sheet1, row 9", "Sheet2, row 1"), count_words)) == 2
    assert len(chunk(placed("slide 1", "slide 2"), count_words)) == 2


def test_a_heading_goes_with_the_text_that_follows_it():
    body = "".join(f"This is the sentence with the number {i} in it. " for i in range(18))
    document = document_of("\n\n".join([body, "A heading", body, "Another heading", body]))
    for piece in chunk(document, count_words):
        assert not piece.text.endswith("heading")


def test_a_section_of_few_words_is_joined_to_its_neighbour_under_the_headings_they_share():
    long = "This is one of many sentences. " * 20
    text = f"# Guide\n\n## Short\n\nFew words.\n\n## Long\n\n{long}"
    starts = [text.index(mark) for mark in ("# Guide", "## Short", "## Long")] + [len(text)]
    paths = [("Guide",), ("Guide", "Short"), ("Guide", "Long")]
    sections = tuple(Section(a, b, heading=path) for (a, b), path in zip(pairwise(starts), paths, strict=True))
    document = document_of(text, title="Guide", sections=sections)
    chunks = chunk(document, count_words)
    assert len(chunks) == 1
    assert context(document, chunks[0]) == "Guide"
    apart = chunk(document_of(text.replace("Few words.", long), title="Guide", sections=()), count_words)
    assert len(apart) > 1


def test_the_context_is_title_and_headings_without_repeating_either():
    text = "# Guide\n\nThe sentence stands here."
    document = document_of(text, title="Guide", sections=(Section(0, len(text), heading=("Guide", "Set-up")),))
    assert context(document, chunk(document, count_words)[0]) == "Guide > Set-up"
    plain = document_of(text)
    assert context(plain, chunk(plain, count_words)[0]) == ""


def test_a_long_context_is_shortened_at_words_and_keeps_title_and_innermost_heading():
    path = ("Guide", "middle " * 30, "innermost")
    text = "The sentence stands here."
    document = document_of(text, title="title " * 40, sections=(Section(0, len(text), heading=path),))
    words = context(document, chunk(document, count_words)[0])
    assert len(words.encode()) <= 160
    assert words.startswith("title title")
    assert words.endswith(" > innermost")


@pytest.mark.parametrize("text", ["", " \n\n ", "\ufeff \n"])
def test_a_document_without_words_has_at_most_a_mark_for_a_chunk(text):
    assert len(chunk(document_of(text), count_words)) == bool(text.strip())


def test_a_document_of_boilerplate_alone_has_no_chunk():
    assert chunk(document_of("Leave a Reply", boilerplate=((0, 13),)), count_words) == ()


@pytest.mark.parametrize("target", [0, -1, 257])
def test_an_impossible_target_is_refused(target):
    with pytest.raises(ValueError, match="target_tokens must be from 1 to limit_tokens"):
        chunk(document_of("A sentence."), count_words, target_tokens=target)


def test_tokens_are_counted_in_few_calls():
    calls = []

    def counting(texts):
        calls.append(len(texts))
        return count_words(texts)

    chunk(document_of("This is a sentence. " * 2000), counting)
    assert len(calls) == 2


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_seeds_fit_the_packaged_embedder_in_whole_sentences(path):
    document = document_of(path.read_text("utf-8"), title=path.read_text("utf-8").split("\n")[0])
    count_tokens = open_embedder().count_tokens
    chunks = chunk(document, count_tokens)
    assert max(embedded_tokens(document, chunks, count_tokens)) <= 256
    whole = {s for region in regions(document) for s in region.sentences}
    assert {s for c in chunks for s in c.sentences} == whole
