import pytest

from rag.ingest.read.dates import published

STORY = "\n\n" + "The council met on 4 May 1999 and the vote of 2001-02-03 was recalled by many who were there.\n" * 12


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: 3 March 2024", "2024-03-03"),
        ("By Jane Smith | March 3rd, 2024", "2024-03-03"),
        ("Posted on Tuesday, Sept. 5, 2023 at 4:01 PM", "2023-09-05"),
        ("2023-11-14 00:15:45", "2023-11-14"),
        ("2023-11-14T00:15:45Z", "2023-11-14"),
        ("11/14/2023-|Last update: 11/14/202304:01 AM (Mecca time)", "2023-11-14"),
        ("14.11.2023", "2023-11-14"),
        ("03/03/2023", "2023-03-03"),
        (
            "LONDON, 3 March 2024 — The council met again and voted, as it had done so many times in the past.",
            "2024-03-03",
        ),
        ("Last updated: 3 March 2024", "2024-03-03"),
        ("Published on 3 March 2024. Comments due 1 May 2024.", "2024-03-03"),
        ("Valid until 31 December 2026. Issued Monday, 4 March 2024.", "2024-03-04"),
        ("Date: 3 March 2024, 4:01 PM | Expires: 1 May 2024", "2024-03-03"),
    ],
)
def test_a_line_that_is_hardly_more_than_a_date_is_the_day_of_publication(line, date):
    assert published(f"A Title\n{line}{STORY}") == date
    assert published(f"A Title{STORY}\n{line}\n") == date


@pytest.mark.parametrize(
    "line",
    [
        "03/04/2023",
        "2023-02-30",
        "The law was passed on 3 March 2024.",
        "On March 3, 2024 the committee published its long awaited report about the state of the harbour",
        "— John Smith (@john) March 22, 2024",
        "1998",
        "Version 2024.13.45",
        "Valid until: 31 December 2026",
        "Due on 3 March 2024",
        "Released on 3 March 2024, the film was due in Europe on 1 May 2024.",
        "Published on 3 March 2024 were the terms, valid until 1 May 2024.",
        "Next meeting: 3 March 2024",
        "Date of birth: 3 March 1984",
        "Milestone: Pilot, Date: 3 March 2024, Owner: Ann.",
    ],
)
def test_an_ambiguous_or_told_date_is_none(line):
    assert published(f"A Title\n{line}{STORY}") == ""


def test_the_day_of_publication_comes_before_that_of_an_update():
    assert published("Updated: 5 May 2024\nPublished: 3 March 2024" + STORY) == "2024-03-03"


def test_asked_for_a_label_a_bare_date_does_not_count():
    assert published("1.2.0 - 2024-03-01\n" + STORY, labelled=True) == ""
    assert published("Date: 2024-03-01\n" + STORY, labelled=True) == "2024-03-01"
