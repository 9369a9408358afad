"""Reasons: a code from the strongest feature, a sentence in the reader's language."""

from __future__ import annotations

import pytest

from recommender.disclosure.messages import LANGUAGES
from recommender.disclosure.reasons import (
    PINNED,
    ReasonCode,
    explore_reason,
    reason_of,
    reason_text,
)
from recommender.domain.slates import Reason


@pytest.mark.parametrize(
    ("strongest", "code", "text"),
    [
        ("similarity", "similar", "Because you read “Better bread”"),
        ("session", "session", "Because you just read “Better bread”"),
        ("context", "context", "Next to “Better bread”"),
        ("co_read", "co_read", "Readers of “Better bread” also read this"),
        ("affinity", "topic", "Because you read about food"),
        ("followed", "followed", "Because you follow The Oven"),
        ("trending", "trending", "Read by many now in food"),
        ("surge", "surge", "Rising now in food"),
        ("freshness", "fresh", "New in food"),
        ("boost", "boost", "Put forward by the editors"),
    ],
)
def test_the_reason_is_the_strongest_part_of_the_score(
    strongest: str, code: str, text: str
) -> None:
    reason = reason_of(strongest, title="Better bread", category="food", followed="The Oven")
    assert reason.code == code
    assert reason_text(reason, "en") == text


@pytest.mark.parametrize(
    ("strongest", "code", "text"),
    [
        ("similarity", "similar", "Close to what you read"),
        ("session", "session", "Close to what you are reading now"),
        ("context", "similar", "Close to what you read"),
        ("co_read", "similar", "Close to what you read"),
        ("affinity", "more", "More to read"),
        ("followed", "more", "More to read"),
        ("trending", "trending", "Read by many now"),
        ("surge", "surge", "Rising now"),
        ("freshness", "fresh", "New"),
    ],
)
def test_where_nothing_can_be_named_nothing_is(strongest: str, code: str, text: str) -> None:
    reason = reason_of(strongest)
    assert reason == Reason(code=code, about=None)
    assert reason_text(reason, "en") == text


def test_a_followed_name_that_is_missing_leaves_the_category() -> None:
    assert reason_of("followed", category="food") == Reason(code="more", about="food")


def test_aversion_is_never_a_reason() -> None:
    with pytest.raises(KeyError):
        reason_of("aversion")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ReasonCode)
def test_every_code_has_a_sentence_in_every_language(code: ReasonCode, language: str) -> None:
    nameless = code in {ReasonCode.PINNED, ReasonCode.BOOST}
    reason = Reason(code=code, about=None if nameless else "{Bread}")
    assert ("{Bread}" in reason_text(reason, language)) is not nameless


def test_a_code_out_of_the_log_is_told_as_well() -> None:
    assert (
        reason_text(Reason(code="surge", about="science"), "de") == "Gerade im Aufwind in science"
    )


def test_explored_and_pinned_articles_say_so() -> None:
    told = reason_text(explore_reason("food"), "en")
    assert told == "New here in food: tell us if you like it"
    assert reason_text(explore_reason(None), "en") == "New here: tell us if you like it"
    assert reason_text(PINNED, "en") == "Placed here by the editors"
