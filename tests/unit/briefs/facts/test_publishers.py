"""A publisher's name is found whole, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from recommender.briefs.facts.publishers import Publisher, named_in


def _named(text: str, *publishers: str) -> list[str]:
    found = named_in(text, map(Publisher.of, publishers))
    return [text[name.start : name.end] for name in found]


@pytest.mark.parametrize(
    ("text", "publisher", "found"),
    [
        ("It broke, France 24 reports.", "France 24", ["France 24"]),
        ("France 24: “It broke.”", "France 24", ["France 24"]),
        ("It broke, according to the Lantern.", "The Lantern", ["the Lantern"]),
        ("So steht es im Standard.", "Der Standard", ["Standard"]),
        ("It broke, The 19th says.", "The 19th", ["The 19th"]),
        ("It broke on the 19th.", "The 19th", []),
        ("It took 20 minutes.", "20 Minutes", []),
        ("It took 1.20 Minutes.", "20 Minutes", []),
        ("Channel 4.5 is new.", "Channel 4", []),
        ("Channel 45 is new.", "Channel 4", []),
    ],
)
def test_a_name_is_found_with_or_without_its_article(
    text: str, publisher: str, found: list[str]
) -> None:
    assert _named(text, publisher) == found


def test_of_two_that_overlap_the_longer_is_found() -> None:
    assert _named("It broke, Sunday Times says.", "Times", "Sunday Times") == ["Sunday Times"]
