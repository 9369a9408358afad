"""Readers' control: what is kept is told whole, moved without loss, and erased without a trace."""

from __future__ import annotations

import contextlib
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.readers import Preferences
from recommender.domain.slates import Ordering, Reason, Slate, Snapshot
from recommender.errors import CursorExpired, InvalidInput
from recommender.services.asking import Ask, AskMore
from recommender.store.connection import Redis
from recommender.store.erasures import digest
from recommender.store.keys import shard_of
from recommender.store.merging import SessionMerger
from recommender.store.reader_data import Met
from recommender.store.slates import Committed

ADA, BOB, ANON = ReaderId("ada-lovelace"), ReaderId("bob-ross"), ReaderId("anonymous-7f4")
TOKENS = iter(f"{number:016x}" for number in range(1, 1_000_000))


def ordering(*articles: str) -> Ordering:
    n = len(articles)
    return Ordering(
        articles=tuple(map(ArticleId, articles)),
        scores=np.full(n, 0.5),
        sources=("fresh",) * n,
        propensities=np.ones(n),
        features=np.full((n, 2), 0.25, np.float32),
        contributions=np.full((n, 2), 0.25),
        reasons=(Reason(code="fresh", about="food"),) * n,
    )


def serve(wiring: Any, reader: ReaderId | None, *articles: str) -> str:
    """Log a slate of ``articles``, and keep one more article for a further page."""
    token, now = next(TOKENS), wiring.clock.now()
    slate = Slate(
        token=token,
        site=SiteId("main"),
        reader=reader,
        created_at=now,
        policy="test",
        variant=None,
        customised=reader is not None,
        start=1,
        ordering=ordering(*articles),
        feature_names=("first", "second"),
        schema="s1",
    )
    snapshot = Snapshot(
        token=token,
        reader=reader,
        created_at=now,
        expires_at=now + 3_600,
        version=0,
        next_position=len(articles) + 1,
        policy="test",
        variant=None,
        customised=reader is not None,
        left=ordering("science5"),
        feature_names=("first", "second"),
        schema="s1",
        shown=(),
        complete=False,
        page_size=20,
        request=b"{}",
    )
    committed = wiring.slate_log.commit(slate, snapshot)
    assert isinstance(committed, Committed)
    return committed.id


def contents(client: Redis) -> Iterator[tuple[bytes, bytes]]:
    """Yield every byte string of the whole database with the key that holds it."""
    for key in client.scan_iter():
        yield key, key
        for part in parts(client, key):
            yield key, part
            with contextlib.suppress(zlib.error):
                yield key, zlib.decompress(part)


def parts(client: Redis, key: bytes) -> Iterator[bytes]:
    kind = client.type(key)
    if kind == b"string":
        yield client.get(key)
    elif kind == b"set":
        yield from client.smembers(key)
    elif kind == b"zset":
        yield from client.zrange(key, 0, -1)
    elif kind == b"hash":
        yield from (each for pair in client.hgetall(key).items() for each in pair)
    elif kind == b"stream":
        for _, fields in client.xrange(key):
            yield from (each for pair in fields.items() for each in pair)
    else:
        raise AssertionError(f"{key!r} is of type {kind!r}, which nothing here writes")


def mentions(client: Redis, reader: str) -> set[bytes]:
    return {key for key, part in contents(client) if reader.encode() in part}


@pytest.fixture(params=[1, 4])
def site(request: Any, make_wiring: Callable[..., Any], world: Callable[[Any], None]) -> Any:
    """Give a site with articles; ADA and ANON are in different shards where there are four."""
    wiring = make_wiring(readers={"shards": request.param})
    wiring.follower.load()
    world(wiring)
    assert request.param == 1 or shard_of(ADA, 4) != shard_of(ANON, 4)
    return wiring


