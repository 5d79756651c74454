import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import eval.gold
from eval.gold import GoldError, Item, Paraphrase, StaleGold, alternatives, lint, load, load_paraphrases, split

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
GOLD = Path(eval.gold.__file__).parent / "seeds.jsonl"
PARAPHRASES = GOLD.with_name("seeds_paraphrases.jsonl")

TEXT = "Héron Ltd makes pumps.\r\nIts head is Ada Byron. Its head is Ada Byron.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_bytes(TEXT.encode())
    return folder


def span(quote: str = "Its head is Ada Byron.", start: int | None = None, text: str = TEXT) -> dict[str, Any]:
    start = text.index(quote) if start is None else start
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"source": "a.txt", "sha256": sha256, "start": start, "end": start + len(quote), "quote": quote}


def answerable(**changes: Any) -> dict[str, Any]:
    item = {
        "id": "head",
        "question": "Who leads Héron?",
        "kind": "fact",
        "answerable": True,
        "answers": ["Ada Byron", "Byron"],
        "evidence": [[span()]],
        "required_facts": ["Byron"],
    }
    return item | changes


def unanswerable(**changes: Any) -> dict[str, Any]:
    item = {
        "id": "founded",
        "question": "When was Héron founded?",
        "kind": "absent",
        "answerable": False,
        "plausible_wrong": ["1999"],
        "note": "The text says what it makes, not since when.",
    }
    return item | changes


@pytest.fixture
def gold(tmp_path: Path):
    def write(*lines: dict[str, Any] | str) -> Path:
        path = tmp_path / "gold.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    return write


def messages(path: Path, corpus: Path) -> list[str]:
    return [problem.message for problem in lint(path, corpus)]


# ---- loading


def test_items_come_in_the_order_of_the_file(gold, corpus):
    items = load(gold(answerable(), "", unanswerable()), corpus)
    assert [item.id for item in items] == ["head", "founded"]
    assert items[0].evidence[0][0].quote == "Its head is Ada Byron."


def test_a_line_separator_inside_a_string_does_not_break_the_line(gold):
    assert load(gold(answerable(question="Who\u2028leads?")))[0].question == "Who\u2028leads?"


