"""Experiments inside the feed: readers keep their variant, and all that is told of it agrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from recommender.archive.tables import SLATES, as_parquet, read_table, slates_table
from recommender.candidates.crowd import Trending
from recommender.candidates.filters import parse_filter
from recommender.candidates.situation import Situation
from recommender.catalogue.view import Rows
from recommender.clock import FixedClock
from recommender.domain.experiments import ForcedVariant, exposures_of
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.readers import Preferences
from recommender.domain.slates import Slate
from recommender.errors import InvalidInput
from recommender.experiments.assignment import ExperimentsConfig, Visit, assigned
from recommender.ingest.experiments import parse_experiment
from recommender.services.asking import Ask, AskMore
from recommender.services.experiment_records import version_of
from recommender.services.feed import Feed
from recommender.store.connection import Redis
from recommender.store.keys import CatalogueKeys
from recommender.store.log_reader import EntryId, LogReader

READERS = [ReaderId(f"reader-{number}") for number in range(40)]
ANNA = ReaderId("anna")
DAY = 86_400.0
SIZE = {"size": 3}
END = EntryId(2**63, 0)

Do = Callable[..., list[str]]


@pytest.fixture(params=[1, 3], ids=["1 shard", "3 shards"])
def site(
    request: pytest.FixtureRequest,
    make_wiring: Callable[..., Any],
    world: Callable[[Any], None],
) -> Any:
    """Give a site with six live articles of each of three topics, on one shard and on three."""
    wiring = make_wiring(readers={"shards": request.param}, feed={"size": 5, "ahead": 4})
    world(wiring)
    return wiring


def put(
    site: Any,
    key: str = "dial",
    other: dict[str, object] | None = None,
    control: dict[str, object] | None = None,
    **fields: Any,
) -> None:
    """Define an experiment, or change it, and let this process know."""
    plain = {
        "hypothesis": "It is better.",
        "variants": [
            {"name": "control", "overrides": control or {}},
            {"name": "other", "overrides": SIZE if other is None else other},
        ],
        "primary_metric": "ctr",
        "status": "running",
    }
    there = {each.key: version_of(each) for each in site.experiments.all()}
    site.experiments.put(parse_experiment(key, plain | fields), there.get(key))
    site.follower.step(0.0)


def fed(site: Any, reader: str | None = ANNA, **asked: Any) -> Feed:
    feed: Feed = site.feed.feed(Ask(reader=None if reader is None else ReaderId(reader), **asked))
    return feed


def turned(site: Any, feed: Feed, reader: str | None = ANNA, **asked: Any) -> Iterator[Feed]:
    """Yield the further pages of a feed."""
    who = None if reader is None else ReaderId(reader)
    while feed.next is not None:
        feed = site.feed.more(AskMore(cursor=feed.next, reader=who, **asked))
        yield feed


def variants(site: Any) -> dict[str, str | None]:
    return {reader: fed(site, reader).slate.variant for reader in READERS}


def of_variant(site: Any, wanted: str) -> ReaderId:
    """Return a reader who was not served yet, and is dealt this variant."""
    for number in range(1_000):
        visit = Visit(site=site.site, reader=ReaderId(f"new-{number}"))
        [met] = assigned(
            site.follower.experiments, visit, now=site.clock.now(), config=ExperimentsConfig()
        )
        if met.name == wanted:
            return ReaderId(f"new-{number}")
    raise AssertionError(wanted)


def logged(site: Any) -> list[Slate]:
    reader = LogReader(site.client, site.site, site.settings.readers)
    return [
        entry.record.slate
        for shard in reader.shards
        for entry in reader.slates(shard, EntryId(0, 0), END)
    ]


def test_a_reader_keeps_the_variant_over_requests_and_pages(site: Any) -> None:
    put(site)
    first, again = variants(site), variants(site)
    assert first == again
    assert set(first.values()) == {"dial:control", "dial:other"}
    for reader in READERS[:6]:
        feed = fed(site, reader)
        assert len(feed.slate.ordering) == (3 if first[reader] == "dial:other" else 5)
        assert {each.slate.variant for each in turned(site, feed, reader)} == {first[reader]}


def test_all_processes_assign_alike(
    site: Any, make_wiring: Callable[..., Any], clock: FixedClock
) -> None:
    put(site)
    shards = site.settings.readers.shards
    other = make_wiring(readers={"shards": shards}, feed={"size": 5, "ahead": 4})
    other.follower.load()
    assert variants(site) == variants(other)
    clock.advance(30 * DAY)
    assert variants(site) == variants(other)


def test_log_and_archive_tell_what_was_answered(site: Any, tmp_path: Path) -> None:
    put(site)
    put(site, "mix", {"interests.half_life_days": 9.0, "weights.freshness": 2.0}, kind="interleave")
    served = {feed.id: feed.slate for feed in (fed(site, reader) for reader in READERS)}
    for identifier, slate in served.items():
        found = site.slate_log.find(identifier).slate
        assert found.variant == slate.variant
        assert found.ordering.teams == slate.ordering.teams
        assert found.ordering.credits == slate.ordering.credits
        assert found.facts == slate.facts
        assert exposures_of(slate.variant)["mix"] == ("interleaved", False)
    reader = LogReader(site.client, site.site, site.settings.readers)
    for shard in reader.shards:
        table = slates_table(list(reader.slates(shard, EntryId(0, 0), END)))
        path = tmp_path / f"{shard}.parquet"
        path.write_bytes(as_parquet(table))
    rows = [row for path in tmp_path.iterdir() for row in read_table(path, SLATES).to_dicts()]
    assert {row["slate_id"] for row in rows} == served.keys()
    for row in rows:
        slate = served[row["slate_id"]]
        assert row["variant"] == slate.variant
        assert row["teams"] == list(slate.ordering.teams or ())
        assert row["credits"] == list(slate.ordering.credits or ())
        assert {name: row[name] for name in asdict(slate.facts)} == asdict(slate.facts)
        assert row["language"] == slate.language


def test_every_slate_is_measured(site: Any) -> None:
    feed = fed(site)
    rows = site.follower.catalogue.view.positions(feed.slate.ordering.articles)
    vectors = site.follower.catalogue.view.vectors[rows]
    above = (vectors @ vectors.T)[np.triu_indices(5, 1)]
    assert feed.slate.facts.diversity == pytest.approx(float(np.mean(1.0 - above)), abs=1e-6)
    assert feed.slate.facts.ai_share == 0.0
    assert feed.slate.facts.milliseconds == 0.0, "the clock stands still"
    assert [each.slate.facts.ai_share for each in turned(site, feed)][:1] == [0.0]


def broken(source: Trending, situation: Situation) -> Rows:
    raise ZeroDivisionError(f"{source.name} at {situation.now}")


def failures(*feeds: Feed) -> list[int | None]:
    return [each.slate.facts and each.slate.facts.failures for each in feeds]


def test_a_source_that_failed_is_told_on_every_page_of_its_order(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Trending, "candidates", broken)
        first, of_guest = fed(site), fed(site, None)
    assert failures(first, of_guest) == [1, 1]
    # Of an order of 5 + 5 articles 5 are left; what comes after them is a new one.
    assert failures(*turned(site, first)) == [1, 0, 0]
    assert failures(fed(site)) == [0]
    assert site.slate_log.find(first.id).slate.facts.failures == 1


def test_a_part_that_fails_in_both_merged_rankings_is_one(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "mix", {"ranker": "none.json"}, {"ranker": "gone.json"}, kind="interleave")
    assert failures(fed(site)) == [1]
    monkeypatch.setattr(Trending, "candidates", broken)
    assert failures(fed(site, "ben")) == [1 + 1]


def test_a_variant_whose_ranker_is_missing_tells_it(site: Any) -> None:
    put(site, other={"ranker": "none.json"})
    other, control = of_variant(site, "other"), of_variant(site, "control")
    feed = fed(site, other)
    assert failures(feed, *turned(site, feed, other)) == [1, 1, 1, 1]
    assert failures(fed(site, control), fed(site, None)) == [0, 0]


def test_slates_tell_the_readers_language_and_no_guests(site: Any) -> None:
    def told(reader: str | None = ANNA, **asked: Any) -> str | None:
        language: str | None = fed(site, reader, size=1, **asked).slate.language
        return language

    assert told() is None
    assert told(accepted=("*", "fr-CH", "en")) == "fr"
    site.readers.choose(ANNA, Preferences(language="pt-BR"))
    assert told(accepted=("fr",)) == "pt"
    assert told(language="DE-AT", accepted=("fr",)) == "de"
    assert told(None, language="de", accepted=("fr",)) is None
    assert told(personalised=False, language="de") is None
    feed = fed(site, ANNA)
    assert {each.slate.language for each in turned(site, feed, accepted=("fr",))} == {"pt"}


def test_guests_and_who_wants_no_personalisation_are_never_assigned(site: Any) -> None:
    put(site)
    put(site, "mix", {"weights.freshness": 2.0}, kind="interleave")
    for reader in READERS[:10]:
        assert fed(site, reader, personalised=False).slate.variant is None
        site.readers.choose(reader, Preferences(personalised=False))
        feed = fed(site, reader)
        assert feed.slate.variant is None
        assert feed.slate.ordering.teams is None
        assert feed.slate.ordering.credits is None
        assert len(feed.slate.ordering) == 5
    for guest in [fed(site, None), *turned(site, fed(site, None), None)]:
        assert guest.slate.variant is None


def test_exposure_is_told_where_the_variant_could_change_the_feed(site: Any) -> None:
    put(site)
    put(site, "wide", {"rerank.diversity": 0.9})
    told = [
        exposures_of(fed(site, ANNA, **asked).slate.variant).keys()
        for asked in ({}, {"size": 4}, {"diversity": 0.1}, {"size": 4, "diversity": 0.1})
    ]
    assert told == [{"dial", "wide"}, {"wide"}, {"dial"}, set()]


def test_a_size_that_was_asked_for_leaves_further_pages_alone(site: Any) -> None:
    put(site)
    reader = of_variant(site, "other")
    feed = fed(site, reader, size=6)
    assert feed.slate.variant is None
    [second, *_] = turned(site, feed, reader)
    assert second.slate.variant is None
    assert len(second.slate.ordering) == 5, "the site's, not the variant's"


def test_pages_of_a_stopped_experiment_go_on_and_a_new_order_is_made_without_it(site: Any) -> None:
    put(site)
    reader = of_variant(site, "other")
    feed = fed(site, reader)
    site.experiments.stop("dial")
    site.follower.step(0.0)
    found = [(each.slate.variant, len(each.slate.ordering)) for each in turned(site, feed, reader)]
    # Of an order of 3 + 4 articles 4 are left; what comes after them is made as ever.
    assert found[:3] == [("dial:other", 3), ("dial:other", 1), (None, 5)]
    assert fed(site, reader).slate.variant is None


def test_an_experiment_is_met_from_its_start_on_and_before_its_end(
    site: Any, clock: FixedClock
) -> None:
    put(site, start="2026-01-02T00:00:00Z", end="2026-01-04T00:00:00Z")
    told = []
    for _ in range(4):
        told.append(fed(site, ANNA).slate.variant is not None)
        clock.advance(DAY)
    assert told == [False, True, True, False]


def test_a_ramp_keeps_every_variant_and_adds_readers(site: Any) -> None:
    put(site, coverage=0.3)
    few = {reader: told for reader, told in variants(site).items() if told}
    site.experiments.ramp("dial", 0.8)
    site.follower.step(0.0)
    many = {reader: told for reader, told in variants(site).items() if told}
    assert few.items() < many.items()
    assert 0 < len(few) < len(many) < len(READERS)


def test_only_whom_it_targets_meets_it(site: Any, do: Do, clock: FixedClock) -> None:
    put(site, targeting={"new_reader_days": 2.0, "languages": ["de"]})
    assert fed(site, ANNA).slate.variant is None
    assert fed(site, ANNA, language="de-AT").slate.variant is not None
    site.readers.choose(ANNA, Preferences(language="de"))
    do(site, ANNA, "click", "food0")
    assert fed(site, ANNA).slate.variant is not None
    clock.advance(3 * DAY)
    assert fed(site, ANNA).slate.variant is None, "anna is new no more"


def forced(site: Any, variant: str, key: str = "dial", seconds: float = 60.0) -> str:
    wanted = ForcedVariant(experiment=key, variant=variant)
    parameter: str = site.experiments.preview(wanted, seconds).parameter
    return parameter


def test_a_forced_variant_is_shown_to_anybody_even_of_a_draft_and_is_marked(site: Any) -> None:
    put(site, status="draft")
    for reader, name, size in (
        (None, "other", 3),
        (None, "control", 5),
        (ANNA, "other", 3),
        ("ben", "control", 5),
    ):
        feed = fed(site, reader, variant=forced(site, name))
        assert feed.slate.variant == f"dial:{name}!"
        assert len(feed.slate.ordering) == size
        assert site.slate_log.find(feed.id).slate.variant == f"dial:{name}!"
        assert {each.slate.variant for each in turned(site, feed, reader)} == {f"dial:{name}!"}
        assert fed(site, reader).slate.variant is None


def test_what_is_forced_is_all_that_is_met(site: Any) -> None:
    put(site)
    put(site, "wide", {"rerank.diversity": 0.9})
    for name in ("control", "other"):
        feed = fed(site, ANNA, variant=forced(site, name, "wide"))
        assert feed.slate.variant == f"wide:{name}!"
        assert len(feed.slate.ordering) == 5


def test_a_bad_or_expired_parameter_is_refused_and_nothing_is_served(
    site: Any, clock: FixedClock
) -> None:
    put(site)
    good = forced(site, "other")
    for bad in ("", "x", good[:-1], good[:-1] + ("A" if good[-1] != "A" else "B")):
        with pytest.raises(InvalidInput) as refused:
            fed(site, ANNA, variant=bad)
        assert refused.value.field == "variant"
    clock.advance(60.0)
    with pytest.raises(InvalidInput, match="variant: one that has not expired"):
        fed(site, ANNA, variant=good)
    assert logged(site) == []


MIX = {"weights.freshness": 2.0, "rerank.diversity": 0.6, "weights.similarity": 0.0}


def test_a_merged_feed_shows_nothing_twice_and_both_teams_alike(site: Any, do: Do) -> None:
    do(site, ANNA, "like", "food0", "travel1")
    put(site, "mix", MIX, kind="interleave")
    feed = fed(site, ANNA, size=4)
    slates = [feed.slate, *(each.slate for each in turned(site, feed, ANNA, size=4))]
    articles = [article for each in slates for article in each.ordering.articles]
    assert len(articles) == len(set(articles)) == 16
    for slate in slates:
        assert slate.variant == "mix:interleaved"
        shown = slate.ordering
        assert len(shown.teams or ()) == len(shown.credits or ()) == len(shown)
        for source, team, credit, chance in zip(
            shown.sources, shown.teams or (), shown.credits or (), shown.propensities, strict=True
        ):
            assert team in ({""} if source == "explore" else {"a", "b", ""})
            assert abs(credit) <= (0.0 if team == "" else 1.0)
            assert (chance < 1.0) <= (source == "explore")
    counts = Counter(slates[0].ordering.teams)
    assert abs(counts["a"] - counts["b"]) <= 1


def test_teams_come_out_alike_over_many_readers(site: Any) -> None:
    put(site, "mix", {"weights.freshness": 2.0}, kind="interleave")
    firsts = Counter((fed(site, reader).slate.ordering.teams or ("",))[0] for reader in READERS)
    assert firsts["a"] + firsts["b"] == len(READERS)
    assert min(firsts["a"], firsts["b"]) >= 6, "a fair coin: less once in a million"


def test_a_bound_on_articles_made_with_ai_holds_while_rankings_are_merged(
    site: Any, make_live: Callable[..., None]
) -> None:
    robots = {f"robot{n}": (0.0, 0.0, 0.6, 0.8) for n in range(6)}
    make_live(site, robots, digitalSourceType="trainedAlgorithmicMedia")
    put(site, "mix", {"weights.freshness": 2.0}, kind="interleave")
    wanted = parse_filter('{"generated_with_ai": {"max_share": 0.2}}')
    for reader in READERS[:10]:
        slate = fed(site, reader, wanted=wanted).slate
        assert slate.variant is None
        assert slate.facts.ai_share <= 0.2


def test_a_story_is_told_once_in_a_merged_feed(
    site: Any, make_live: Callable[..., None], client: Redis
) -> None:
    telling = {"first", "second", "third"}
    make_live(site, dict.fromkeys(sorted(telling), (0.0, 0.6, 0.8, 0.0)), source="Courier")
    for name in telling:
        client.hset(CatalogueKeys(site.site).article(ArticleId(name)), "story", "flood")
    site.follower.load()
    put(site, "mix", MIX, kind="interleave")
    for reader in READERS[:10]:
        feed = fed(site, reader)
        pages = [feed, *turned(site, feed, reader)]
        shown = [article for each in pages for article in each.slate.ordering.articles]
        assert len(telling & set(shown)) == 1


def test_where_nothing_runs_slates_tell_nothing_of_experiments(site: Any, client: Redis) -> None:
    fed(site, ANNA)
    [slate] = logged(site)
    assert slate.variant is None
    assert slate.ordering.teams is None
    assert slate.ordering.credits is None
    names = [name for name in client.scan_iter("nf:*:slates") if client.xlen(name)]
    [(_, fields)] = client.xrange(names[0])
    line = orjson.loads(fields[b"s"])
    assert (line["variant"], line["teams"], line["credits"]) == (None, None, None)
    assert pl.DataFrame({"teams": [line["teams"]]}).null_count().item() == 1