@pytest.fixture
def live(site: Any, do: Callable[..., Any]) -> Callable[[ReaderId], None]:
    """Give a function that lets a reader do everything that leaves something behind."""

    def live(reader: ReaderId) -> None:
        do(site, reader, "click", "food0", "food1")
        do(site, reader, "hide", "travel0")
        serve(site, reader, "science0", "science1")
        site.readers.choose(reader, Preferences(topics=("food",), muted_sources=("The Noise",)))

    return live


def test_an_erased_reader_is_nowhere_in_the_database(
    site: Any, live: Callable[[ReaderId], None], client: Redis
) -> None:
    live(ADA)
    live(BOB)
    before = mentions(client, BOB)
    assert len(mentions(client, ADA)) == 8 + 2  # own keys and two logs; nothing was merged
    erased = site.readers.erase(ADA)
    assert (erased.keys, erased.interactions, erased.slates) == (8, 3, 1)
    assert mentions(client, ADA) == set()
    assert mentions(client, BOB) == before


def test_an_erased_reader_is_nowhere_in_the_database_of_a_site_with_an_archive(
    site: Any, live: Callable[[ReaderId], None], client: Redis
) -> None:
    """What the archive is told holds no id, and nothing once the archive was told."""
    site.erasures.begin()
    live(ANON)
    live(ADA)
    site.readers.merge(ADA, ANON)
    site.readers.erase(ADA)
    assert mentions(client, ADA) == mentions(client, ANON) == set()
    noted = site.erasures.waiting()
    assert noted.digests == {digest(ADA), digest(ANON)}
    site.erasures.forget(noted)
    assert mentions(client, digest(ADA)) == mentions(client, digest(ANON)) == set()


def test_an_erasure_covers_the_sessions_that_were_merged(
    site: Any, live: Callable[[ReaderId], None], do: Callable[..., Any], client: Redis
) -> None:
    live(ANON)
    live(ADA)
    site.readers.merge(ADA, ANON)
    do(site, ANON, "click", "food4")  # late, under the old id
    erased = site.readers.erase(ADA)
    assert (erased.interactions, erased.slates) == (3 + 3 + 1, 1 + 1)
    assert mentions(client, ADA) == set()
    assert mentions(client, ANON) == set()


def test_whoever_was_merged_can_be_erased_alone(
    site: Any, live: Callable[[ReaderId], None], client: Redis
) -> None:
    live(ANON)
    site.readers.merge(ADA, ANON)
    site.readers.erase(ANON)
    assert mentions(client, ANON) == set()
    assert site.readers.export(ADA).kept[ADA].history


def test_who_was_merged_in_turn_is_covered_as_well(
    site: Any, live: Callable[[ReaderId], None], client: Redis
) -> None:
    live(ANON)
    site.readers.merge(ADA, ANON)
    site.readers.merge(BOB, ADA)
    assert set(site.readers.export(BOB).kept) == {BOB, ADA, ANON}
    site.readers.merge(ADA, BOB)  # and back again
    assert set(site.readers.export(ADA).kept) == {BOB, ADA, ANON}
    site.readers.erase(ADA)
    assert not mentions(client, ADA) | mentions(client, BOB) | mentions(client, ANON)


def test_erasing_who_is_unknown_erases_nothing(
    site: Any, live: Callable[[ReaderId], None], client: Redis
) -> None:
    live(ADA)
    before = sorted(contents(client))
    erased = site.readers.erase(BOB)
    assert (erased.keys, erased.interactions, erased.slates) == (0, 0, 0)
    assert sorted(contents(client)) == before


def test_an_article_or_a_part_of_an_id_that_reads_like_the_reader_is_not_erased(
    site: Any, make_live: Callable[..., None], do: Callable[..., Any]
) -> None:
    make_live(site, {"ada": (1, 0, 0, 0)})
    do(site, "ada-2", "click", "ada")
    erased = site.readers.erase(ReaderId("ada"))
    assert erased.interactions == 0
    assert site.readers.export(ReaderId("ada-2")).interactions


