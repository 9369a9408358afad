"""What readers may choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recommender.domain.ids import ReaderId
from recommender.domain.readers import Preferences
from recommender.errors import InvalidInput

ADA = ReaderId("ada")
DAY = 86_400


@pytest.fixture
def site(wiring: Any, make_live: Callable[..., None]) -> Any:
    wiring.follower.load()
    make_live(wiring, {"a": (1, 0, 0), "b": (1, 0, 0)}, category="food")
    make_live(wiring, {"c": (0, 1, 0)}, category="sport")
    return wiring


def test_the_defaults_hold_until_something_is_chosen(site: Any) -> None:
    assert site.readers.preferences(ADA) == Preferences()


def test_what_is_chosen_replaces_what_was_and_counts_once(site: Any) -> None:
    site.readers.choose(ADA, Preferences(topics=("sport", "food", "sport"), language="de"))
    assert site.readers.preferences(ADA).topics == ("sport", "food")
    chosen = Preferences(followed_sources=("The Post",), personalised=False)
    assert site.readers.choose(ADA, chosen) == chosen
    assert site.readers.preferences(ADA) == chosen


def test_a_topic_that_does_not_exist_is_named_with_those_that_do(site: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        site.readers.choose(ADA, Preferences(topics=("food", "sport", "food", "alchemy")))
    assert caught.value.field == "topics.3"
    assert caught.value.wanted == "a topic of this site: food, sport"  # most articles first
    assert caught.value.got == "'alchemy'"
    assert site.readers.preferences(ADA) == Preferences()


def test_a_topic_stays_chosen_when_its_last_article_has_left(site: Any) -> None:
    site.readers.choose(ADA, Preferences(topics=("sport",)))
    site.articles.remove("c")
    site.follower.catch_up()
    site.readers.choose(ADA, Preferences(topics=("sport",), language="fr"))
    assert site.readers.preferences(ADA).topics == ("sport",)
    with pytest.raises(InvalidInput, match="a topic of this site: food, got 'sport'"):
        site.readers.choose(ReaderId("bob"), Preferences(topics=("sport",)))


def test_without_articles_there_are_no_topics(wiring: Any) -> None:
    wiring.follower.load()
    with pytest.raises(InvalidInput, match="which has none yet"):
        wiring.readers.choose(ADA, Preferences(topics=("food",)))


def test_a_source_is_not_followed_and_muted_at_once(site: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        site.readers.choose(ADA, Preferences(followed_sources=("A", "B"), muted_sources=("C", "B")))
    assert caught.value.field == "muted_sources.1"


def test_nobody_is_merged_into_themselves(site: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        site.readers.merge(ADA, ADA)
    assert caught.value.field == "from"


def test_what_is_chosen_is_kept_as_long_as_the_reader(site: Any) -> None:
    site.readers.choose(ADA, Preferences(language="es"))
    site.readers.merge(ADA, ReaderId("anon"))
    keys = [key for key in site.client.scan_iter() if b":reader:" in key]
    assert len(keys) == 2
    for key in keys:
        assert 180 * DAY - 60 < site.client.ttl(key) <= 180 * DAY
