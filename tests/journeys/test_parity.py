"""The replay sees what the service sees: the same events give the same features in both."""

from __future__ import annotations

import itertools
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.candidates.interests import interests_of
from recommender.candidates.situation import situation_of
from recommender.clock import FixedClock
from recommender.domain.ids import ArticleId, EventId, ReaderId, SlateId
from recommender.domain.interactions import Interaction, Kind, Outcome
from recommender.domain.slates import Ordering, Reason, Slate
from recommender.evaluation.data_sets.types import (
    NONE,
    Articles,
    DataSet,
    History,
    Impressions,
    Part,
)
from recommender.evaluation.replay.replaying import ReplayConfig, replay
from recommender.feed_features import feature_rows
from recommender.ranking.features import FEATURE_NAMES
from recommender.services.asking import Ask
from recommender.store.keys import ShardKeys
from recommender.store.readers import history_member
from recommender.store.signals import topic_counts

TOLERANCE = 1e-6
START = 1_767_225_600.0
"""2026-01-01T00:00:00Z, where the clock of the tests stands at first."""

HOUR = 3_600.0
COUNT, DIMENSION = 12, 8
CODES = range(COUNT)
SUBJECTS = (
    ("sport", "football", ("cup", "final")),
    ("sport", "tennis", ("final",)),
    ("food", None, ("soup", "cup")),
    (None, None, ()),
)
"""Category, subcategory and tags of an article, by its code modulo four."""

READERS = ("anna", "ben", "cleo", "dora", "nobody")
EVERYBODY = range(4)
"""The readers of lists. Of nobody there is only a history of all articles, so that the first part
needs all of them and their mean vector is that of the service's catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list that was offered, and what became of it."""

    reader: int
    at: float
    late: float
    codes: tuple[int, ...]
    clicked: tuple[int, ...] = ()
    reading: int = NONE
    dwell: float = float("nan")

    @property
    def visible(self) -> float:
        return self.at + self.late


Past = dict[int, list[tuple[int, float, float]]]
"""What readers read before a part: codes of articles, seconds and seconds of reading."""


def vectors() -> NDArray[np.float32]:
    drawn = np.random.default_rng(4).normal(size=(COUNT, DIMENSION))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def published(code: int) -> float:
    return START - (code + 1) * HOUR


def articles() -> Articles:
    subjects = [SUBJECTS[code % len(SUBJECTS)] for code in CODES]
    return Articles(
        ids=tuple(f"a{code}" for code in CODES),
        titles=("",) * COUNT,
        texts=("",) * COUNT,
        categories=tuple(category for category, _, _ in subjects),
        subcategories=tuple(subcategory for _, subcategory, _ in subjects),
        tags=tuple(tags for _, _, tags in subjects),
        published=np.array([published(code) for code in CODES]),
    )


def own_topics(code: int) -> list[str]:
    """Return what the readings of an article are counted for, with that of all."""
    category, subcategory, _ = SUBJECTS[code % len(SUBJECTS)]
    named = (("c", category), ("s", subcategory))
    return ["", *(f"{letter}:{name}" for letter, name in named if name)]


def part_of(name: str, past: Past, lists: Sequence[Listed]) -> Part:
    entries = [sorted(past[reader], key=lambda entry: entry[1]) for reader in past]
    flat = list(itertools.chain.from_iterable(entries))
    rows = [(code, code in each.clicked) for each in lists for code in each.codes]
    return Part(
        name=name,
        history=History(
            readers=np.array(list(past), np.int32),
            starts=np.cumsum([0, *map(len, entries)]).astype(np.int64),
            articles=np.array([code for code, _, _ in flat], np.int32),
            at=np.array([second for _, second, _ in flat], np.float64),
            dwell=np.array([dwell for _, _, dwell in flat], np.float32),
        ),
        impressions=Impressions(
            ids=np.array([f"{name}{number}" for number in range(len(lists))]),
            readers=np.array([each.reader for each in lists], np.int32),
            at=np.array([each.at for each in lists], np.float64),
            visible=np.array([each.visible for each in lists], np.float64),
            reading=np.array([each.reading for each in lists], np.int32),
            dwell=np.array([each.dwell for each in lists], np.float32),
            starts=np.cumsum([0, *(len(each.codes) for each in lists)]).astype(np.int64),
            candidates=np.array([code for code, _ in rows], np.int32),
            clicked=np.array([is_clicked for _, is_clicked in rows], np.bool_),
        ),
    )


def replayed(wiring: Any, parts: Sequence[Part]) -> NDArray[np.float32]:
    data_set = DataSet(
        name="made up",
        articles=articles(),
        readers=READERS,
        parts={part.name: part for part in parts},
        dropped=(),
        digest="",
    )
    config = ReplayConfig(
        feed=wiring.settings.feed,
        trending=wiring.settings.trending,
        limits=wiring.settings.readers,
    )
    tables = replay(data_set, vectors(), config, lambda _: None)
    for table in tables.values():
        assert (table.known_until < table.at).all()
    return np.concatenate([table.rows for table in tables.values()])