def test_logs_of_many_batches_are_searched_whole(site: Any, do: Callable[..., Any]) -> None:
    for _ in range(6):
        do(site, ADA, "impression", *["food0"] * 120)
        do(site, BOB, "impression", *["food0"] * 120)
    assert len(site.readers.export(ADA).interactions) == 6 * 120
    assert site.readers.erase(ADA).interactions == 6 * 120
    assert len(site.readers.export(BOB).interactions) == 6 * 120


def test_what_is_recorded_meanwhile_neither_breaks_an_erasure_nor_is_left_behind(
    site: Any, do: Callable[..., Any], client: Redis
) -> None:
    do(site, ADA, *["impression"], *["food0"] * 2_000)
    stop = threading.Event()
    failed: list[BaseException] = []

    def record() -> None:
        try:
            while not stop.is_set():
                do(site, ADA, "click", "food1", "travel1")
        except BaseException as error:  # noqa: BLE001  # reported by the test's own thread
            failed.append(error)

    thread = threading.Thread(target=record)
    thread.start()
    try:
        for _ in range(10):
            site.readers.erase(ADA)
    finally:
        stop.set()
        thread.join()
    assert not failed
    site.readers.erase(ADA)
    assert mentions(client, ADA) == set()


def test_an_export_holds_everything(
    site: Any, live: Callable[[ReaderId], None], do: Callable[..., Any]
) -> None:
    live(ANON)
    site.readers.merge(ADA, ANON)
    slate = serve(site, ADA, "science2", "science3")
    do(site, ADA, "read", "food2", dwell=30.0)
    serve(site, BOB, "food4")
    export = site.readers.export(ADA)
    own = export.kept[ADA]
    assert own.preferences == Preferences(topics=("food",), muted_sources=("The Noise",))
    assert {(each.article, str(each.kind)) for each in own.history} == {
        ("food0", "click"),
        ("food1", "click"),
        ("food2", "read"),
        ("travel0", "hide"),
    }
    assert set(own.seen) == {
        *("food0", "food1", "food2", "travel0"),
        *(f"science{number}" for number in range(4)),
    }
    assert set(own.hidden) == {"travel0"}
    assert set(own.met) == {"food0", "food1"}
    assert own.topics == {"": (0, 2, 2 + 1), "c:food": (0, 2, 2 + 1)}
    assert len(own.events) == 4
    assert set(own.merged) == {ANON}
    (snapshot,) = own.snapshots
    assert snapshot.left.articles == ("science5",)
    assert [each.interaction.reader for each in export.interactions].count(ANON) == 3
    assert [each.interaction.reader for each in export.interactions].count(ADA) == 1
    assert {each.slate.reader for each in export.slates} == {ADA, ANON}
    assert slate in {each.id for each in export.slates}
    assert all(site.slate_log.find(each.id).slate.token for each in export.slates)


def test_a_merge_moves_the_session_and_repeating_it_changes_nothing(
    site: Any, live: Callable[[ReaderId], None], do: Callable[..., Any], client: Redis
) -> None:
    live(ANON)
    do(site, ADA, "like", "science4")
    moved = site.readers.merge(ADA, ANON)
    assert (moved.history, moved.seen, moved.hidden, moved.complete) == (3, 5, 1, True)
    export = site.readers.export(ADA)
    assert len(export.kept[ADA].history) == 4
    assert not export.kept[ANON].history
    assert not export.kept[ANON].seen
    assert export.kept[ANON].preferences is None
    before = sorted(contents(client))
    again = site.readers.merge(ADA, ANON)
    assert (again.history, again.seen, again.hidden, again.complete) == (0, 0, 0, True)
    assert sorted(contents(client)) == before


