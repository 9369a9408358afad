"""Sentences: each in every language, with the same slots."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.disclosure.brief_wording import BRIEF_MESSAGES
from recommender.disclosure.messages import LANGUAGES, pick_language, say
from recommender.disclosure.wording import MESSAGES


def slots(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize(
    ("table", "key"), [(table, key) for table in (MESSAGES, BRIEF_MESSAGES) for key in table]
)
def test_a_sentence_exists_in_every_language_with_the_same_slots(
    table: Mapping[str, tuple[str, ...]], key: str
) -> None:
    sentences = table[key]
    assert len(sentences) == len(LANGUAGES)
    assert all(sentence.strip() == sentence != "" for sentence in sentences)
    assert len({frozenset(slots(sentence)) for sentence in sentences}) == 1


def test_no_sentence_is_in_both_tables() -> None:
    assert not set(MESSAGES) & set(BRIEF_MESSAGES)


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["de"], "de"),
        (["FR-ca"], "fr"),
        (["es_MX"], "es"),
        (["pt", "nl", "es"], "es"),
        (["pt", "*"], "en"),
        ([""], "en"),
        ([], "en"),
        (["den"], "en"),
    ],
)
def test_the_first_wanted_language_that_is_spoken_is_taken(
    wanted: list[str], language: str
) -> None:
    assert pick_language(wanted) == language


@given(st.text(), st.sampled_from(LANGUAGES))
def test_what_fills_a_slot_is_never_read_as_a_sentence(about: str, language: str) -> None:
    before, after = MESSAGES["reason.followed"][LANGUAGES.index(language)].split("{about}")
    assert say("reason.followed", language, about=about) == before + about + after
