"""What editors decree, readers ask for and readers met: in the feed itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from recommender.candidates.filters import parse_filter
from recommender.clock import FixedClock
from recommender.domain.ids import ReaderId
from recommender.domain.rules import Action, SiteRule, Target
from recommender.services.asking import Ask
from recommender.store.keys import CatalogueKeys

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
HOUR = 3_600.0


@pytest.fixture
def put(wiring: Any) -> Callable[..., None]:
    """Give a function that replaces the site's rules, and makes this process aware of them."""

    def put(*rules: SiteRule) -> None:
        wiring.rules.replace(rules)
        wiring.follower.catch_up()

    return put


def hold_out(target: str, value: str, until: float | None = None) -> SiteRule:
    return SiteRule(action=Action.HOLD_OUT, target=Target(target), value=value, until=until)


def pin(article: str, position: int) -> SiteRule:
    return SiteRule(action=Action.PIN, target=Target.ARTICLE, value=article, position=position)


def shown(wiring: Any, reader: str | None = None, wanted: str = "{}") -> Sequence[str]:
    ask = Ask(
        reader=None if reader is None else ReaderId(reader), size=10, wanted=parse_filter(wanted)
    )
    return tuple(wiring.feed.feed(ask).slate.ordering.articles)


@pytest.fixture
def news(wiring: Any, make_live: Callable[..., None]) -> None:
    """Make four articles live: a on top of everything by its date, d the oldest."""
    for hours, (name, vector) in enumerate({"a": X, "b": Y, "c": Z, "d": X}.items()):
        day = f"2025-12-31T{20 - hours}:00:00Z"
        fields = {"category": "sport" if name == "a" else "news", "source": f"Source {name}"}
        make_live(wiring, {name: vector}, published_at=day, **fields)


@pytest.mark.usefixtures("news")
def test_what_is_held_out_is_in_no_feed_until_the_rule_ends(
    wiring: Any, put: Callable[..., None], clock: FixedClock
) -> None:
    put(hold_out("category", "sport", until=clock.now() + HOUR))
    assert set(shown(wiring)) == {"b", "c", "d"}
    clock.advance(HOUR)
    assert set(shown(wiring)) == {"a", "b", "c", "d"}


@pytest.mark.usefixtures("news")
def test_a_pin_holds_its_position_for_everybody(wiring: Any, put: Callable[..., None]) -> None:
    put(pin("d", 2))
    assert shown(wiring)[1] == "d"
    assert shown(wiring, "ada")[1] == "d"


@pytest.mark.usefixtures("news")
def test_a_pin_shows_nothing_that_may_not_be_shown(wiring: Any, put: Callable[..., None]) -> None:
    put(pin("d", 1), hold_out("source", "Source d"))
    assert set(shown(wiring)) == {"a", "b", "c"}
    put(pin("d", 1))
    assert "d" in shown(wiring, "ada")
    assert shown(wiring, "ada") == ()  # all of them were served
    assert set(shown(wiring, "bob", '{"source": {"none": ["Source d"]}}')) == {"a", "b", "c"}


@pytest.mark.usefixtures("news")
def test_a_filter_keeps_out_what_it_does_not_want(wiring: Any) -> None:
    assert shown(wiring, wanted='{"category": {"any": ["sport"]}}') == ("a",)
    assert set(shown(wiring, wanted='{"exclude": ["a", "c"]}')) == {"b", "d"}
    assert shown(wiring, wanted='{"tag": {"any": ["nowhere"]}}') == ()


def test_a_story_that_was_met_rests(
    wiring: Any, make_live: Callable[..., None], clock: FixedClock
) -> None:
    make_live(wiring, {"first": X, "other": Y})
    tell_story(wiring, "flood", "first")
    assert set(shown(wiring, "ada")) == {"first", "other"}
    make_live(wiring, {"second": X})
    tell_story(wiring, "flood", "second")
    assert shown(wiring, "ada") == ()
    clock.advance(24 * HOUR)
    assert shown(wiring, "ada") == ("second",)


def tell_story(wiring: Any, story: str, article: str) -> None:
    """Set an article's story as the worker does, and read it anew."""
    wiring.client.hset(CatalogueKeys(wiring.site).article(article), "story", story)
    wiring.follower.load()