def test_what_both_met_adds_up_once_however_often_they_are_merged(
    site: Any, do: Callable[..., Any]
) -> None:
    now = site.clock.now()
    do(site, ADA, "impression", "food0", at=now - 30)
    do(site, ADA, "click", "food1", at=now - 20)
    do(site, ANON, "impression", "food0", "food0", at=now - 40)
    do(site, ANON, "impression", "food1", at=now - 10)
    do(site, ANON, "click", "food2", at=now - 5)
    for _ in range(2):
        site.readers.merge(ADA, ANON)
    kept = site.readers.export(ADA).kept
    assert not kept[ANON].met
    assert not kept[ANON].topics
    counts = (1 + 3, 1 + 1, 1 + 1)
    assert kept[ADA].topics == {"": counts, "c:food": counts}
    assert kept[ADA].met == {
        "food0": Met(
            shown=1 + 2, clicked=0, first_shown=now - 40, last_shown=now - 30, last_clicked=None
        ),
        "food1": Met(
            shown=1, clicked=1, first_shown=now - 10, last_shown=now - 10, last_clicked=now - 20
        ),
        "food2": Met(shown=0, clicked=1, first_shown=None, last_shown=None, last_clicked=now - 5),
    }


def test_what_a_merge_brings_after_an_erasure_is_dropped(
    site: Any, do: Callable[..., Any], client: Redis
) -> None:
    """The moment before counts are added, taken apart: copy, let go, an erasure, then add."""
    merger = SessionMerger(site.client, site.site, site.settings.readers)
    do(site, ANON, "impression", "food0", "food1")
    session = merger._session(ANON)
    merger._take_in(ADA, ANON, session, site.clock.now())
    _, met, topics = merger._let_go(ANON, session)
    assert set(topics[::2]) == {b"", b"c:food"}
    site.readers.erase(ADA)
    merger._take_in_met(ADA, ANON, met, topics)
    assert mentions(client, ADA) == set()


def test_the_topics_met_least_leave_when_a_merge_brings_too_many(
    make_wiring: Callable[..., Any], make_live: Callable[..., None], do: Callable[..., Any]
) -> None:
    wiring = make_wiring(readers={"shards": 4, "max_reader_topics": 10})
    wiring.follower.load()
    for number in range(12):
        make_live(wiring, {f"a{number}": (1, 0, 0, 0)}, category=f"topic {number}")
        reader = ANON if number % 2 else ADA
        do(wiring, reader, "impression", *[f"a{number}"] * (number + 1))
    wiring.readers.merge(ADA, ANON)
    kept = wiring.readers.export(ADA).kept[ADA]
    met = {f"c:topic {number}": (number + 1, 0, 0) for number in range(2, 12)}
    assert kept.topics == {"": (sum(range(1, 13)), 0, 0)} | met


def test_preferences_move_only_where_the_reader_has_none(site: Any) -> None:
    site.readers.choose(ANON, Preferences(language="fr"))
    site.readers.merge(ADA, ANON)
    assert site.readers.preferences(ADA).language == "fr"
    site.readers.choose(ANON, Preferences(language="es", topics=("food",)))
    site.readers.merge(ADA, ANON)
    assert site.readers.preferences(ADA) == Preferences(language="fr")
    assert site.readers.preferences(ANON) == Preferences()


def test_an_event_sent_again_after_the_merge_is_known_under_both_ids(site: Any, clock: Any) -> None:
    def send(reader: ReaderId) -> str:
        done = Interaction(
            id=EventId("e1"),
            reader=reader,
            article=ArticleId("food0"),
            kind=Kind.CLICK,
            occurred_at=clock.now(),
        )
        return str(site.interactions.record([done])[0].outcome)

    assert send(ANON) == "accepted"
    site.readers.merge(ADA, ANON)
    assert (send(ADA), send(ANON)) == ("duplicate", "duplicate")


