"""What is counted for features: once for each event, bounded, and the same over any shards."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId, SlateId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.signals import BIASES, FAMILIES, RUNGS_HOURS, TASTE_NUMBERS, TopicCounts
from recommender.domain.slates import Slate
from recommender.store.connection import Redis
from recommender.store.events import Event, EventStore
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.signals import SignalStore
from recommender.store.slates import Committed, SlateLog
from recommender.trending.decay import value
from recommender.trending.ladder import TrendingConfig
from recommender.trending.signals import RATES, TOPIC_RATE
from recommender.trending.tastes import taste_of

NOW = 1_767_225_600.0
DAY = 86_400.0
SITE = SiteId("main")
ANNA = ReaderId("anna")
KEYS = ShardKeys(SITE, 0)
CLICKS, VIEWS, SHOWN, EXPECTED = range(len(FAMILIES))
DAILY = RUNGS_HOURS.index(24.0)
STEP, HALF_LIFE_HOURS = BIASES[0]

Watch = Callable[[], AbstractContextManager[list[str]]]


class Site:
    """The parts of a store that signals go through; bounds may be smaller than settings allow."""

    def __init__(self, client: Redis, **bounds: int) -> None:
        limits = ReaderLimits().model_copy(update=bounds)
        self.events = EventStore(client, SITE, limits, TrendingConfig())
        self.log = SlateLog(client, SITE, limits)
        self.signals = SignalStore(client, SITE, limits)
        self._events = 0

    def do(
        self,
        kind: Kind,
        *articles: str,
        reader: str = ANNA,
        ago: float = 0.0,
        slate: SlateId | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        """Record one batch, each event under a new id."""
        batch = []
        for article in articles:
            self._events += 1
            done = Interaction(
                id=EventId(str(self._events)),
                reader=ReaderId(reader),
                article=ArticleId(article),
                kind=kind,
                occurred_at=NOW - ago,
                slate=slate,
            )
            batch.append(Event(interaction=done, category=None, topics=topics))
        self.events.record(ReaderId(reader), batch, NOW)

    def serve(self, slate: Slate) -> SlateId:
        answer = self.log.commit(slate, None)
        assert isinstance(answer, Committed)
        return answer.id

    def of(self, *articles: str, reader: str | None = ANNA, topics: Sequence[str] = ()) -> Any:
        ids = [ArticleId(each) for each in articles]
        return self.signals.of(None if reader is None else ReaderId(reader), ids, topics)

    def counted(self, article: str, family: int) -> float:
        level = self.of(article).levels[0, family, DAILY]
        return float(value(level, RATES[DAILY], NOW))


@pytest.fixture
def make_site(client: Redis) -> Callable[..., Site]:
    return lambda **bounds: Site(client, **bounds)


def test_of_what_nobody_met_nothing_is_counted(make_site: Callable[..., Site]) -> None:
    found = make_site().of("a", "b", topics=["c:food"])
    assert found.levels.shape == (2, len(FAMILIES), len(RUNGS_HOURS))
    assert (found.levels == -np.inf).all()
    assert (found.site_levels == -np.inf).all()
    assert found.biases.tolist() == [[0.0] * len(BIASES)] * 2
    assert np.isnan(found.biased_at).all()
    assert np.isnan(found.first_shown).all()
    assert found.topics == {}
    assert found.own.shown.tolist() == [0, 0]
    assert np.isnan(found.own.last_clicked).all()


def test_no_articles_and_a_guest_are_answered_as_well(make_site: Callable[..., Site]) -> None:
    site = make_site()
    assert site.of().levels.shape == (0, len(FAMILIES), len(RUNGS_HOURS))
    assert site.of().own.shown.shape == (0,)
    assert site.of("a", reader=None).own is None


def test_each_kind_counts_for_its_family_and_for_the_whole_site(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.do(Kind.CLICK, "a", "b")
    site.do(Kind.READ, "a", ago=DAY)
    site.do(Kind.IMPRESSION, "a", "a", "b")
    site.do(Kind.LIKE, "a")
    assert site.counted("a", CLICKS) == pytest.approx(1)
    assert site.counted("a", VIEWS) == pytest.approx(1 / 2)
    assert site.counted("a", SHOWN) == pytest.approx(2)
    whole = value(site.of("a").site_levels[:, DAILY], RATES[DAILY], NOW)
    assert whole == pytest.approx([2, 1 / 2, 3, 0])


def test_a_click_in_a_slate_is_expected_of_each_of_its_articles(
    make_site: Callable[..., Site], slate: Callable[..., Slate]
) -> None:
    site = make_site()
    served = site.serve(slate("anna", "a", "b", "c", "d"))
    site.do(Kind.CLICK, "b", slate=served)
    assert [site.counted(each, EXPECTED) for each in "abcd"] == pytest.approx([1 / 4] * 4)
    found = site.of("a", "b")
    assert found.biases[:, 0] == pytest.approx([-STEP / 4, STEP * 3 / 4])
    assert found.biased_at.tolist() == [NOW, NOW]
    assert value(found.site_levels[EXPECTED, DAILY], RATES[DAILY], NOW) == pytest.approx(1)


@pytest.mark.parametrize(
    ("owner", "counts"), [("anna", 1), (None, 1), ("session", 1), ("ben", 0), ("a", 0)]
)
def test_a_click_counts_for_a_slate_of_its_reader_of_a_guest_or_of_a_merged_session(
    make_site: Callable[..., Site],
    slate: Callable[..., Slate],
    client: Redis,
    owner: str | None,
    counts: int,
) -> None:
    """Or anybody who learns a slate's id could teach the site what its reader likes."""
    site = make_site()
    client.zadd(KEYS.merged(ANNA), {"session": NOW})
    served = site.serve(slate(owner, "a", "b"))
    site.do(Kind.CLICK, "b", slate=served)
    assert site.counted("b", CLICKS) == pytest.approx(1)
    assert site.counted("a", EXPECTED) == pytest.approx(counts / 2)
    assert site.of("b").biases[0, 0] == pytest.approx(counts * STEP / 2)


