import pytest

from eval.metrics.answers import states
from eval.metrics.words import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("34,000", "34 thousand"),
        ("1.2 million", "1,200,000"),
        ("two hundred and fifty", "250"),
        ("twenty-five", "25"),
        ("forty", "40"),
        ("54%", "54 percent"),
        ("54 per cent", "fifty-four percent"),
        ("March 22, 2024", "22 March 2024"),
        ("Mar. 22, 2024", "2024-03-22"),
        ("11/14/2023", "14th of November 2023"),
        ("the U.S.", "US"),
        ("Röntgen’s", "Rontgen"),
        ("$1,500", "1500 dollars"),
        ("one hundred and two thousand three hundred", "102,300"),
    ],
)
def test_the_same_thing_written_twice_reads_the_same(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("2024", "It closed on March 22, 2024."),
        ("March", "It closed on March 22, 2024."),
        ("March 22", "It closed on 22 March 2024."),
        ("March 2024", "It closed on March 22, 2024."),
        ("34,000", "Over 34,000 litres"),
        ("nobody | no one", "No one likes it."),
        ("dollar", "The currency is the dollar."),
        ("The dollar", "It is the dollar."),
        ("A", "Oranges hold little vitamin A."),
        ("北京", "答案是北京。"),
        ("5公里", "全长5公里。"),
        ("서울", "서울은 수도이다."),
        ("-5", "It fell to −5 degrees."),
        ("-1,500", "a loss of -$1,500"),
        ("19", "under COVID-19 rules, pages 3-19"),
        ("may 12", "It closed on May 12."),
    ],
)
def test_a_fact_is_stated(fact: str, text: str) -> None:
    assert states(text, fact)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("March 22, 2024", "It closed on March 22."),
        ("4,000", "Over 34,000 litres"),
        ("A", "It is a vitamin."),
        ("5公里", "全长15公里。"),
        ("он", "Это закон."),
        ("5", "It fell to -5 degrees."),
        ("-5", "It rose to 5 degrees."),
        ("May 12", "He may 12 times a year."),
        ("March 20", "They march 20 miles."),
        ("23", "March 22"),
        ("Ada Byron", "Byron, Ada"),
        ("34", "34,000"),
        ("", "anything"),
    ],
)
def test_a_fact_is_not_stated(fact: str, text: str) -> None:
    assert not states(text, fact)


def test_two_numbers_beside_each_other_stay_two() -> None:
    assert words("two three") == words("2 3")
    assert words("two three") != words("5")
