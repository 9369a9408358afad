"""Pages against a plain model, whatever happens in between: nothing twice, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from recommender.clock import FixedClock
from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.readers import Preferences
from recommender.errors import CursorExpired, StoreError
from recommender.ingest.documents import parse_document
from recommender.services.asking import Ask, AskMore
from recommender.services.feed import Feed
from recommender.store.cards import instant_text
from recommender.store.connection import Redis
from recommender.store.keys import ShardKeys
from recommender.store.pages import PageStore, pages_key
from recommender.store.pending import Embedded

NOW = 1_767_225_600.0
HOUR = 3_600.0
ANNA, BEN = ReaderId("anna"), ReaderId("ben")
AT_FIRST = 36
"""Articles of the site before anything happens."""

CATEGORIES = ("food", "travel", "science")
SOURCES = ("Courier", "Globe", "Herald", "Mirror")
STORIES = 6
KINDS = tuple(map(str, Kind))
HIDING = {"hide", "report"}


@dataclass(frozen=True, kw_only=True)
class Article:
    source: str
    published: float
    expires: float
    story: str | None


@dataclass(kw_only=True)
class Chain:
    """A first page and those that follow it, as one cursor after the other leads to them."""

    reader: ReaderId | None
    token: str
    left: list[str] = field(default_factory=list)
    position: int = 1
    complete: bool = False
    expires: float = 0.0
    shown: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    chain: Chain
    text: str
    expires: float


class Newsroom:
    """A site whose articles come and go, and what a reader of a plain notebook would know of it."""

    def __init__(self, wiring: Any) -> None:
        self.wiring, self.clock = wiring, wiring.clock
        self.articles: dict[str, Article] = {}
        self.gone: dict[str, Article] = {}
        self.count = 0
        wiring.layout.require_model("test-model", 8)
        wiring.follower.load()

    def publish(self, count: int, story: int | None = None, hours: float | None = None) -> None:
        """Make new articles live; every third has a story unless all are of one."""
        names = [f"a{self.count + number}" for number in range(count)]
        self.count += count
        for name in names:
            number = int(name[1:])
            told = story if story is not None or number % 3 else number // 3 % STORIES
            self.articles[name] = Article(
                source=SOURCES[number % len(SOURCES)],
                published=self.clock.now() - 600.0 * (number % 7),
                expires=inf if hours is None else self.clock.now() + hours * HOUR,
                story=None if told is None else f"story-{told}",
            )
        self.send(names)

    def send(self, names: list[str], word: str = "Title") -> None:
        """Let articles arrive, or change, and do the worker's part."""
        self.wiring.intake.submit([self._document(name, word) for name in names])
        entries = self.wiring.queue.take("test", 1_000)
        self.wiring.queue.finish(
            [
                Embedded(
                    pending=entry,
                    published_at=self.articles[entry.article].published,
                    vector=vector_of(int(entry.article[1:])),
                    story=self.articles[entry.article].story,
                )
                for entry in entries
            ]
        )
        self.follow()

    def remove(self, name: str) -> None:
        self.gone[name] = self.articles.pop(name)
        self.wiring.articles.remove(name)
        self.follow()

    def follow(self) -> None:
        self.wiring.follower.catch_up()

    def out(self, name: str) -> bool:
        """Tell whether an article is live, published and unexpired."""
        known, now = self.articles.get(name), self.clock.now()
        return known is not None and known.published <= now < known.expires

    def story(self, name: str) -> str | None:
        known = self.articles.get(name) or self.gone.get(name)
        return known.story if known else None

    def _document(self, name: str, word: str) -> Any:
        known = self.articles[name]
        fields = {
            "id": name,
            "title": f"{word} {name}",
            "category": CATEGORIES[int(name[1:]) % len(CATEGORIES)],
            "source": known.source,
            "published_at": instant_text(known.published),
        }
        if known.expires < inf:
            fields["expires_at"] = instant_text(known.expires)
        return parse_document(fields)