def test_a_click_in_a_slate_of_a_version_that_logged_no_reader_is_a_click_all_the_same(
    make_site: Callable[..., Site], slate: Callable[..., Slate], client: Redis
) -> None:
    site = make_site()
    site.serve(slate("anna", "a", "b", number=7))
    [(_, fields)] = client.xrange(KEYS.slates)
    entry = client.xadd(KEYS.slates, fields | {b"a": b"0000000000000007\na\nb"}).decode()
    site.do(Kind.CLICK, "b", slate=SlateId(f"{entry}-0-0000000000000007"))
    assert (site.counted("b", CLICKS), site.counted("b", EXPECTED)) == (pytest.approx(1), 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it[:-1] + ("0" if it[-1] != "0" else "1"),
        lambda it: it.replace("-0-0-", "-1-0-"),
        lambda it: it.replace("-0-0-", "-0-1-"),
        lambda it: it.replace("-0-0-", "-99999999999999999999-0-"),
        lambda _: "nonsense",
        lambda _: None,
    ],
)
def test_a_click_in_a_slate_that_is_not_known_is_a_click_all_the_same(
    make_site: Callable[..., Site], slate: Callable[..., Slate], change: Callable[[str], Any]
) -> None:
    site = make_site()
    served = site.serve(slate("anna", "a", "b"))
    site.do(Kind.CLICK, "b", slate=change(served))
    assert (site.counted("b", CLICKS), site.counted("b", EXPECTED)) == (pytest.approx(1), 0)
    assert np.isnan(site.of("b").biased_at).all()


def test_a_slate_that_was_trimmed_or_lacks_the_article_tells_nothing(
    make_site: Callable[..., Site], slate: Callable[..., Slate], client: Redis
) -> None:
    site = make_site()
    served = site.serve(slate("anna", "a", "b"))
    site.do(Kind.CLICK, "c", slate=served)
    client.xtrim(KEYS.slates, 0)
    site.do(Kind.CLICK, "a", slate=served)
    assert [site.counted(each, EXPECTED) for each in "abc"] == [0, 0, 0]


def test_a_slate_of_another_shard_tells_nothing(
    make_site: Callable[..., Site], slate: Callable[..., Slate]
) -> None:
    site = make_site(shards=3)
    elsewhere = next(
        r for n in range(9) if shard_of(r := ReaderId(f"r{n}"), 3) != shard_of(ANNA, 3)
    )
    served = site.serve(slate(elsewhere, "a", "b"))
    site.do(Kind.CLICK, "b", slate=served)
    assert site.counted("b", EXPECTED) == 0


