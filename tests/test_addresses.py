"""Addresses in plain letters and in disguise."""

from __future__ import annotations

import pytest

from rag.answer.addresses import given, revealed, urls
from rag.answer.sanitize import clean


@pytest.mark.parametrize(
    "text",
    [
        "evil.zip",
        "files.evil.sh/forms",
        "evil:8080/forms?q=x",
        "203.0.113.7/p.png",
        "https&#58;//evil&#46;example/p",
        "https:%2F%2Fevil%2Eexample/p",
        "https : // evil . example / p",
        "ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ／ｐ",
        "www。evil。example",
        "hxxps://evil[.]example/p",
        "\\\\evil.example\\share",
        "sms:+1555?body=evil",
        "intent:evil#Intent;end",
        "evil(dot)com",
        "evil[.]com/p",
        "evil {.} com",
        "evil.рф/p",
        "evil.xn--p1ai",
        "https%253A%252F%252Fevil%252Ecom",
    ],
)
def test_an_address_in_disguise_goes(text: str) -> None:
    cleaned = clean(f"Open {text} now.")
    assert "evil" not in revealed(cleaned)
    assert cleaned.startswith("Open ")
    assert "removed" in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "Ratio 3:16 and 10:30/11:00 at 5.30pm",
        "Version 2.10.3 in config.yaml and setup.py",
        "AT&T, R&D, 54% of 3.5bn and $1.2m",
        "他说。然后他走了。",
        "Ph.D. students, e.g. from St.Mary",
        "He left.Then she left.",
        "f(.)x and array[.]y, the dot com years",
        "In the store. Shop for more, dot by dot",
        "GPT。然后",
        "сайт.Потом",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert clean(text) == text


def test_an_address_that_a_source_holds_in_disguise_is_known() -> None:
    assert urls("See https://a.example/x") <= given(["See https&#58;//a.example/x"])
