"""The cases: as many as asked for, the same for a seed, and what they say they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from recommender.briefs.sentences import sentences_of
from recommender.domain.briefs import Event
from recommender.errors import InvalidInput
from recommender.evaluation.briefs.kinds import FACTS, Case, Planted
from recommender.evaluation.briefs.planted import cases, halves, negations

FAIR = (
    (
        "Mayor Cy Moor opened the fair in Wick on Monday. Some 500 people came to see 30 cows. "
        "The Farm Union asked Cy Moor for two million crowns."
    ),
    (
        "The Farm Union was pleased, although rain fell. Teacher Di Holt said on Monday that 45 "
        "children sang in Wick. The fair began in 1931."
    ),
)


@pytest.fixture
def events(flood: Event, event: Callable[..., Event]) -> list[Event]:
    return [flood, event("fair", *FAIR)]


def _cases(events: list[Event], seed: int) -> list[Case]:
    return cases(events, sentences_of, errors=20, faithful=15, seed=seed)


def test_there_are_as_many_of_each_kind_as_asked_for_and_none_twice(events: list[Event]) -> None:
    made = _cases(events, 1)
    assert Counter(each.planted for each in made) == dict.fromkeys(FACTS, 20 // 4) | {None: 15}
    assert len({each.sentence.text for each in made}) == 20 + 15


def test_a_seed_gives_the_same_cases_whatever_the_order_of_events(events: list[Event]) -> None:
    assert _cases(events, 1) == _cases(events[::-1], 1) != _cases(events, 2)


def test_no_case_is_a_copy_and_each_cites_sources_of_its_event(events: list[Event]) -> None:
    said = {
        line for each in events for source in each.sources for line in sentences_of(source.text)
    }
    for each in _cases(events, 3):
        assert each.sentence.text not in said
        assert each.done
        assert each.sentence.sources
        assert set(each.sentence.sources) <= {one.article for one in each.event.sources}


def test_every_other_event_is_for_measuring(event: Callable[..., Event]) -> None:
    made = [event(name, "Text.", "Text.") for name in ("d", "b", "a", "c", "e")]
    measured, development = halves(made)
    assert [each.story for each in measured] == ["a", "c", "e"]
    assert [each.story for each in development] == ["b", "d"]


def test_negations_are_drawn_apart_and_the_same_for_a_seed(events: list[Event]) -> None:
    made = negations(events, sentences_of, count=3, seed=1)
    assert [each.planted for each in made] == [Planted.NEGATION] * 3
    assert made == negations(events[::-1], sentences_of, count=3, seed=1)


def test_too_little_material_is_told(
    flood: Event, events: list[Event], event: Callable[..., Event]
) -> None:
    plain = [event(each, "The rain fell and fell again.", "It fell.") for each in ("a", "b")]
    with pytest.raises(InvalidInput, match="material for more cases"):
        cases(plain, sentences_of, errors=4, faithful=1, seed=1)
    with pytest.raises(InvalidInput, match="two with sentences"):
        cases([flood], sentences_of, errors=4, faithful=1, seed=1)
    with pytest.raises(InvalidInput, match="a multiple of 4"):
        cases(events, sentences_of, errors=6, faithful=1, seed=1)