def test_a_byte_order_mark_is_no_part_of_the_first_item(gold):
    path = gold(answerable())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path)[0].id == "head"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{'id': 1}", "not JSON"),
        ("[1, 2]", "a JSON object was wanted, found list"),
        ("[" * 100_000, "nested too deeply"),
        (json.dumps({k: v for k, v in answerable().items() if k != "question"}), "the field `question` is missing"),
        (json.dumps(answerable(quesiton="?")), "the field `quesiton` is not one of a gold file"),
        (json.dumps(answerable(question=" ")), "`question`"),
        (json.dumps(answerable(answerable="perhaps")), "`answerable`"),
        (json.dumps(answerable(evidence=[[]])), "`evidence.0`"),
        (json.dumps(answerable(evidence=[[span() | {"end": 99}]])), "count characters of the decoded text, not bytes"),
        (json.dumps(answerable(evidence=[[span() | {"start": -1}]])), "`evidence.0.0.start`"),
        (json.dumps(answerable(evidence=[[span() | {"sha256": "abc"}]])), "`evidence.0.0.sha256`"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(gold, line, said):
    path = gold(unanswerable(), line)
    with pytest.raises(GoldError) as error:
        load(path)
    assert f"{path}:2: " in str(error.value)
    assert said in str(error.value)


def test_all_bad_lines_are_told_at_once_and_a_flood_is_counted(gold):
    with pytest.raises(GoldError) as error:
        load(gold(*["no"] * 14))
    assert str(error.value).count("not JSON") == 10
    assert str(error.value).endswith("and 4 more; `rag eval lint` lists all")


def test_a_second_item_of_the_same_id_is_refused_with_both_lines(gold):
    with pytest.raises(GoldError, match=r":2: the id 'head' is on line 1 already"):
        load(gold(answerable(), answerable(question="And again?")))


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(gold, content):
    path = gold()
    path.write_text(content)
    with pytest.raises(GoldError, match="holds no gold questions"):
        load(path)


def test_a_missing_file_and_a_file_of_other_encoding_are_refused_by_name(tmp_path):
    with pytest.raises(GoldError, match=r"nowhere\.jsonl \(No such file"):
        load(tmp_path / "nowhere.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(GoldError, match=r"latin\.jsonl is not UTF-8 \(byte 11\)"):
        load(tmp_path / "latin.jsonl")


# ---- against the corpus


def test_a_changed_source_is_stale_and_not_wrong(gold, corpus):
    path = gold(answerable())
    (corpus / "a.txt").write_text("Nothing of the old text.")
    with pytest.raises(StaleGold, match=r":1: stale: a\.txt has changed"):
        load(path, corpus)
    assert [problem.stale for problem in lint(path, corpus)] == [True]


def test_gold_that_is_stale_and_wrong_is_wrong(gold, corpus):
    path = gold(answerable(), "no")
    (corpus / "a.txt").write_text("Nothing of the old text.")
    with pytest.raises(GoldError) as error:
        load(path, corpus)
    assert not isinstance(error.value, StaleGold)


def test_a_quote_at_another_place_is_told_where_it_stands(gold, corpus):
    path = gold(answerable(evidence=[[span(start=0)]]))
    with pytest.raises(GoldError, match=r"it stands at 24:46: correct the offsets"):
        load(path, corpus)


def test_a_quote_that_stands_nowhere_is_to_be_copied(gold, corpus):
    path = gold(answerable(evidence=[[span() | {"quote": "Its head is Ida Byron."}]]))
    with pytest.raises(GoldError, match="the quote stands nowhere in the file"):
        load(path, corpus)


def test_the_second_of_two_equal_sentences_is_evidence_of_its_own(gold, corpus):
    second = span(start=TEXT.rindex("Its head"))
    assert load(gold(answerable(evidence=[[span(), second]])), corpus)[0].evidence[0][1].start == second["start"]


def test_a_source_that_is_not_there_names_the_corpus_as_the_remedy(gold, corpus):
    path = gold(answerable(evidence=[[span() | {"source": "b.txt"}]]))
    with pytest.raises(GoldError, match=r"b\.txt cannot be read .*; name the corpus"):
        load(path, corpus)


# ---- lint


def test_sound_gold_has_no_problems(gold, corpus):
    assert lint(gold(answerable(), unanswerable()), corpus) == ()


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (answerable(evidence=[]), "no evidence is marked"),
        (answerable(answers=[]), "no answer is accepted"),
        (answerable(answers=["Charles"], required_facts=[]), "the words of no accepted answer stand in the evidence"),
        (answerable(required_facts=["Byron", "pumps"]), "does not state the required fact 'pumps'"),
        (answerable(forbidden_facts=["its head"]), "the forbidden fact 'its head' stands in the evidence"),
        (answerable(answers=["Ada Byron", "ada  byron"]), "`answers` holds 'ada byron' twice"),
        (answerable(plausible_wrong=["byron"]), "'byron' is both an accepted answer and a wrong one"),
        (unanswerable(plausible_wrong=[]), "no likely wrong answer is named"),
        (unanswerable(note=" "), "where the nearest text stops short"),
        (unanswerable(answers=["1999"], plausible_wrong=["2001"]), "yet answers are accepted"),
        (unanswerable(evidence=[[span()]]), "yet evidence is marked"),
    ],
)
def test_lint_tells_what_a_careful_reader_would(gold, corpus, item, said):
    [message] = messages(gold(item), corpus)
    assert said in message


def test_a_required_fact_is_met_by_any_of_its_wordings(gold, corpus):
    assert alternatives("Ada Lovelace | Byron") == ("Ada Lovelace", "Byron")
    assert lint(gold(answerable(required_facts=["Ada Lovelace | Byron"])), corpus) == ()