def test_bounds_are_kept_and_the_newest_stay(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], do: Callable[..., Any]
) -> None:
    wiring = make_wiring(readers={"shards": 4, "max_history": 10})
    wiring.follower.load()
    world(wiring)
    names = [f"{topic}{number}" for topic in ("food", "travel") for number in range(6)]
    now = wiring.clock.now()
    for place, name in enumerate(names):
        do(wiring, ANON if place % 2 else ADA, "click", name, at=now - 100 + place)
    wiring.readers.merge(ADA, ANON)
    kept = wiring.readers.export(ADA).kept[ADA]
    assert [each.article for each in kept.history] == names[:1:-1]


def test_what_is_trimmed_from_those_seen_by_a_merge_was_never_met(
    make_wiring: Callable[..., Any], make_live: Callable[..., None], do: Callable[..., Any]
) -> None:
    wiring = make_wiring(readers={"shards": 4, "max_seen": 100})
    wiring.follower.load()
    make_live(wiring, {f"a{number}": (1, 0, 0, 0) for number in range(150)})
    now = wiring.clock.now()
    for number in range(150):
        do(wiring, ANON if number % 2 else ADA, "click", f"a{number}", at=now - 200 + number)
    wiring.readers.merge(ADA, ANON)
    kept = wiring.readers.export(ADA).kept[ADA]
    assert set(kept.met) == set(kept.seen) == {f"a{number}" for number in range(50, 150)}


def test_a_merge_that_would_pass_the_limit_changes_nothing(
    make_wiring: Callable[..., Any],
    world: Callable[[Any], None],
    do: Callable[..., Any],
    client: Redis,
) -> None:
    site = make_wiring(readers={"shards": 4, "max_merged": 3})
    site.follower.load()
    world(site)
    sources = [ReaderId(f"anonymous-{number}") for number in range(4)]
    for source in sources:
        do(site, source, "click", "food0")
    for source in sources[:2]:
        site.readers.merge(ADA, source)
    site.readers.merge(BOB, sources[2])
    before = sorted(contents(client))
    with pytest.raises(InvalidInput, match="from: at most 3 sessions"):
        site.readers.merge(ADA, BOB)  # who brings one more
    assert sorted(contents(client)) == before
    site.readers.merge(ADA, sources[2])
    with pytest.raises(InvalidInput, match="from"):
        site.readers.merge(ADA, sources[3])
    assert site.readers.merge(ADA, sources[0]).complete  # whoever is remembered may come again
    assert set(site.readers.export(ADA).kept) == {ADA, *sources[:3]}
    site.readers.erase(ADA)
    assert not [each for each in (ADA, *sources[:3]) if mentions(client, each)]
    assert mentions(client, sources[3])


def test_who_is_merged_into_a_session_that_was_merged_already_is_covered(
    site: Any, live: Callable[[ReaderId], None], do: Callable[..., Any], client: Redis
) -> None:
    late, later = ReaderId("late-session"), ReaderId("later-session")
    for reader in (ADA, ANON, late, later):
        live(reader)
    site.readers.merge(ADA, ANON)
    site.readers.merge(ANON, late)  # an old client still knows the old id
    site.readers.merge(late, later)
    do(site, ANON, "click", "food4")
    assert list(site.readers.export(ADA).kept) == [ADA, ANON, late, later]
    site.readers.merge(later, ADA)  # a circle: who took in last holds all
    export = site.readers.export(later)
    assert set(export.kept) == {ADA, ANON, late, later}
    assert len(export.interactions) == 4 * 3 + 1
    erased = site.readers.erase(later)
    assert (erased.interactions, erased.slates) == (4 * 3 + 1, 4)
    assert not [each for each in (ADA, ANON, late, later) if mentions(client, each)]


