import pytest

from rag.ingest.clean import boilerplate
from rag.ingest.read import read

PROSE = (
    "The council of the town met on Monday evening and voted, after a long debate, for the new bridge over the river, "
    "which will be built in two years and will cost no more than had been promised to the people who live there."
)
ARTICLE = f"A bridge at last\n\n{PROSE}\n\nWhat it costs\n\n{PROSE}\n\n{PROSE}"


def marked(text: str) -> list[str]:
    return [line for start, end in boilerplate(text) for line in text[start:end].splitlines() if line.strip()]


def test_the_furniture_of_the_seeds_is_marked_and_nothing_else(seeds):
    found = {path.name[:3]: marked(path.read_text()) for path in sorted(seeds.iterdir())}
    assert found["000"] == []
    assert found["001"] == ["scroll to top"]
    assert found["002"] == ["Leave a Reply"]
    assert [line[:20] for line in found["003"]] == ["US and Israel headed", "— JvNewz.com-John (@"]
    assert [line[:20] for line in found["004"]] == [
        "Home » today » World",
        "11/14/2023-|Last upd",
        "#Blinken #acknowledg",
        "2023-11-14 00:15:45",
        "Leave a Comment",
        "This site uses Akism",
    ]


@pytest.mark.parametrize(
    "line",
    ["Back to top", "Share this article on Facebook", "Read more stories", "Post a comment", "Follow us on Twitter",
     "#bridge #river #town", "Skip to main content", "Subscribe to our newsletter", "Log in to post comments"],
)  # fmt: skip
def test_an_invitation_to_act_on_the_page_is_marked_at_its_foot(line):
    assert marked(f"{ARTICLE}\n\n{line}\n") == [line]


def test_what_follows_the_label_of_a_form_is_marked_with_it():
    assert marked(f"{ARTICLE}\nLeave a comment\nName\nYour address will not be shown.") == [
        "Leave a comment",
        "Name",
        "Your address will not be shown.",
    ]


def test_a_trail_of_links_above_the_title_is_marked():
    assert marked(f"Home > Town > A bridge at last\n{ARTICLE}") == ["Home > Town > A bridge at last"]
    assert marked(f"Home » News » Bridges\n{ARTICLE}") == ["Home » News » Bridges"]


def test_a_whole_page_copied_from_the_screen_loses_its_menus():
    menu = "\n".join(["Home", "News", "Sports", "Weather", "Video", "Contact us", "Subscribe", "Log in", "Search"])
    foot = "\n".join(["Related news", "Share", "Email", "Facebook", "Twitter", "Privacy policy", "Terms of use",
                      "All rights reserved", "Advertise with us"])  # fmt: skip
    text = f"{menu}\n{PROSE}\n{PROSE}\n{PROSE}\n{PROSE}\n{foot}"
    found = marked(text)
    assert PROSE not in found
    assert {"Home", "News", "Sports", "Privacy policy", "Facebook", "All rights reserved"} <= set(found)


POEM = "\n".join(
    ["The woods are lovely in the rain", "And no one walks there now", "Home to the hill", "Follow the stream"] * 6
)
WORD_LIST = "\n".join(["News", "Sport", "Video", "Share", "Email", "Contact", "Home", "Weather"] * 10)
RUSSIAN = "\n".join(["Главная", "Новости", "Это длинный абзац о том, что совет города решил построить мост."] * 20)
MINUTES = (
    f"Minutes of the Meeting\n\nPresent: A. Smith, B. Jones\n\n{PROSE}\n\nActions\n\n- Smith to write\n"
    "- Jones to read\n\nNext meeting: Monday\nJohn Smith\nChairman"
)
FAQ = f"How do I sign in?\n\n{PROSE}\n\nWhere is my account?\n\n{PROSE}\n\nContact\n\nCall the office in the morning."
TABLE = "Item | Price | Stock\nStone | 12,000 | 4\nTimber | 8,000 | 2\nIron | 9,500 | 1\n" * 4
CODE = "import os\n\ndef main():\n    # share the page\n    print(os.name)\n\nif __name__ == '__main__':\n    main()\n"
CLAUSES = (
    f"1. Definitions\n\n{PROSE}\n\n2. Term\n\n{PROSE}\n\n3. Governing Law\n\n{PROSE}\n\nSigned\nJane Roe\n3 March 2024"
)
LETTER = (
    f"12 High Street\nLondon\n3 March 2024\n\nDear Mr. Smith,\n\n{PROSE}\n\nYours sincerely,\nJane Roe\nHead of Content"
)
LETTER_WITH_NOTE = f"{PROSE}\n\nJohn\n\nPS\nRead on."


@pytest.mark.parametrize(
    "text", [POEM, WORD_LIST, RUSSIAN, MINUTES, FAQ, TABLE, CODE, CLAUSES, LETTER, LETTER_WITH_NOTE, ARTICLE, PROSE]
)
def test_in_a_text_that_was_no_page_nothing_is_marked(text):
    assert marked(text) == []


@pytest.mark.parametrize("text", ["", "\n\n", "word", "Leave a Reply", "#a #b #c", "Home » News » Town", "a\r\nb\rc"])
def test_a_text_of_nothing_else_is_left_alone(text):
    assert boilerplate(text) == ()


def test_spans_are_whole_lines_in_order_and_the_text_stays(seeds):
    for path in seeds.iterdir():
        document = read(path, path.name)
        assert document.text.encode() == path.read_bytes()
        before = 0
        for start, end in document.boilerplate:
            assert before <= start < end
            assert start == 0 or document.text[start - 1] == "\n"
            assert end == len(document.text) or document.text[end] == "\n"
            before = end


def test_code_logs_and_markdown_are_never_judged(tmp_path):
    for name in ("a.py", "a.log", "a.md", "a.rst"):
        (tmp_path / name).write_text(f"{ARTICLE}\n\nLeave a Reply\n")
        assert read(tmp_path / name, name).boilerplate == ()


def test_a_long_text_of_short_lines_is_judged_in_time_that_grows_with_its_length():
    assert boilerplate("monmon #a » b | c 1/2/2020 — (@ \n" * 5_000) is not None