def test_the_same_question_in_other_punctuation_is_a_duplicate(gold, corpus):
    path = gold(answerable(), answerable(id="again", question="who leads héron"))
    assert messages(path, corpus) == ["asks what line 1 asks; leave one of them out or reword it"]


def test_lint_reports_bad_lines_and_goes_on_with_the_good(gold, corpus):
    path = gold("no", unanswerable(note=""))
    assert [(problem.path, problem.line) for problem in lint(path, corpus)] == [(path, 1), (path, 2)]


# ---- split and paraphrases


def test_the_split_hangs_on_the_id_alone():
    item = Item.model_validate(answerable())
    assert split(item) == split(item.model_copy(update={"question": "Another?"}))
    assert split(item) == split(Paraphrase(id="x", of=item.id, question="Who is its head?"))
    halves = {i: split(item.model_copy(update={"id": i})) for i in "abcd"}
    assert halves == {"a": "tune", "b": "tune", "c": "test", "d": "test"}


def test_a_paraphrase_of_an_unknown_item_is_refused(tmp_path):
    path = tmp_path / "paraphrases.jsonl"
    path.write_text('{"id": "x", "of": "tail", "question": "Who?"}\n')
    with pytest.raises(GoldError, match=r":1: `of` is 'tail', which no item bears"):
        load_paraphrases(path, [Item.model_validate(answerable())])


# ---- the gold that ships


@pytest.fixture(scope="module")
def seeds() -> tuple[Item, ...]:
    return load(GOLD, SEEDS)


def test_the_gold_that_ships_is_sound():
    assert [str(problem) for problem in lint(GOLD, SEEDS)] == []


def test_the_gold_that_ships_asks_for_everything_it_promises(seeds):
    kinds = Counter(item.kind for item in seeds)
    assert len(seeds) >= 160
    assert sum(not item.answerable for item in seeds) >= 55
    assert min(kinds.values()) >= 5, kinds
    assert {item.kind for item in seeds if not item.answerable} == {
        "near_miss",
        "absent",
        "false_premise",
        "after_period",
        "off_topic",
    }


def test_both_halves_of_the_shipped_gold_hold_every_kind_and_every_document(seeds):
    for half in ("tune", "test"):
        items = [item for item in seeds if split(item) == half]
        assert {item.kind for item in items} == {item.kind for item in seeds}
        assert {s.source for item in items for group in item.evidence for s in group} == {
            path.name for path in SEEDS.iterdir()
        }


def test_a_conflict_has_evidence_for_each_side(seeds):
    assert all(len(item.evidence) >= 2 for item in seeds if item.kind == "conflict")


def test_what_is_told_twice_has_both_places_as_alternatives(seeds):
    assert all(any(len(group) >= 2 for group in item.evidence) for item in seeds if item.kind == "told_twice")


def test_evidence_never_stands_in_boilerplate(seeds):
    from rag.ingest.read import read

    boilerplate = {path.name: read(path, path.name).boilerplate for path in SEEDS.iterdir()}
    for item in seeds:
        for s in (s for group in item.evidence for s in group):
            assert not [b for b in boilerplate[s.source] if b[0] < s.end and s.start < b[1]], (item.id, s.quote)


def test_the_figures_of_one_side_are_kept_with_who_gives_them(seeds):
    figures = {"11,240", "4,630", "3,130", "29,000"}
    items = [item for item in seeds if figures & set(item.answers)]
    assert len(items) >= 5
    assert all("official Palestinian sources" in item.note for item in items)


def test_the_shipped_paraphrases_are_new_wordings_of_known_items(seeds):
    paraphrases = load_paraphrases(PARAPHRASES, seeds)
    of = Counter(paraphrase.of for paraphrase in paraphrases)
    assert len(of) >= 60
    assert set(of.values()) == {2}
    asked = [" ".join(p.question.casefold().split()) for p in (*seeds, *paraphrases)]
    assert len(asked) == len(set(asked))