def test_an_erasure_that_breaks_off_can_be_repeated(
    site: Any,
    live: Callable[[ReaderId], None],
    client: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = ReaderId("late-session")
    for reader in (ADA, ANON, late):
        live(reader)
    site.readers.merge(ADA, ANON)
    site.readers.merge(ANON, late)
    delete, calls = client.delete, iter([True, False, False])

    def delete_or_break_off(*names: str) -> Any:
        if not next(calls, True):
            raise InterruptedError
        return delete(*names)

    with monkeypatch.context() as patch:
        patch.setattr(client, "delete", delete_or_break_off)
        for _ in range(2):
            with pytest.raises(InterruptedError):
                site.readers.erase(ADA)
            assert set(site.readers.export(ADA).kept) == {ADA, ANON, late}
    site.readers.erase(ADA)
    assert not [each for each in (ADA, ANON, late) if mentions(client, each)]


IDS = ['qu"ote', "back\\slash", 'end\\"', "é:1", "user_id", '"user_id":"x']


@pytest.mark.parametrize("reader", IDS)
def test_the_logs_are_searched_for_ids_of_any_characters(
    site: Any, do: Callable[..., Any], reader: str
) -> None:
    do(site, BOB, "click", "food0")
    do(site, reader, "click", "food0")
    serve(site, ReaderId(reader), "food1")
    serve(site, None, "food2")
    serve(site, BOB, "food3")
    erased = site.readers.erase(ReaderId(reader))
    assert (erased.interactions, erased.slates) == (1, 1)
    assert len(site.readers.export(BOB).slates) == 1


def test_nothing_acknowledged_is_lost_while_the_session_goes_on(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], do: Callable[..., Any]
) -> None:
    site = make_wiring(readers={"shards": 4, "max_history": 1_000})
    site.follower.load()
    world(site)
    articles = [
        f"{topic}{number}" for topic in ("food", "travel", "science") for number in range(6)
    ]
    kinds = ("click", "like", "save", "share", "hide")
    failed: list[BaseException] = []

    def record() -> None:
        try:
            for kind in kinds:
                for article in articles:
                    assert do(site, ANON, kind, article) == ["accepted"]
        except BaseException as error:  # noqa: BLE001  # reported by the test's own thread
            failed.append(error)

    thread = threading.Thread(target=record)
    thread.start()
    while thread.is_alive():
        site.readers.merge(ADA, ANON)
    thread.join()
    assert not failed
    assert site.readers.merge(ADA, ANON).complete
    kept = site.readers.export(ADA).kept[ADA]
    assert {(str(each.kind), each.article) for each in kept.history} == {
        (kind, article) for kind in kinds for article in articles
    }
    assert set(kept.seen) == set(kept.hidden) == set(articles)
    assert not site.readers.export(ADA).kept[ANON].history


def test_what_changed_after_it_was_copied_stays(site: Any, do: Callable[..., Any]) -> None:
    """The moment between the two scripts, taken apart: copy, then an event, then let go."""
    merger = SessionMerger(site.client, site.site, site.settings.readers)
    now = site.clock.now()
    do(site, ANON, "click", "food0", "food1", at=now - 10)
    session = merger._session(ANON)
    do(site, ANON, "click", "food1", "food2", at=now)
    left, met, topics = merger._let_go(ANON, session)
    assert left == 2 + 2  # history and seen of food1 and food2
    assert met[::2] == [b"food0"]
    assert set(topics[::2]) == {b"", b"c:food"}
    kept = site.readers.export(ANON).kept[ANON]
    assert {each.article for each in kept.history} == {"food1", "food2"}


actions = st.lists(
    st.tuples(
        st.sampled_from([ADA, ANON]),
        st.sampled_from(["click", "like", "hide", "impression"]),
        st.integers(0, 5),
        st.integers(0, 1_000),
    ),
    max_size=25,
)