def test_shards_are_read_as_one_site(
    make_site: Callable[..., Site], slate: Callable[..., Slate]
) -> None:
    site = make_site(shards=3)
    first, second = "r0", next(f"r{n}" for n in range(9) if _apart("r0", f"r{n}"))
    for number, (reader, ago) in enumerate(((first, DAY), (second, 0.0))):
        served = site.serve(slate(reader, "a", "b", number=number))
        site.do(Kind.IMPRESSION, "a", "b", reader=reader, ago=ago)
        site.do(Kind.CLICK, "a", reader=reader, ago=ago, slate=served, topics=["c:food"])
    found = site.of("a", "b", reader=second, topics=["c:food", "c:sport"])
    assert site.counted("a", CLICKS) == pytest.approx(1 / 2 + 1)
    assert found.first_shown.tolist() == [NOW - DAY] * 2
    assert found.biased_at.tolist() == [NOW, NOW]
    faded = 2.0 ** (-24.0 / HALF_LIFE_HOURS)
    assert found.biases[:, 0] == pytest.approx(STEP / 2 * (faded + 1) * np.array([1, -1]))
    attention = {name: float(value(it, TOPIC_RATE, NOW)) for name, it in found.topics.items()}
    both = 2.0 ** (-24.0 / 72.0) + 1
    assert attention == pytest.approx({"": both, "c:food": both})
    assert found.own.clicked.tolist() == [1, 0]
    assert found.own.last_clicked[0] == NOW
    for reader in (first, second):
        site.do(Kind.CLICK, "b", reader=reader, topics=["c:food"])
    assert site.of("a", "b").audiences.counts == pytest.approx([0, 2])


def _apart(one: str, other: str) -> bool:
    return shard_of(ReaderId(one), 3) != shard_of(ReaderId(other), 3)


