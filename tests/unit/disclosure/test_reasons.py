from __future__ import annotations

import pytest

from recommender.disclosure.reasons import reason_of
from recommender.domain.slates import Reason


@pytest.mark.parametrize(
    ("largest", "code", "text"),
    [
        ("similarity", "similar", "Because you read “Better bread”"),
        ("affinity", "topic", "Because you read about food"),
        ("trending", "trending", "Read by many now in food"),
        ("freshness", "fresh", "New in food"),
    ],
)
def test_the_reason_is_the_largest_part_of_the_score(largest: str, code: str, text: str) -> None:
    assert reason_of(largest, "food", "Better bread") == Reason(code=code, text=text)


@pytest.mark.parametrize(
    ("largest", "text"), [("trending", "Read by many now"), ("freshness", "New")]
)
def test_without_a_category_none_is_named(largest: str, text: str) -> None:
    assert reason_of(largest, None, None).text == text


def test_without_a_like_article_none_is_named() -> None:
    reason = reason_of("similarity", "food", None)
    assert reason == Reason(code="similar", text="Close to what you read")


def test_a_topic_that_has_no_name_is_not_claimed() -> None:
    assert reason_of("affinity", None, None) == Reason(code="fresh", text="New")