@settings(max_examples=25)
@given(done=actions, merges=st.sets(st.integers(0, 24)))
def test_merging_is_as_if_the_reader_had_done_it_all(
    make_wiring: Callable[..., Any],
    world: Callable[[Any], None],
    do: Callable[..., Any],
    client: Redis,
    done: list[tuple[ReaderId, str, int, int]],
    merges: set[int],
) -> None:
    client.flushall()
    site = make_wiring(readers={"shards": 4})
    site.follower.load()
    world(site)
    now = site.clock.now()
    for place, (reader, kind, article, age) in enumerate(done):
        do(site, reader, kind, f"food{article}", at=now - age)
        do(site, BOB, kind, f"food{article}", at=now - age)
        if place in merges:
            site.readers.merge(ADA, ANON)
    site.readers.merge(ADA, ANON)
    merged, alone = (site.readers.export(each).kept[each] for each in (ADA, BOB))
    assert set(merged.history) == set(alone.history)
    assert merged.seen == alone.seen
    assert merged.hidden == alone.hidden
    assert merged.topics == alone.topics


def test_after_a_merge_the_feed_knows_what_the_session_met(
    site: Any, do: Callable[..., Any], shown: Callable[..., list[str]]
) -> None:
    do(site, ANON, "click", "food0", "food1")
    do(site, ANON, "hide", "travel0")
    served = shown(site, ANON, 3)
    site.readers.merge(ADA, ANON)
    after = shown(site, ADA, 100)
    assert after
    assert not {"food0", "food1", "travel0", *served} & set(after)


def test_an_erased_reader_begins_anew_and_old_cursors_lead_nowhere(
    site: Any, do: Callable[..., Any], shown: Callable[..., list[str]], client: Redis
) -> None:
    do(site, ADA, "click", "food0", "food1")
    first = site.feed.feed(Ask(reader=ADA, size=3))
    assert first.next
    second = site.feed.more(AskMore(reader=ADA, cursor=first.next, size=3))
    export = site.readers.export(ADA)
    assert [each.id for each in export.slates] == [first.id, second.id]
    assert len(export.kept[ADA].snapshots) == 1
    assert ADA.encode() in b"".join(part for _, part in contents(client))
    site.readers.erase(ADA)
    assert mentions(client, ADA) == set()
    with pytest.raises(CursorExpired):
        site.feed.more(AskMore(reader=ADA, cursor=second.next, size=3))
    assert "food0" in shown(site, ADA)


def test_a_feed_without_personalisation_leaves_nothing_to_erase(
    site: Any, shown: Callable[..., list[str]], client: Redis
) -> None:
    site.readers.choose(ADA, Preferences(personalised=False))
    shown(site, ADA, 3)
    (key,) = mentions(client, ADA)
    assert key.endswith(b":preferences")


class Device:
    """Does one thing again and again in a thread of its own."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step, self._stop = step, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.failed: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._step()
        except BaseException as error:  # noqa: BLE001  # reported by the test's own thread
            self.failed = error


def turn_pages(site: Any, served: list[str]) -> None:
    feed = site.feed.feed(Ask(reader=ADA, size=2))
    served.extend(feed.slate.ordering.articles)
    with contextlib.suppress(CursorExpired):
        while feed.next is not None:
            feed = site.feed.more(AskMore(reader=ADA, cursor=feed.next, size=2))


def choose_and_sign_in(site: Any) -> None:
    site.readers.choose(ADA, Preferences(topics=("food",)))
    site.readers.merge(ADA, ANON)


def test_an_erasure_while_the_reader_reads_on_neither_breaks_anything_nor_leaves_a_trace(
    site: Any, do: Callable[..., Any], client: Redis
) -> None:
    served: list[str] = []
    with (
        Device(lambda: turn_pages(site, served)) as first,
        Device(lambda: do(site, ADA, "click", "food1", "travel1") and None) as second,
        Device(lambda: choose_and_sign_in(site)) as third,
    ):
        for _ in range(20):
            site.readers.erase(ADA)
    assert [each.failed for each in (first, second, third)] == [None] * 3
    assert len(served) > len(set(served)), "an erased reader begins anew"
    site.readers.erase(ADA)
    assert mentions(client, ADA) == set()