class Site:
    """The real service, told of the same events at the same seconds."""

    def __init__(self, wiring: Any, clock: FixedClock, make_live: Callable[..., None]) -> None:
        self.wiring, self.clock = wiring, clock
        self.numbers = itertools.count(1)
        for code, vector in enumerate(vectors()):
            category, subcategory, tags = SUBJECTS[code % len(SUBJECTS)]
            instant = datetime.fromtimestamp(published(code), UTC).isoformat()
            named = {"category": category, "subcategory": subcategory, "tags": list(tags)}
            make_live(
                wiring,
                {f"a{code}": vector},
                published_at=instant,
                **{name: value for name, value in named.items() if value},
            )

    def run(self, parts: Sequence[tuple[Past, Sequence[Listed]]]) -> NDArray[np.float32]:
        """Return the features of all lists; of one second, features come before events."""
        seconds = [(lists[0].at, -1, -1) for _, lists in parts]
        timeline: list[tuple[tuple[float, int, int], Any]] = []
        for number, (past, lists) in enumerate(parts):
            timeline.append((seconds[number], past))
            for each in lists:
                timeline.append(((each.at, 0, len(timeline)), (each, True)))
                timeline.append(((each.visible, 1, len(timeline)), (each, False)))
        rows = []
        for (second, _, _), what in sorted(timeline, key=lambda step: step[0]):
            self.clock.advance(second - self.clock.now())
            if isinstance(what, dict):
                self.begin(what)
            elif what[1]:
                rows.append(self.features(what[0]))
            else:
                self.happen(what[0], self.serve(what[0]))
        return np.concatenate(rows)

    def begin(self, past: Past) -> None:
        """Put histories where the script keeps them, as if they had been brought along."""
        for reader, entries in past.items():
            keys = ShardKeys(self.wiring.site, 0)
            self.begin_topics(keys.reader_topics(ReaderId(READERS[reader])), entries)
            key = keys.history(ReaderId(READERS[reader]))
            self.wiring.client.delete(key)
            for code, second, dwell in entries:
                kind = Kind.CLICK if np.isnan(dwell) else Kind.READ
                done = self.interaction(READERS[reader], code, kind, second, dwell)
                self.wiring.client.zadd(key, {history_member(done): second}, gt=True)
            self.wiring.client.zremrangebyrank(
                key, 0, -self.wiring.settings.readers.max_history - 1
            )

    def begin_topics(self, key: str, entries: Sequence[tuple[int, float, float]]) -> None:
        """Count what a reader read of each topic in place of what is counted as read."""
        read = Counter(name for code, _, _ in entries for name in own_topics(code))
        before = {
            name.decode(): topic_counts(record)
            for name, record in self.wiring.client.hgetall(key).items()
        }
        for name in {**before, **read}:
            shown, clicked, _ = before.get(name, (0, 0, 0))
            self.wiring.client.hset(key, name, struct.pack("<3I", shown, clicked, read[name]))

    def serve(self, listed: Listed) -> SlateId:
        """Log a slate of just these articles; nobody's, since a reader may have met them."""
        n = len(listed.codes)
        slate = Slate(
            token=f"{next(self.numbers):016x}",
            site=self.wiring.site,
            reader=None,
            created_at=listed.at,
            policy="given",
            variant=None,
            customised=False,
            start=1,
            ordering=Ordering(
                articles=tuple(ArticleId(f"a{code}") for code in listed.codes),
                scores=np.zeros(n),
                sources=("fresh",) * n,
                propensities=np.ones(n),
                features=np.zeros((n, 1), np.float32),
                contributions=np.zeros((n, 1)),
                reasons=(Reason(code="fresh"),) * n,
            ),
            feature_names=("only",),
            schema="s1",
        )
        return SlateId(self.wiring.slate_log.commit(slate, None).id)

    def happen(self, listed: Listed, slate: SlateId) -> None:
        """Record what became of a list at its visible second, which is now."""
        self.record(listed.reader, listed.codes, Kind.IMPRESSION, slate)
        if listed.reading != NONE:
            self.record(listed.reader, [listed.reading], Kind.READ, None, listed.dwell)
        for code in listed.codes:
            if code in listed.clicked:
                self.record(listed.reader, [code], Kind.CLICK, slate)

    def record(
        self,
        reader: int,
        codes: Sequence[int],
        kind: Kind,
        slate: SlateId | None,
        dwell: float = float("nan"),
    ) -> None:
        done = [
            self.interaction(self.name(reader), code, kind, self.clock.now(), dwell, slate)
            for code in codes
        ]
        outcomes = {each.outcome for each in self.wiring.interactions.record(done)}
        assert outcomes == {Outcome.ACCEPTED}

    def name(self, reader: int) -> str:
        """Return a reader's id; whatever a guest does is done by somebody never met before."""
        return f"guest-{next(self.numbers)}" if reader == NONE else READERS[reader]

    def interaction(
        self,
        reader: str,
        code: int,
        kind: Kind,
        second: float,
        dwell: float,
        slate: SlateId | None = None,
    ) -> Interaction:
        return Interaction(
            id=EventId(f"event-{next(self.numbers)}"),
            reader=ReaderId(reader),
            article=ArticleId(f"a{code}"),
            kind=kind,
            occurred_at=second,
            dwell_seconds=None if np.isnan(dwell) else dwell,
            slate=slate,
        )

    def features(self, listed: Listed) -> NDArray[np.float32]:
        """Return the features that a feed would rank these articles by, now, in their order."""
        wiring, config = self.wiring, self.wiring.settings.feed
        now, view = self.clock.now(), wiring.follower.catalogue.view
        reader = None if listed.reader == NONE else ReaderId(READERS[listed.reader])
        reading = None if listed.reading == NONE else ArticleId(f"a{listed.reading}")
        depth = config.sources.trend_depth
        if reader is None:
            state = wiring.reader_store.guest_state(reading, depth)
        else:
            state = wiring.reader_store.feed_state(reader, reading, depth)
        situation = situation_of(
            state,
            view,
            np.ones(view.count, np.bool_),
            interests_of(state.reader.history, view, now, config.interests),
            trending=wiring.settings.trending,
            co_read_half_life_hours=wiring.settings.readers.co_read_half_life_hours,
            reading=reading,
            now=now,
        )
        return feature_rows(
            situation,
            view.positions([ArticleId(f"a{code}") for code in listed.codes]),
            state.reader.history,
            reader=reader,
            signals=wiring.signals,
            boost=None,
            config=config.features,
        )


