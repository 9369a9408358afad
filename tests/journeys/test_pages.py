"""What holds on the first page of a feed holds on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from recommender.candidates.filters import parse_filter
from recommender.clock import FixedClock
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.readers import Preferences
from recommender.domain.rules import Action, SiteRule, Target
from recommender.services.asking import Ask, AskMore
from recommender.services.feed import Feed
from recommender.store.keys import CatalogueKeys

ANNA = ReaderId("anna")
BY_MACHINE = {"digitalSourceType": "trainedAlgorithmicMedia"}
SHORT = {"feed": {"ahead": 3}}
"""Orders so short that most pages begin a new one."""


def pages(wiring: Any, reader: ReaderId | None = ANNA, size: int = 5, **asked: Any) -> list[Feed]:
    """Return all pages of a feed."""
    return list(turned(wiring, reader, size, asked))


def turned(
    wiring: Any, reader: ReaderId | None, size: int, asked: dict[str, Any]
) -> Iterator[Feed]:
    feed = wiring.feed.feed(Ask(reader=reader, size=size, **asked))
    while feed.shown:
        yield feed
        if feed.next is None:
            return
        feed = wiring.feed.more(AskMore(cursor=feed.next, reader=reader, size=size))


def shown(feeds: list[Feed]) -> list[str]:
    return [name for feed in feeds for name in feed.slate.ordering.articles]


def fan(prefix: str, count: int, axis: int) -> dict[str, list[float]]:
    """Return unit vectors near one of four axes."""
    found = {}
    for number in range(count):
        vector = [0.0] * 4
        vector[axis], vector[3] = 0.8, 0.6
        found[f"{prefix}{number}"] = vector
    return found


@pytest.fixture(params=[{}, SHORT], ids=["one order", "many orders"])
def wiring(request: pytest.FixtureRequest, make_wiring: Callable[..., Any]) -> Any:
    """Give a site whose pages come from one order, and one whose pages come from many."""
    return make_wiring(**request.param)


@pytest.mark.parametrize("reader", [ANNA, None])
def test_all_pages_together_show_everything_once(
    wiring: Any, world: Callable[[Any], None], reader: ReaderId | None
) -> None:
    world(wiring)
    feeds = pages(wiring, reader)
    everything = shown(feeds)
    assert len(everything) == len(set(everything)) == 18
    starts = [feed.slate.start for feed in feeds]
    lengths = [len(feed.shown) for feed in feeds]
    assert starts == [1 + sum(lengths[:place]) for place in range(len(feeds))]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4])
def test_no_page_holds_more_made_with_ai_than_was_asked_for(
    wiring: Any, make_live: Callable[..., None], do: Callable[..., Any], share: float
) -> None:
    make_live(wiring, fan("robot", 15, 0), **BY_MACHINE)
    make_live(wiring, fan("person", 15, 1))
    make_live(wiring, {"liked": [1.0, 0.0, 0.0, 0.0]}, **BY_MACHINE)
    do(wiring, ANNA, "like", "liked")
    wanted = parse_filter(f'{{"generated_with_ai": {{"max_share": {share}}}}}')
    feeds = pages(wiring, wanted=wanted)
    for feed in feeds:
        articles = feed.slate.ordering.articles
        made = sum(name.startswith("robot") for name in articles)
        assert made <= share * 5 + 1e-9
    assert any("robot" in name for name in shown(feeds)) is (share > 0)
    assert sum("person" in name for name in shown(feeds)) == 15
    assert shown(pages(wiring, None, 5))[0].startswith(("robot", "liked"))


def is_made_with_ai_within(share: float, feed: Feed) -> bool:
    articles = feed.slate.ordering.articles
    return sum(name.startswith("robot") for name in articles) <= share * len(articles) + 1e-9


SHARE = parse_filter('{"generated_with_ai": {"max_share": 0.2}}')


@pytest.fixture
def half_by_machine(
    make_wiring: Callable[..., Any], make_live: Callable[..., None], do: Callable[..., Any]
) -> Any:
    """Give a site of which one half is made with AI, which ANNA likes better."""
    wiring = make_wiring()
    make_live(wiring, fan("robot", 15, 0), **BY_MACHINE)
    make_live(wiring, fan("person", 15, 1))
    make_live(wiring, {"liked": [1.0, 0.0, 0.0, 0.0]}, **BY_MACHINE)
    do(wiring, ANNA, "like", "liked")
    return wiring


def test_a_last_page_that_is_short_keeps_the_share(half_by_machine: Any) -> None:
    feeds = pages(half_by_machine, wanted=SHARE)
    assert all(is_made_with_ai_within(0.2, feed) for feed in feeds)


def test_a_further_page_of_another_size_keeps_the_share(half_by_machine: Any) -> None:
    feed = half_by_machine.feed.feed(Ask(reader=ANNA, size=10, wanted=SHARE))
    for _ in range(4):
        feed = half_by_machine.feed.more(AskMore(cursor=feed.next, reader=ANNA, size=2))
        assert is_made_with_ai_within(0.2, feed)


def test_a_further_page_from_which_something_dropped_out_keeps_the_share(
    half_by_machine: Any, do: Callable[..., Any]
) -> None:
    feed = half_by_machine.feed.feed(Ask(reader=ANNA, size=5, wanted=SHARE))
    for number in range(4, 14):
        do(half_by_machine, ANNA, "click", f"person{number}")
    while feed.next is not None:
        feed = half_by_machine.feed.more(AskMore(cursor=feed.next, reader=ANNA, size=5))
        assert is_made_with_ai_within(0.2, feed)


def test_no_source_has_more_than_its_share_of_a_page_while_there_are_others(
    make_wiring: Callable[..., Any], make_live: Callable[..., None], do: Callable[..., Any]
) -> None:
    """What is drawn is not counted, so nothing is drawn here."""
    wiring = make_wiring(feed={"exploration": {"enabled": False}})
    make_live(wiring, fan("loud", 8, 0), source="Loud Post")
    for number in range(12):
        make_live(wiring, fan(f"other{number}-", 1, 1), source=f"Paper {number}")
    make_live(wiring, {"liked": [1.0, 0.0, 0.0, 0.0]}, source="Loud Post")
    do(wiring, ANNA, "like", "liked")
    first, second, *_ = pages(wiring, size=5)
    for feed in (first, second):
        articles = feed.slate.ordering.articles
        assert 1 <= sum(name.startswith("loud") for name in articles) <= 0.4 * 5


def test_a_story_is_told_once_with_the_others_as_more_coverage(
    wiring: Any, make_live: Callable[..., None], world: Callable[[Any], None]
) -> None:
    world(wiring)
    telling = {"first", "second", "third"}
    make_live(wiring, dict.fromkeys(sorted(telling), (0.0, 0.6, 0.8, 0.0)), source="Courier")
    for name in telling:
        wiring.client.hset(CatalogueKeys(wiring.site).article(ArticleId(name)), "story", "flood")
    wiring.follower.load()
    for reader in (ANNA, None):
        feeds = pages(wiring, reader)
        (told,) = telling & set(shown(feeds))
        (coverage,) = [each for feed in feeds for each in feed.shown if each.coverage]
        assert {each.id for each in coverage.coverage} == telling - {told}
        assert coverage.story == "flood"


def test_a_filter_holds_on_every_page(
    wiring: Any, world: Callable[[Any], None], do: Callable[..., Any]
) -> None:
    world(wiring)
    do(wiring, ANNA, "like", "travel0")
    wanted = parse_filter('{"category": {"any": ["food", "science"]}, "exclude": ["food2"]}')
    found = shown(pages(wiring, size=3, wanted=wanted))
    rest = {f"{topic}{number}" for topic in ("food", "science") for number in range(6)}
    assert sorted(found) == sorted(rest - {"food2"})


def test_what_is_being_read_is_on_no_page_and_what_is_near_it_comes_first(
    wiring: Any, world: Callable[[Any], None]
) -> None:
    world(wiring)
    feeds = pages(wiring, None, 4, reading=ArticleId("science3"))
    assert len(shown(feeds)) == 17
    assert "science3" not in shown(feeds)
    assert shown(feeds)[0].startswith("science")
    assert feeds[0].shown[0].reason == "Next to “Title science3”"


def test_a_pin_stands_at_its_position_once(wiring: Any, world: Callable[[Any], None]) -> None:
    world(wiring)
    pin = {"action": Action.PIN, "target": Target.ARTICLE}
    wiring.rules.replace(
        [
            SiteRule(**pin, value="travel4", position=2),
            SiteRule(**pin, value="food4", position=7),
        ]
    )
    wiring.follower.step(0.0)
    for reader in (ANNA, None):
        found = shown(pages(wiring, reader))
        assert found.index("travel4") == 2 - 1
        assert found.index("food4") == 7 - 1
        assert len(found) == len(set(found)) == 18


def test_trending_is_a_label_from_the_threshold_on_until_it_has_faded(
    wiring: Any, world: Callable[[Any], None], do: Callable[..., Any], clock: FixedClock
) -> None:
    """Five clicks are the threshold; in one half-life of four hours ten clicks fade to five."""
    world(wiring)

    def label() -> Any:
        (feed, *_) = pages(wiring, None, 100)
        place = feed.slate.ordering.articles.index("travel1")
        return next((each for each in feed.shown[place].labels if each.code == "trending"), None)

    do(wiring, "early", *["click"], "travel1")
    assert label() is None
    clock.advance(60)
    for number in range(9):
        do(wiring, f"crowd-{number}", "click", "travel1")
    rose = clock.now()
    clock.advance(4 * 3_600 - 61)
    found = label()
    assert found.since == rose
    evidence = dict(found.evidence)
    assert evidence["threshold"] == 5.0
    assert evidence["value"] == pytest.approx(10 / 2, rel=1e-2)
    assert evidence["value"] >= 5.0
    clock.advance(61)
    assert label() is None
    do(wiring, "late", "click", "travel1")
    assert label().since == clock.now(), "it rose again"


def test_a_process_that_lags_behind_loses_nothing_of_the_snapshot(
    make_wiring: Callable[..., Any], make_live: Callable[..., None]
) -> None:
    one, other = make_wiring(), make_wiring()
    make_live(one, fan("old", 3, 0))
    other.follower.load()
    make_live(one, fan("new", 6, 1))
    feeds = [one.feed.feed(Ask(reader=ANNA, size=1))]
    while feeds[-1].next is not None:
        feeds.append(other.feed.more(AskMore(cursor=feeds[-1].next, reader=ANNA, size=2)))
        other.follower.step(0.0)
    assert len(shown(feeds)) == 3 + 6


def test_a_pin_that_is_not_placed_is_not_said_to_be_the_editors_choice(
    half_by_machine: Any,
) -> None:
    pin = {"action": Action.PIN, "target": Target.ARTICLE}
    half_by_machine.rules.replace([SiteRule(**pin, value="robot7", position=1)])
    half_by_machine.follower.step(0.0)
    (first, *_) = pages(half_by_machine, size=10, wanted=SHARE)
    assert first.slate.ordering.articles[0] != "robot7", "no pin breaks the share asked for"
    feeds = pages(half_by_machine, ReaderId("ben"), size=10, wanted=SHARE)
    assert "pinned" not in {each.code for feed in feeds for each in feed.slate.ordering.reasons}


def test_further_pages_speak_the_language_of_the_first(
    wiring: Any, world: Callable[[Any], None]
) -> None:
    world(wiring)
    wiring.readers.choose(ANNA, Preferences(personalised=False, language="de"))
    assert {feed.language for feed in pages(wiring)} == {"de"}
