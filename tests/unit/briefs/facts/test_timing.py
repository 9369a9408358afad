"""A date is laid on that of the told sentence which has the same words, wherever it stands."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.briefs.facts.names import Lexicon
from recommender.briefs.facts.reading import Reading, read
from recommender.briefs.facts.timing import mistimed

NOTHING = Lexicon.of([])


def _read(text: str) -> Reading:
    return read(text, NOTHING, date(2026, 10, 7))


TOLD = [_read("engineers drained the tower on Monday"), _read("a panel meets on Thursday")]


@pytest.mark.parametrize(
    "text", ["on Thursday, engineers drained the tower", "engineers drained the tower yesterday"]
)
def test_a_date_of_another_sentence_is_found_wherever_it_was_moved_to(text: str) -> None:
    found = mistimed(_read(text), TOLD)
    assert found is not None
    assert found[2] is TOLD[0]


@pytest.mark.parametrize(
    "text",
    [
        "on Monday, engineers drained the tower",
        "on 5 October engineers drained the tower",
        "engineers drained the tower before a panel meets on Thursday",
        "engineers drained the tower on Monday and a panel meets on Thursday",
        "on Thursday the mayor of the town speaks",
    ],
)
def test_a_date_that_is_told_so_or_of_something_else_passes(text: str) -> None:
    assert mistimed(_read(text), TOLD) is None