@pytest.fixture
def make_site(
    make_wiring: Callable[..., Any], clock: FixedClock, make_live: Callable[..., None]
) -> Callable[..., Site]:
    """Give a factory of sites with the articles; arguments are settings."""
    return lambda **fields: Site(make_wiring(**fields), clock, make_live)


def assert_equal(service: NDArray[np.float32], own: NDArray[np.float32]) -> None:
    assert service.shape == own.shape
    differences = np.abs(service - own).max(axis=0)
    told = dict(zip(FEATURE_NAMES, differences.tolist(), strict=True))
    assert not {name: by for name, by in told.items() if not by <= TOLERANCE}


def compare(site: Site, parts: Sequence[tuple[Past, Sequence[Listed]]]) -> NDArray[np.float32]:
    named = [part_of(f"part{n}-", past, lists) for n, (past, lists) in enumerate(parts)]
    service, own = site.run(parts), replayed(site.wiring, named)
    assert_equal(service, own)
    return own


EVERYTHING: Past = {4: [(code, START - HOUR, 30.0) for code in CODES]}
OF_EACH_ONE: Past = {reader: [(reader, START - 2 * HOUR, 40.0)] for reader in EVERYBODY}


def drawn(seed: int, count: int, start: float, readers: Sequence[int]) -> list[Listed]:
    """Draw lists a few minutes apart, many of which become visible after later ones are shown."""
    chance = np.random.default_rng(seed)
    lists, at = [], start
    for _ in range(count):
        # Now and then two lists in one second.
        at += float(chance.choice([0.0, 17.25, 140.0, 900.0]))
        codes = chance.permutation(COUNT)[: chance.integers(2, 7)].tolist()
        reading = int(chance.choice([NONE, *CODES]))
        lists.append(
            Listed(
                reader=int(chance.choice(readers)),
                at=at,
                late=float(chance.choice([0.0, 12.5, 300.0, 2_000.75])),
                codes=tuple(codes),
                clicked=tuple(codes[: chance.integers(0, 3)]),
                reading=reading,
                dwell=float(chance.choice([np.nan, 3.0, 41.7, 200.0])),
            )
        )
    return lists


def test_replayed_features_are_those_of_the_service(make_site: Callable[..., Site]) -> None:
    past: Past = {
        0: [(1, START - 30 * HOUR, 12.0), (2, START - 3 * HOUR, float("nan"))],
        1: [(code, START - 2 * HOUR + code, 65.0) for code in (3, 4, 5)],
    }
    lists = drawn(1, 60, START + 60.0, [*EVERYBODY, NONE])
    rows = compare(make_site(), [(EVERYTHING | past, lists)])
    moving = np.ptp(rows, axis=0) > 0.0
    still = {name for name, moves in zip(FEATURE_NAMES, moving, strict=True) if not moves}
    # Nothing was turned away from, nobody follows anything, and no editor boosts.
    assert still <= {"aversion", "followed", "boost"}


