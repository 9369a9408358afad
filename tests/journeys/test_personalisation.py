"""Who wants no personal feed gets the site's, and no key of theirs is touched for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.readers import Preferences
from recommender.errors import CursorExpired
from recommender.services.asking import Ask, AskMore
from recommender.services.feed import Feed

Watch = Callable[[], AbstractContextManager[list[str]]]

GOURMET, SCHOLAR = ReaderId("gourmet-41"), ReaderId("scholar-42")


@pytest.fixture(params=[1, 3], ids=["one shard", "three shards"])
def site(
    request: pytest.FixtureRequest,
    make_wiring: Callable[..., Any],
    world: Callable[[Any], None],
    do: Callable[..., list[str]],
) -> Any:
    """Give a site with two readers of very different histories, one page of each kept."""
    wiring = make_wiring(readers={"shards": request.param})
    world(wiring)
    do(wiring, GOURMET, "like", "food0", "food1", "food2")
    do(wiring, GOURMET, "hide", "science0")
    do(wiring, SCHOLAR, "like", "science0", "science1")
    do(wiring, SCHOLAR, "less_like_this", "food0")
    for reader in (GOURMET, SCHOLAR):
        wiring.feed.feed(Ask(reader=reader, size=2))
    return wiring


def told(feed: Feed) -> tuple[Any, ...]:
    """Return all that a feed tells, but for the random token in its id and its cursor."""
    ordering = feed.slate.ordering
    return (
        ordering.articles,
        ordering.scores.tolist(),
        ordering.contributions.tolist(),
        ordering.reasons,
        ordering.propensities.tolist(),
        feed.shown,
        feed.language,
        feed.disclosure,
        feed.slate.reader,
        feed.slate.start,
    )


def of(commands: list[str], *readers: str) -> list[str]:
    return [each for each in commands if any(reader in each for reader in readers)]


def test_without_personalisation_everybody_gets_the_same_and_no_key_of_theirs_is_touched(
    site: Any, watch: Watch
) -> None:
    personal = [site.feed.feed(Ask(reader=each, size=4)) for each in (GOURMET, SCHOLAR)]
    assert personal[0].slate.ordering.articles != personal[1].slate.ordering.articles
    asked = {"size": 4, "personalised": False, "reading": ArticleId("travel0")}
    with watch() as commands:
        feeds = [site.feed.feed(Ask(reader=each, **asked)) for each in (GOURMET, SCHOLAR, None)]
        pages = [
            site.feed.more(AskMore(cursor=feed.next, reader=each, size=4))
            for feed, each in zip(feeds, (GOURMET, SCHOLAR, None), strict=True)
            if feed.next
        ]
    assert any("evalsha" in each.lower() for each in commands), "the server was watched"
    assert of(commands, GOURMET, SCHOLAR) == []
    for answers in (feeds, pages):
        assert len(answers) == 3
        assert told(answers[0]) == told(answers[1]) == told(answers[2])
    assert not feeds[0].slate.customised
    assert not feeds[0].personalised
    assert feeds[0].disclosure.label is None
    assert "no data of yours" in feeds[0].disclosure.text


def test_of_who_prefers_no_personalisation_the_preferences_alone_are_touched(
    site: Any, watch: Watch
) -> None:
    for reader in (GOURMET, SCHOLAR):
        site.readers.choose(reader, Preferences(personalised=False))
    with watch() as commands:
        feeds = [site.feed.feed(Ask(reader=each, size=4)) for each in (GOURMET, SCHOLAR)]
    touched = of(commands, GOURMET, SCHOLAR)
    in_scripts = [each for each in touched if each.startswith("lua ")]
    assert len(in_scripts) >= 2
    for command in in_scripts:
        name, key = command.removeprefix("lua ").split(" ")[:2]
        assert name.lower() in {"get", "expire"}
        assert key.endswith(":preferences")
    others = set(touched) - set(in_scripts)  # scripts are told the names of what they may read
    assert all(each.lower().startswith("evalsha") for each in others)
    assert told(feeds[0]) == told(feeds[1])


def test_who_turns_personalisation_off_gets_no_further_page_of_a_personal_feed(site: Any) -> None:
    feed = site.feed.feed(Ask(reader=GOURMET, size=2))
    site.readers.choose(GOURMET, Preferences(personalised=False))
    with pytest.raises(CursorExpired):
        site.feed.more(AskMore(cursor=feed.next, reader=GOURMET, size=2))


def test_the_label_is_there_exactly_when_the_readers_data_changed_the_order(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], do: Callable[..., list[str]]
) -> None:
    wiring = make_wiring(feed={"exploration": {"enabled": False}})
    world(wiring)
    readers = [f"reader-{number}" for number in range(6)]
    do(wiring, readers[1], "like", "science5")
    do(wiring, readers[2], "less_like_this", "food0")
    do(wiring, readers[3], "report", "travel5")
    wiring.readers.choose(ReaderId(readers[4]), Preferences(topics=("travel",)))
    wiring.readers.choose(ReaderId(readers[5]), Preferences(language="fr"))
    plain = wiring.feed.feed(Ask(size=18)).slate.ordering.articles
    for reader, differs in zip(readers, [False, True, True, True, True, False], strict=True):
        feed = wiring.feed.feed(Ask(reader=ReaderId(reader), size=18))
        assert (feed.slate.ordering.articles != plain) is differs, reader
        assert feed.slate.customised is differs, reader
        assert (feed.disclosure.label is not None) is differs, reader