def vector_of(number: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a unit vector near one of three axes."""
    vector = np.random.default_rng(number).normal(0.0, 0.2, 8).astype(np.float32)
    vector[number % len(CATEGORIES)] += 1.0
    return vector / np.linalg.norm(vector)


class Met:
    """What one reader met and sent away, by the rules as they are written."""

    def __init__(self) -> None:
        self.seen: dict[str, float] = {}
        self.hidden: set[str] = set()
        self.muted: tuple[str, ...] = ()

    def meet(self, name: str, second: float) -> None:
        self.seen[name] = max(second, self.seen.get(name, -inf))

    def may_get(self, name: str, room: Newsroom) -> bool:
        if not room.out(name) or name in self.seen or name in self.hidden:
            return False
        if room.articles[name].source in self.muted:
            return False
        since = room.clock.now() - 24 * HOUR
        lately = {room.story(each) for each, second in self.seen.items() if second > since}
        return room.story(name) is None or room.story(name) not in lately


class Paging(RuleBasedStateMachine):
    """Does anything in any order with one site."""

    cursors = Bundle("cursors")

    def __init__(self, wiring: Any) -> None:
        super().__init__()
        self.wiring, self.clock = wiring, wiring.clock
        self.room = Newsroom(wiring)
        self.met = {ANNA: Met(), BEN: Met()}
        self.chains: list[Chain] = []
        self.events = 0
        self.pages = PageStore(wiring.client, wiring.site, wiring.settings.readers)

    @initialize()
    def open_the_site(self) -> None:
        self.room.publish(AT_FIRST)

    @rule(
        target=cursors,
        reader=st.sampled_from([ANNA, BEN, None]),
        size=st.integers(1, 12),
        diversity=st.sampled_from([None, 0.0, 1.0]),
    )
    def ask(self, reader: ReaderId | None, size: int, diversity: float | None) -> Any:
        before = self.allowed(reader, ())
        feed = self.wiring.feed.feed(Ask(reader=reader, size=size, diversity=diversity))
        chain = Chain(reader=reader, token=feed.slate.token)
        self.check_new_order(feed, chain, before, size)
        self.chains.append(chain)
        return self.next_of(feed, chain)

    @rule(target=cursors, cursor=cursors, size=st.integers(1, 12))
    def turn_the_page(self, cursor: Cursor, size: int) -> Any:
        chain = cursor.chain
        asked = AskMore(cursor=cursor.text, reader=chain.reader, size=size)
        if self.clock.now() >= cursor.expires or not self.is_kept(chain):
            with pytest.raises(CursorExpired):
                self.wiring.feed.more(asked)
            return multiple()
        before = self.allowed(chain.reader, chain.shown)
        due = [name for name in chain.left if name in before]
        feed = self.wiring.feed.more(asked)
        if due:
            assert list(feed.slate.ordering.articles) == due[:size], "the snapshot's order"
            end = chain.left.index(due[:size][-1]) + 1
            # What a process does not know stays: it cannot tell what left from what is yet to come.
            gone = [name for name in chain.left[:end] if name not in self.room.articles]
            chain.left = gone + chain.left[end:]
            self.note(feed, chain)
            assert (feed.next is None) == (chain.complete and not chain.left)
        else:
            assert not chain.complete or not feed.shown
            self.check_new_order(feed, chain, set() if chain.complete else before, size)
        return self.next_of(feed, chain)

    @rule(count=st.integers(1, 4), story=st.none() | st.integers(0, STORIES - 1))
    def articles_arrive(self, count: int, story: int | None) -> None:
        self.room.publish(count, story)

    @rule(hours=st.sampled_from([0.2, 1.0, 5.0]))
    def an_article_arrives_that_expires(self, hours: float) -> None:
        self.room.publish(1, hours=hours)

    @rule(choice=st.integers(0, 10_000), word=st.sampled_from(["Changed", "Corrected"]))
    def an_article_changes(self, choice: int, word: str) -> None:
        self.room.send([self.chosen(choice)], word)

    @rule(choice=st.integers(0, 10_000))
    def an_article_is_removed(self, choice: int) -> None:
        if len(self.room.articles) > 1:
            self.room.remove(self.chosen(choice))

    @rule(
        reader=st.sampled_from([ANNA, BEN]),
        kind=st.sampled_from(KINDS),
        choice=st.integers(0, 10_000),
        age=st.sampled_from([0.0, 60.0, 23.5 * HOUR, 30 * HOUR]),
    )
    def a_reader_does_something(self, reader: ReaderId, kind: str, choice: int, age: float) -> None:
        name, second = self.chosen(choice), self.clock.now() - age
        self.events += 1
        done = Interaction(
            id=EventId(f"e{self.events}"),
            reader=reader,
            article=ArticleId(name),
            kind=Kind(kind),
            occurred_at=second,
        )
        assert [each.outcome for each in self.wiring.interactions.record([done])] == ["accepted"]
        self.met[reader].meet(name, second)
        if kind in HIDING:
            self.met[reader].hidden.add(name)

    @rule(reader=st.sampled_from([ANNA, BEN]), muted=st.sets(st.sampled_from(SOURCES)))
    def a_reader_mutes(self, reader: ReaderId, muted: set[str]) -> None:
        chosen = self.wiring.readers.choose(reader, Preferences(muted_sources=tuple(sorted(muted))))
        self.met[reader].muted = chosen.muted_sources

    @rule(seconds=st.sampled_from([1.0, 60.0, 20 * 60.0, HOUR, 13 * HOUR]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def chosen(self, choice: int) -> str:
        names = list(self.room.articles)
        return names[choice % len(names)]

    def allowed(self, reader: ReaderId | None, shown: Any) -> set[str]:
        """Return what may be shown now; a guest is spared what these pages showed."""
        met = Met() if reader is None else self.met[reader]
        if reader is None:
            for name in shown:
                met.meet(name, self.clock.now())
        return {name for name in self.room.articles if met.may_get(name, self.room)}

    def check_new_order(self, feed: Feed, chain: Chain, before: set[str], size: int) -> None:
        """Hold a page that a new order begins with to what might have been shown."""
        page = list(feed.slate.ordering.articles)
        assert set(page) <= before
        stories = {self.room.story(name) or name for name in before}
        assert len(page) == min(size, len(stories)), "a page is as full as it can be"
        assert len({self.room.story(name) or name for name in page}) == len(page)
        kept = self.pages.read_page(chain.reader, chain.token).snapshot
        if kept is None:
            assert feed.next is None
            chain.left, chain.complete = [], True
        else:
            chain.left, chain.complete = list(kept.left.articles), kept.complete
            assert not set(chain.left) & set(page)
        if chain.complete and before:
            told = {self.room.story(name) or name for name in [*page, *chain.left]}
            assert told == stories, "what is complete leaves nothing out"
        self.note(feed, chain)

    def note(self, feed: Feed, chain: Chain) -> None:
        """Hold one page to the laws of all pages, and remember it as met."""
        slate = feed.slate
        page = list(slate.ordering.articles)
        met = set(chain.shown) if chain.reader is None else set(self.met[chain.reader].seen)
        assert len(set(page)) == len(page)
        assert not met & set(page), "nothing comes twice"
        assert slate.start == chain.position, "positions go on without a gap"
        assert len(feed.shown) == len(page)
        chain.position += len(page)
        chain.shown += page
        if chain.reader is not None:
            for name in page:
                self.met[chain.reader].meet(name, self.clock.now())
        same_slate(self.wiring.slate_log.find(feed.id).slate, slate)

    def next_of(self, feed: Feed, chain: Chain) -> Any:
        if feed.next is None:
            return multiple()
        assert feed.next_expires_at is not None
        assert self.clock.now() < feed.next_expires_at <= self.clock.now() + HOUR
        chain.expires = feed.next_expires_at
        return Cursor(chain=chain, text=feed.next, expires=feed.next_expires_at)

    def is_kept(self, chain: Chain) -> bool:
        """Tell whether the pages of a chain are kept; they are, if not many expire after it."""
        keys = ShardKeys(self.wiring.site, 0)
        kept = self.wiring.client.hexists(pages_key(keys, chain.reader, chain.token), chain.token)
        crowd = [
            each
            for each in self.chains
            if each is not chain and each.reader == chain.reader and each.expires >= chain.expires
        ]
        crowded = len(crowd) >= self.wiring.settings.readers.max_pages
        used_up = chain.complete and not chain.left
        assert kept or crowded or used_up
        return bool(kept)


def same_slate(logged: Any, answered: Any) -> None:
    """Compare what the log holds with what was answered."""
    for name in (
        "token",
        "reader",
        "created_at",
        "policy",
        "customised",
        "start",
        "feature_names",
        "schema",
    ):
        assert getattr(logged, name) == getattr(answered, name)
    one, other = logged.ordering, answered.ordering
    assert (one.articles, one.sources, one.reasons) == (
        other.articles,
        other.sources,
        other.reasons,
    )
    assert np.array_equal(one.scores, other.scores)
    assert np.array_equal(one.propensities, other.propensities)
    assert np.array_equal(one.features, other.features)
    assert np.array_equal(one.contributions, other.contributions)


@pytest.mark.parametrize(
    "feed",
    [{"ahead": 6}, {"ahead": 200}, {"ahead": 25, "exploration": {"enabled": False}}],
    ids=["short orders", "long orders", "no exploration"],
)
def test_whatever_happens_between_pages_nothing_comes_twice_and_nothing_is_lost(
    make_wiring: Callable[..., Any],
    clock: FixedClock,
    client: Redis,
    feed: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fresh() -> Paging:
        client.flushall()
        clock.advance(NOW - clock.now())
        tokens = Random(1)  # draws derive from them: an example must repeat to be shrunk
        monkeypatch.setattr("secrets.token_hex", lambda count: tokens.randbytes(count).hex())
        return Paging(make_wiring(feed=feed))

    run_state_machine_as_test(
        fresh,
        settings=settings(max_examples=20, stateful_step_count=30),
    )


READERS_DEVICES = 8
"""Threads that ask for one reader's feed at once."""


class Device:
    """One of a reader's devices: asks for feeds and turns pages, its own and the others'."""

    def __init__(self, wiring: Any, number: int, cursors: list[str]) -> None:
        self._wiring, self._cursors = wiring, cursors
        self._chance = np.random.default_rng(number)
        self.answered: list[Feed] = []
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            for _ in range(6):
                self._ask()
        except BaseException as error:  # noqa: BLE001  # reported by the test's own thread
            self.failed = error

    def _ask(self) -> None:
        cursors = list(self._cursors)
        try:
            if cursors and self._chance.random() < 0.6:
                text = cursors[int(self._chance.integers(len(cursors)))]
                feed = self._wiring.feed.more(AskMore(cursor=text, reader=ANNA, size=3))
            else:
                feed = self._wiring.feed.feed(Ask(reader=ANNA, size=3))
        except (CursorExpired, StoreError):  # many orders are kept, not all; eight tries, no more
            return
        self.answered.append(feed)
        if feed.next is not None:
            self._cursors.append(feed.next)


def test_many_devices_of_one_reader_are_shown_nothing_twice(
    make_wiring: Callable[..., Any],
) -> None:
    wiring = make_wiring(feed={"ahead": 20})
    Newsroom(wiring).publish(120)
    cursors: list[str] = []
    devices = [Device(wiring, number, cursors) for number in range(READERS_DEVICES)]
    threads = [threading.Thread(target=device.run) for device in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [device.failed for device in devices] == [None] * READERS_DEVICES
    answered = [feed for device in devices for feed in device.answered]
    shown = [name for feed in answered for name in feed.slate.ordering.articles]
    assert shown
    assert len(set(shown)) == len(shown)
    logged = {each.id: each.slate for each in wiring.readers.export(ANNA).slates}
    assert set(logged) == {feed.id for feed in answered}
    for feed in answered:
        same_slate(logged[feed.id], feed.slate)