def test_what_a_reader_was_shown_in_vain_starts_anew_with_a_click(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.do(Kind.IMPRESSION, "a", "a", ago=9.5)
    site.do(Kind.IMPRESSION, "a", ago=5.5)
    own = site.of("a").own
    assert (own.shown[0], own.first_shown[0], own.last_shown[0]) == (3, NOW - 10, NOW - 6)
    site.do(Kind.CLICK, "a", "a", ago=3.5)
    own = site.of("a").own
    assert (own.shown[0], own.clicked[0], own.last_clicked[0]) == (0, 2, NOW - 4)
    assert np.isnan([own.first_shown[0], own.last_shown[0]]).all()
    assert site.of("a", reader="ben").own.clicked.tolist() == [0]


def test_reading_leaves_no_record_of_having_met(
    make_site: Callable[..., Site], client: Redis
) -> None:
    make_site().do(Kind.READ, "a")
    assert not client.exists(KEYS.met(ANNA))


def test_what_is_forgotten_as_seen_was_never_met(
    make_site: Callable[..., Site], client: Redis, slate: Callable[..., Slate]
) -> None:
    site = make_site(max_seen=2)
    site.do(Kind.IMPRESSION, "a", ago=3)
    site.do(Kind.IMPRESSION, "b", "c", ago=2)
    assert set(client.hkeys(KEYS.met(ANNA))) == {b"b", b"c"}
    site.serve(slate("anna", "d"))
    assert set(client.hkeys(KEYS.met(ANNA))) == {b"c"}
    assert 179 * DAY < client.ttl(KEYS.met(ANNA)) <= 180 * DAY


def test_impressions_clicks_and_readings_count_for_the_reader_by_category_and_subcategory(
    make_site: Callable[..., Site], client: Redis
) -> None:
    site, topics = make_site(), ["c:food", "s:baking", "t:bread"]
    site.do(Kind.IMPRESSION, "a", "b", topics=topics)
    site.do(Kind.CLICK, "a", topics=topics)
    site.do(Kind.IMPRESSION, "c", topics=["c:food"])
    site.do(Kind.READ, "a", topics=topics)
    site.do(Kind.LIKE, "a", topics=topics)
    site.do(Kind.READ, "d")
    shown, clicked, read = 2 + 1, 1, 1 + 1
    assert site.of().own_topics == {
        "": (shown, clicked, read + 1),
        "c:food": (shown, clicked, read),
        "s:baking": (2, clicked, read),
    }
    assert site.of(reader="ben").own_topics == {}
    assert site.of(reader=None).own_topics == {}
    assert 179 * DAY < client.ttl(KEYS.reader_topics(ANNA)) <= 180 * DAY


def test_an_event_sent_again_counts_once_for_the_reader_s_topics(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    for _ in range(2):
        site.do(Kind.CLICK, "a", topics=["c:food"])
        site._events = 0  # the next event comes under the same id
    assert site.of().own_topics == {"": (0, 1, 1), "c:food": (0, 1, 1)}


def test_the_topic_that_was_met_least_makes_room_and_what_is_new_and_that_of_all_stay(
    make_site: Callable[..., Site], client: Redis
) -> None:
    site = make_site(max_reader_topics=2)
    site.do(Kind.IMPRESSION, "a", "a", "a", topics=["c:food"])
    site.do(Kind.IMPRESSION, "b", "b", topics=["c:sport"])
    site.do(Kind.IMPRESSION, "c", topics=["c:art"])
    assert set(client.hkeys(KEYS.reader_topics(ANNA))) == {b"", b"c:food", b"c:art"}
    site.do(Kind.READ, "d", "d", "d", "d", topics=["c:film"])
    assert set(client.hkeys(KEYS.reader_topics(ANNA))) == {b"", b"c:food", b"c:film"}
    site.do(Kind.CLICK, "d", topics=["c:dance"])
    assert set(client.hkeys(KEYS.reader_topics(ANNA))) == {b"", b"c:film", b"c:dance"}


def test_a_reader_s_counts_of_a_topic_stop_where_there_is_no_room_for_more(
    make_site: Callable[..., Site], client: Redis
) -> None:
    site, most = make_site(), 2**32 - 1
    client.hset(KEYS.reader_topics(ANNA), "c:food", struct.pack("<3I", most, most - 1, 7))
    site.do(Kind.IMPRESSION, "a", "a", topics=["c:food"])
    site.do(Kind.CLICK, "a", "a", topics=["c:food"])
    assert site.of().own_topics["c:food"] == (most, most, 7 + 2)


def test_articles_of_least_attention_make_room(
    make_site: Callable[..., Site], client: Redis
) -> None:
    site = make_site(max_signals=2)
    site.do(Kind.IMPRESSION, "busy", "busy", "busy")
    site.do(Kind.IMPRESSION, "old", "old", ago=3 * DAY)
    site.do(Kind.CLICK, "new")
    assert set(client.hkeys(KEYS.signals)) == {b"", b"busy", b"new"}


SPORT, FOOD = (
    taste_of({"": TopicCounts(read=2), topic: TopicCounts(read=2)})
    for topic in ("c:sport", "c:food")
)


def test_the_first_click_on_an_article_adds_its_reader_s_taste_to_the_audience(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.do(Kind.READ, "x", topics=["c:sport"], ago=3 * DAY)
    site.do(Kind.CLICK, "a", topics=["c:food"], ago=DAY)
    site.do(Kind.CLICK, "a", topics=["c:food"])  # the same reader again
    site.do(Kind.READ, "x", reader="ben", topics=["c:food"])
    site.do(Kind.CLICK, "a", reader="ben", topics=["c:food"])
    site.do(Kind.READ, "x", reader="cleo", topics=["c:sport"], ago=DAY)
    site.do(Kind.CLICK, "a", reader="cleo", topics=["c:food"], ago=DAY)  # told late
    found = site.of("a", "b").audiences
    assert found.second == NOW
    assert found.counts == pytest.approx([1 / 2 + 1 + 1 / 2, 0])
    assert found.tastes == pytest.approx(np.stack((SPORT + FOOD, 0 * FOOD)), abs=1e-6)
    assert found.site_count == pytest.approx(1 / 2 + 1 + 1 / 2)
    assert found.site_tastes == pytest.approx(SPORT + FOOD, abs=1e-6)


def test_within_a_batch_each_click_is_of_the_taste_before_it(
    make_site: Callable[..., Site], client: Redis
) -> None:
    """Nothing was read before the first; of food alone before the second; the third is known."""
    site = make_site()
    site.do(Kind.CLICK, "a", "b", "b", topics=["c:food"])
    found = site.of("a", "b").audiences
    assert found.counts.tolist() == [0, 1]
    assert found.tastes[1] == pytest.approx(FOOD)
    assert set(client.hkeys(KEYS.audiences)) == {b"", b"b"}


def test_what_is_no_first_click_of_somebody_who_read_before_joins_no_audience(
    make_site: Callable[..., Site], client: Redis
) -> None:
    site = make_site()
    site.do(Kind.CLICK, "a", topics=["c:food"])
    site.do(Kind.CLICK, "a", topics=["c:food"])
    site.do(Kind.IMPRESSION, "b", topics=["c:food"])
    site.do(Kind.READ, "b", topics=["c:food"])
    site.do(Kind.LIKE, "b", topics=["c:food"])
    assert not client.exists(KEYS.audiences)


def test_a_reader_of_no_topic_is_of_an_audience_all_the_same(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.do(Kind.READ, "x")
    site.do(Kind.CLICK, "a")
    found = site.of("a").audiences
    assert found.counts.tolist() == [1]
    assert not found.tastes.any()


def test_guests_have_no_taste_to_compare_so_no_audience_is_read(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.do(Kind.READ, "x", topics=["c:food"])
    site.do(Kind.CLICK, "a", topics=["c:food"])
    assert site.of("a", reader="ben").audiences.counts.tolist() == [1]
    assert site.of("a", reader=None).audiences.counts.tolist() == [0]
    assert site.of().audiences.tastes.shape == (0, TASTE_NUMBERS)


def test_an_audience_leaves_with_what_else_is_counted_of_its_article(
    make_site: Callable[..., Site], client: Redis
) -> None:
    site = make_site(max_signals=2)
    site.do(Kind.READ, "old", ago=3 * DAY)
    site.do(Kind.CLICK, "old", ago=3 * DAY)
    assert set(client.hkeys(KEYS.audiences)) == {b"", b"old"}
    site.do(Kind.IMPRESSION, "busy", "busy", "busy")
    site.do(Kind.CLICK, "new")
    assert set(client.hkeys(KEYS.signals)) == {b"", b"busy", b"new"}
    assert set(client.hkeys(KEYS.audiences)) == {b"", b"new"}


def test_topics_of_least_attention_make_room_and_that_of_all_stays(
    make_site: Callable[..., Site], client: Redis
) -> None:
    site = make_site(max_topics=2)
    site.do(Kind.CLICK, "a", topics=["c:food"])
    assert client.zrange(KEYS.topics, 0, -1) == [b"", b"c:food"]
    site.do(Kind.CLICK, "a", "a", topics=["c:sport"])
    assert client.zrange(KEYS.topics, 0, -1) == [b"c:sport", b""]
    site.do(Kind.CLICK, "a", topics=["t:cup"])
    assert client.zrange(KEYS.topics, 0, -1) == [b"c:sport", b""]


def test_only_kinds_that_are_attention_count_for_topics(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.do(Kind.IMPRESSION, "a", topics=["c:food"])
    site.do(Kind.DISLIKE, "a", topics=["c:food"])
    assert site.of(topics=["c:food"]).topics == {}
    site.do(Kind.SHARE, "a", topics=["c:food"])
    level = site.of(topics=["c:food"]).topics["c:food"]
    assert value(level, TOPIC_RATE, NOW) == pytest.approx(3)


def test_signals_are_read_in_one_round_trip_and_a_guest_touches_no_reader(
    make_site: Callable[..., Site], watch: Watch
) -> None:
    site = make_site(shards=3)
    site.do(Kind.CLICK, "a")
    with watch() as asked:
        site.of("a", reader=None, topics=["c:food"])
    assert len([each for each in asked if each != "PING"]) == 2 * 3
    assert not [each for each in asked if ":reader:" in each]
    with watch() as asked:
        site.of("a", topics=["c:food"])
    assert len([each for each in asked if ":reader:anna:met" in each]) == 1
    assert len([each for each in asked if ":reader:anna:topics" in each]) == 1
    assert len([each for each in asked if each != "PING"]) == 3 * 3 + 2


def test_a_batch_larger_than_lua_can_unpack_is_counted(make_site: Callable[..., Site]) -> None:
    site = make_site()
    articles = [f"a{number}" for number in range(2_500)]
    site.do(Kind.IMPRESSION, *articles)
    found = site.of(*articles)
    assert found.own.shown.sum() == 2_000  # as many as are remembered as seen
    assert value(found.site_levels[SHOWN, DAILY], RATES[DAILY], NOW) == pytest.approx(2_500)
