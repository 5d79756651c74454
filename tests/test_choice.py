from __future__ import annotations

from collections.abc import Sequence

from rag.answer.choice import all_answers, best_answers
from rag.answer.found import Found
from rag.ingest.sentences import split
from rag.types import Chunk, Document, Passage, Span


def found(text: str, *answers: tuple[str, float], source: str = "a.txt") -> list[Found]:
    """The sentences of one passage that hold these answers, each with its log-odds."""
    document = Document(source, text, source.ljust(64, "0"), "text/plain")
    sentences = split(text)
    passage = Passage(Chunk(source, document.sha256, 0, len(text), text, sentences), 1.0, 1)
    made = []
    for answer, log_odds in answers:
        at = text.index(answer)
        sentence: Span = next((s.start, s.end) for s in sentences if s.start <= at < s.end)
        made.append(Found(passage, document, sentence, (at, at + len(answer)), 1.0, log_odds))
    return made


def ranked(*parts: Sequence[Found]) -> list[Found]:
    return sorted((one for part in parts for one in part), key=lambda one: -one.log_odds)


def texts(answers: Sequence[Sequence[Found]]) -> list[list[str]]:
    return [[one.text for one in alike] for alike in answers]


def test_all_that_is_sure_is_listed_likeliest_first_however_many_a_passage_holds() -> None:
    one = found("Ann won first prize. It rained. Bert won it too.", ("Ann", 4.0), ("Bert", 1.0))
    other = found("Cleo won in May. Dora won in June.", ("Cleo", 3.0), ("Dora", 2.0), source="b.txt")
    listed = all_answers(ranked(one, other)).answers
    assert texts(listed) == [
        ["Ann won first prize."],
        ["Cleo won in May."],
        ["Dora won in June."],
        ["Bert won it too."],
    ]


def test_items_of_one_value_are_items_of_their_own() -> None:
    adults = found("Adults pay £286 a year.", ("£286", 3.0))
    pensioners = found("Pensioners pay £286 a year.", ("£286", 2.0), source="b.txt")
    sure = ranked(adults, pensioners)
    assert [len(alike) for alike in all_answers(sure).answers] == [1, 1]
    assert [len(alike) for alike in best_answers("How much is it?", sure, sure).answers] == [2]


def test_a_sentence_that_stands_in_several_documents_is_listed_once_with_all_of_them() -> None:
    copies = [found("Ann  won.", ("Ann", 3.0 - n), source=f"{n}.txt") for n in range(6)]
    (alike,) = all_answers(ranked(*copies)).answers
    assert [one.document.source for one in alike] == [f"{n}.txt" for n in range(6)]


def test_a_heading_is_listed_only_where_its_document_says_nothing_else() -> None:
    one = found("The prize winners\n\nAnn won first prize.", ("prize winners", 4.0), ("Ann", 3.0))
    other = found("Winners of the year\n\nNothing.", ("Winners", 2.0), source="b.txt")
    listed = all_answers(ranked(one, other)).answers
    assert texts(listed) == [["Ann won first prize."], ["Winners of the year"]]


def test_in_a_list_only_documents_that_give_another_number_for_the_same_are_rivals() -> None:
    one = found("The bridge cost £40 million.", ("£40 million", 4.0))
    text = "The bridge cost £55 million. The road cost £9 million."
    other = found(text, ("£55 million", 3.0), ("£9 million", 2.0), source="b.txt")
    bridge, road = all_answers(ranked(one, other)).rivals
    assert [one.value for one in bridge] == ["£40 million", "£55 million"]
    assert [one.value for one in road] == ["£9 million"]
    names = [found(f"President {name} spoke.", (name, 2.0), source=name)[0] for name in ("Ann", "Bert")]
    assert all_answers(names).rivals == []


def test_one_document_that_gives_several_numbers_for_the_same_lists_them() -> None:
    one = found("A bus leaves at 7 pm. A bus leaves at 8 pm.", ("7 pm", 4.0), ("8 pm", 3.0))
    other = found("A bus leaves at 9 pm.", ("9 pm", 2.0), source="b.txt")
    assert all_answers(ranked(one, other)).rivals == []


def test_the_best_sentence_of_each_document_is_set_against_the_best() -> None:
    one = found("It cost 40 euros. It cost 41 euros in all.", ("40 euros", 4.0), ("41 euros", 0.1))
    other = found("It cost 50 euros. It cost 51 euros.", ("50 euros", 3.0), ("51 euros", 0.2), source="b.txt")
    third = found("It cost 60 euros.", ("60 euros", 1.0), source="c.txt")
    sure = ranked(one, other, third)
    (rivals,) = best_answers("How much was it?", sure, sure).rivals
    assert [one.value for one in rivals] == ["40 euros", "50 euros", "60 euros"]


def test_an_equal_value_for_another_thing_is_no_further_source() -> None:
    question = "What does entry to the Vigo fort cost?"
    forts = [
        found(f"Entry to the {name} fort costs 5 euros.", ("5 euros", 4.0 - n), source=f"{name}.txt")
        for n, name in enumerate(("Vigo", "Ravel", "Tern"))
    ]
    again = found("The Vigo fort: entry is 5 euros.", ("5 euros", 3.5), source="again.txt")
    first, *_ = best_answers(question, sure := ranked(*forts, again), sure).answers
    assert [one.document.source for one in first] == ["Vigo.txt", "again.txt"]