def test_a_second_part_begins_with_its_own_histories_and_the_counts_so_far(
    make_site: Callable[..., Site],
) -> None:
    first = drawn(2, 25, START + 60.0, EVERYBODY)
    end = max(each.at for each in first) + 1_000.0  # some of them are not visible yet
    assert any(each.visible > end for each in first)
    past: Past = {0: [(7, START, 20.0), (8, START + 9.5, 61.0)], 2: [(9, START + 5.0, 7.0)]}
    rows = compare(make_site(), [(EVERYTHING, first), (past, drawn(3, 25, end, EVERYBODY))])
    assert rows[:, FEATURE_NAMES.index("audience")].any()


def test_both_forget_the_same_when_memory_is_short(make_site: Callable[..., Site]) -> None:
    limits = {"max_history": 10, "max_co_read": 5, "co_read_depth": 4}
    past: Past = {0: [(code, START - HOUR + code, 20.0 + code) for code in CODES]}
    site = make_site(readers=limits)
    rows = compare(site, [(EVERYTHING | past, drawn(5, 60, START + 60.0, [0, 1]))])
    lift = rows[:, FEATURE_NAMES.index("category_lift")]
    assert lift[:5].any(), "what was read of a topic is remembered beyond the history"


lists = st.lists(
    st.builds(
        Listed,
        reader=st.sampled_from([*EVERYBODY, NONE]),
        at=st.sampled_from([0.0, 0.5, 60.0, 7_200.0]),  # since the list before
        late=st.sampled_from([0.0, 0.5, 59.5, 60.0, 4_000.0]),
        codes=st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True).map(tuple),
        clicked=st.lists(st.sampled_from(CODES), max_size=4, unique=True).map(tuple),
        reading=st.sampled_from([NONE, *CODES]),
        dwell=st.sampled_from([float("nan"), 0.0, 30.5, 5_000.0]),
    ),
    min_size=1,
    max_size=15,
)


@settings(max_examples=15)
@given(lists=lists)
def test_any_events_give_the_same_features(
    make_site: Callable[..., Site], clock: FixedClock, client: Any, lists: list[Listed]
) -> None:
    client.flushall()
    clock.advance(START - clock.now())
    seconds = itertools.accumulate((each.at for each in lists), initial=START + 1.0)
    timed = [
        Listed(
            reader=each.reader,
            at=second,
            late=each.late,
            codes=each.codes,
            clicked=each.clicked,
            reading=each.reading,
            dwell=each.dwell,
        )
        for each, second in zip(lists, itertools.islice(seconds, 1, None), strict=True)
    ]
    compare(make_site(), [(EVERYTHING, timed)])


def test_features_logged_with_served_feeds_are_the_replayed_ones(
    make_site: Callable[..., Site],
) -> None:
    """Feeds are served and read; the log, replayed, gives the rows that ranked them."""
    site = make_site()
    wiring, clock, chance = site.wiring, site.clock, np.random.default_rng(6)
    served: list[tuple[Listed, SlateId]] = []
    waiting: list[tuple[Listed, SlateId]] = []
    site.begin(EVERYTHING | OF_EACH_ONE)
    for number in range(16):  # four pages of three for each of four readers
        clock.advance(180.0)
        now, reader = clock.now(), number % 4
        for late in sorted(waiting, key=lambda each: each[0].visible):
            if late[0].visible < now:
                waiting.remove(late)
                clock.advance(late[0].visible - clock.now())
                site.happen(*late)
        clock.advance(now - clock.now())
        reading = NONE if number < 4 else served[number - 4][0].codes[0]
        shown = wiring.feed.feed(
            Ask(
                reader=ReaderId(READERS[reader]),
                size=3,
                reading=None if reading == NONE else ArticleId(f"a{reading}"),
            )
        )
        codes = tuple(int(each[1:]) for each in shown.slate.ordering.articles)
        listed = Listed(
            reader=reader,
            at=now,
            late=float(chance.choice([1.0, 30.25, 400.0])),
            codes=codes,
            clicked=codes[: chance.integers(1, 4)],
            reading=reading,
            dwell=float(chance.choice([np.nan, 25.0])),
        )
        served.append((listed, shown.id))
        waiting.append((listed, shown.id))
    logged = [wiring.slate_log.find(identifier).slate for _, identifier in served]
    assert [len(each.ordering) for each in logged] == [3] * 16
    part = part_of("served", EVERYTHING | OF_EACH_ONE, [listed for listed, _ in served])
    rows = np.concatenate([each.ordering.features for each in logged])
    assert rows[:, FEATURE_NAMES.index("audience")].any()
    assert_equal(rows, replayed(wiring, [part]))
