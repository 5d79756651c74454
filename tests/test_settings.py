"""Settings: each value checked where it is given, with a sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from rag.answer.calibration import DEFAULT_RISK
from rag.errors import ConfigurationError
from rag.retrieve.fuse import LEXICAL_WEIGHT
from rag.retrieve.retrieve import CANDIDATES, Stages
from rag.settings import Settings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("fusion", "sparse", "the setting RAG_FUSION is wrong: input should be 'both', 'lexical' or 'dense'"),
        ("lexical_weight", 1.2, "the setting RAG_LEXICAL_WEIGHT is wrong: input should be less than or equal to 1"),
        ("rerank", "perhaps", "the setting RAG_RERANK is wrong: .*boolean"),
        ("chunk_tokens", 5, "the setting RAG_CHUNK_TOKENS is wrong: input should be greater than or equal to 20"),
        ("chunk_tokens", 1000, "the setting RAG_CHUNK_TOKENS is wrong: input should be less than or equal to 256"),
        ("risk", 0, "the setting RAG_RISK is wrong: input should be greater than 0"),
        ("k", 0, "the setting RAG_K is wrong: input should be greater than or equal to 1"),
        ("candidates", "many", "the setting RAG_CANDIDATES is wrong: .*not 'many'"),
    ],
)
def test_a_stage_that_cannot_be_is_refused_with_its_name(name: str, value: object, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Settings.given(**{name: value})


def test_the_stages_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FUSION": "dense", "LEXICAL_WEIGHT": "0.3", "RERANK": "1", "CHUNK_TOKENS": "120"}.items():
        monkeypatch.setenv(f"RAG_{name}", value)
    found = Settings()
    assert (found.fusion, found.lexical_weight, found.rerank, found.chunk_tokens) == ("dense", 0.3, True, 120)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RAG_HOME", "RAG_REPLY_CACHE", "RAG_BUDGET_USD", "RAG_K", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "")
    assert Settings() == Settings.model_construct()


def test_the_defaults_are_those_of_the_parts() -> None:
    settings = Settings()
    assert Stages(settings.fusion, settings.lexical_weight, settings.candidates) == Stages()
    assert (settings.lexical_weight, settings.candidates, settings.risk) == (LEXICAL_WEIGHT, CANDIDATES, DEFAULT_RISK)


def test_a_setting_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"there is no setting kk; the settings are .*\bk\b"):
        Settings(kk=3)


def test_the_page_on_settings_has_each_with_what_it_is_unless_set() -> None:
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    said = {name.strip("`| "): unless.strip("`") for row in rows for name in row[0].split(", ") for unless in row[1:2]}
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"RAG_{name.upper()}")
        value = field.get_default()
        empty = value is None or (isinstance(value, str | SecretStr) and not len(value))
        assert said[variable] == ("none" if empty else str(value).lower() if isinstance(value, bool) else str(value))
