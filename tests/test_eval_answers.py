import random
import re
import string
from collections import Counter

import pytest

from eval.metrics.answers import exact_match, scores, short_form, token_f1
from rag.types import Answer, Statement
from tests.eval_fixtures import cited, documents, item, span

YEAR = item("year", "When?", "1998", (span("pump.txt", "The pump was installed in 1998."),))


def said(text: str, **fields: object) -> Answer:
    return Answer("?", (Statement(text, **fields),))  # type: ignore[arg-type]


# The functions of SQuAD 2.0's official script (evaluate-v2.0.py, MIT), as the reference that F1 is held against.


def squad_normalize(s: str) -> str:
    def remove_articles(text: str) -> str:
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    def remove_punc(text: str) -> str:
        exclude = set(string.punctuation)
        return "".join(ch for ch in text if ch not in exclude)

    return " ".join(remove_articles(remove_punc(s.lower())).split())


def squad_f1(a_gold: str, a_pred: str) -> float:
    gold_toks, pred_toks = squad_normalize(a_gold).split(), squad_normalize(a_pred).split()
    num_same = sum((Counter(gold_toks) & Counter(pred_toks)).values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return float(gold_toks == pred_toks)
    if num_same == 0:
        return 0.0
    precision, recall = 1.0 * num_same / len(pred_toks), 1.0 * num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


def test_f1_and_exact_match_agree_with_squads_script_on_random_answers() -> None:
    draw = random.Random(5)
    parts = [
        "the",
        "A",
        "an",
        "pump",
        "Pump.",
        "34,000",
        "it's",
        "—",
        "…",
        "east-door",
        "",
        "Röntgen",
        "(1998)",
        "theory",
    ]
    for _ in range(2000):
        one, other = (" ".join(draw.choices(parts, k=draw.randint(0, 6))) for _ in range(2))
        assert token_f1(one, other) == pytest.approx(squad_f1(other, one), abs=1e-12)
        assert exact_match(one, other) == float(squad_normalize(one) == squad_normalize(other))


def test_f1_by_hand() -> None:
    # given {pump, was, installed, in, 1998}, wanted {installed, in, 1998}: precision 3/5, recall 3/3
    assert token_f1("The pump was installed in 1998.", "installed in 1998") == pytest.approx(0.75)


def test_the_marked_answer_is_compared_and_the_whole_text_searched_for_facts() -> None:
    quote = cited("pump.txt", "The pump was installed in 1998.")
    answer = said(quote.quote, citations=(quote,), highlight=(26, 30))
    assert short_form(answer, documents()) == "1998"
    found = scores(YEAR, answer, documents())
    assert (found["exact_match"], found["token_f1"], found["correct"]) == (1.0, 1.0, 1.0)


def test_an_answer_needs_every_required_fact() -> None:
    rice = item("rice", "?", "Tuesday; nobody", (span("menu.txt", "Nobody likes the rice."),),
                required_facts=("Tuesday", "nobody | no one"))  # fmt: skip
    half = scores(rice, said("It is on Tuesday."), documents())
    assert (half["fact_recall"], half["correct"]) == (0.5, 0.0)
    assert scores(rice, said("On Tuesday, and no one likes it."), documents())["correct"] == 1.0


def test_a_forbidden_fact_makes_a_right_answer_wrong() -> None:
    year = item("year", "?", "1998", (span("pump.txt", "1998"),), forbidden_facts=("1898",))
    found = scores(year, said("In 1998, or was it 1898?"), documents())
    assert (found["answer_stated"], found["forbidden_fact"], found["correct"]) == (1.0, 1.0, 0.0)


def test_an_abstention_scores_nothing_and_says_nothing_forbidden() -> None:
    found = scores(YEAR, Answer("?", abstained=True), documents())
    assert set(found.values()) == {0.0}
