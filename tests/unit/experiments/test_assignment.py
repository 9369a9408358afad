"""Who takes part, and who does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recommender.domain.experiments import (
    Experiment,
    ExperimentKind,
    ForcedVariant,
    Namespace,
    Status,
    Targeting,
    Variant,
)
from recommender.domain.ids import ArticleId, ReaderId, SiteId
from recommender.domain.interactions import HistoryEntry, Kind
from recommender.errors import InvalidInput
from recommender.experiments.assignment import (
    LONG_AGO,
    ExperimentsConfig,
    Visit,
    assigned,
    experiment_ranges,
    first_interaction_at,
    forced,
    overrides_of,
)
from recommender.experiments.hashing import bucket, namespace_place

Make = Callable[..., Experiment]

NOW = 1_000_000.0
DAY = 86_400.0
READERS = [ReaderId(f"reader-{number}") for number in range(2_000)]
SITE = SiteId("main")


def visit(reader: str | None = "reader-1", **changes: object) -> Visit:
    return Visit(site=SITE, reader=None if reader is None else ReaderId(reader), **changes)


def names(experiment: Experiment, visit: Visit, holdout: float = 0.0) -> list[str]:
    config = ExperimentsConfig(holdout=holdout)
    return [each.name for each in assigned([experiment], visit, now=NOW, config=config)]


def members(experiment: Experiment, holdout: float = 0.0) -> set[ReaderId]:
    return {reader for reader in READERS if names(experiment, visit(reader), holdout)}


def test_the_bucket_of_the_reader_decides(make: Make) -> None:
    for reader in READERS[:100]:
        wanted = "control" if bucket("dial", reader) < 0.5 else "wide"
        assert names(make(), visit(reader)) == [wanted]


def test_about_half_of_the_readers_have_each_variant(make: Make) -> None:
    found = [names(make(), visit(reader))[0] for reader in READERS]
    # Four standard errors of half of 2,000: 4 · √(2000 / 4).
    assert abs(found.count("wide") - 1_000) < 4 * 500**0.5


def test_guests_are_not_assigned(make: Make) -> None:
    assert names(make(), visit(None)) == []


@pytest.mark.parametrize("status", [Status.DRAFT, Status.STOPPED])
def test_only_what_runs_takes_readers(make: Make, status: Status) -> None:
    assert names(make(status=status), visit()) == []


@pytest.mark.parametrize(
    ("start", "end", "runs"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + 1, None, False),
        (None, NOW + 1, True),
        (None, NOW, False),
        (0.0, NOW + 1, True),
    ],
)
def test_it_takes_readers_from_its_start_to_its_end(
    make: Make, start: float | None, end: float | None, *, runs: bool
) -> None:
    assert bool(names(make(start=start, end=end), visit())) is runs


@pytest.mark.parametrize(
    ("language", "meant"),
    [("de", True), ("de-AT", True), ("DE-ch", True), ("den", False), ("en", False), (None, False)],
)
def test_a_language_takes_in_its_regions(make: Make, language: str | None, *, meant: bool) -> None:
    targeted = make(targeting=Targeting(languages=("fr", "de")))
    assert bool(names(targeted, visit(language=language))) is meant


def test_it_may_be_for_some_sites(make: Make) -> None:
    assert names(make(targeting=Targeting(sites=(SITE,))), visit())
    assert not names(make(targeting=Targeting(sites=(SiteId("other"),))), visit())


@pytest.mark.parametrize(
    ("first", "new"),
    [
        (None, True),
        (NOW, True),
        (NOW - 3 * DAY, True),
        (NOW - 3 * DAY - 1, False),
        (LONG_AGO, False),
    ],
)
def test_new_readers_are_those_whose_first_interaction_is_young(
    make: Make, first: float | None, *, new: bool
) -> None:
    targeted = make(targeting=Targeting(new_reader_days=3.0))
    assert bool(names(targeted, visit(first_interaction_at=first))) is new


def test_the_first_interaction_is_the_oldest_kept_unless_others_were_forgotten() -> None:
    history = [
        HistoryEntry(article=ArticleId("a"), kind=Kind.CLICK, occurred_at=second)
        for second in (30.0, 20.0)
    ]
    assert first_interaction_at([], 3) is None
    assert first_interaction_at(history, 3) == 20.0
    assert first_interaction_at(history, 2) == LONG_AGO


def test_held_out_readers_are_the_same_for_all_experiments(make: Make) -> None:
    out = set(READERS) - members(make(holdout=0.1))
    assert out == {reader for reader in READERS if bucket("__holdout", reader) < 0.1}
    assert set(READERS) - members(make(seed="other", holdout=0.1)) == out
    assert set(READERS) - members(make(seed="other"), holdout=0.1) == out
    assert set(READERS) - members(make(holdout=0.2), holdout=0.1) > out


def test_the_larger_holdout_of_site_and_experiment_holds(make: Make) -> None:
    assert members(make(holdout=0.1), holdout=0.2) == members(make(), holdout=0.2)


def test_experiments_in_separate_parts_of_a_namespace_share_no_reader(make: Make) -> None:
    first = make(namespace=Namespace(name="order", start=0.0, end=0.4))
    second = make(seed="other", namespace=Namespace(name="order", start=0.4, end=1.0))
    assert not members(first) & members(second)
    assert members(first) | members(second) == set(READERS)
    assert all(namespace_place("order", reader) < 0.4 for reader in members(first))


def test_experiments_without_a_namespace_overlap(make: Make) -> None:
    both = assigned(
        [make(), make(key="half-life", seed="half-life")],
        visit(),
        now=NOW,
        config=ExperimentsConfig(),
    )
    assert [each.experiment.key for each in both] == ["dial", "half-life"]


def test_what_all_variants_override_is_merged(make: Make) -> None:
    slow = Variant(name="slow", weight=1.0, overrides={"interests.half_life_days": 7.0})
    wide = Variant(name="wide", weight=1.0, overrides={"rerank.diversity": 0.5, "size": 10})
    experiments = [make(variants=(wide,)), make(key="slow", seed="slow", variants=(slow,))]
    both = assigned(experiments, visit(), now=NOW, config=ExperimentsConfig())
    assert overrides_of(both) == {
        "rerank.diversity": 0.5,
        "size": 10,
        "interests.half_life_days": 7.0,
    }


def test_merged_rankings_have_one_range_and_override_nothing(make: Make) -> None:
    experiment = make(kind=ExperimentKind.INTERLEAVE, coverage=0.25)
    assert experiment_ranges(experiment) == [(0.0, 0.25)]
    inside = next(reader for reader in READERS if bucket("dial", reader) < 0.25)
    outside = next(reader for reader in READERS if bucket("dial", reader) >= 0.25)
    assert names(experiment, visit(inside)) == ["interleaved"]
    assert names(experiment, visit(outside)) == []
    found = assigned([experiment], visit(inside), now=NOW, config=ExperimentsConfig())
    assert overrides_of(found) == {}


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RUNNING])
def test_a_forced_variant_comes_alone(make: Make, status: Status) -> None:
    experiments = [make(key="other"), make(status=status)]
    (only,) = forced(experiments, ForcedVariant(experiment="dial", variant="wide"))
    assert (only.experiment.key, only.name, only.forced) == ("dial", "wide", True)
    assert overrides_of([only]) == {"rerank.diversity": 0.5}


def test_merging_and_each_of_its_rankings_can_be_forced(make: Make) -> None:
    merging = make(kind=ExperimentKind.INTERLEAVE)
    for name in ("interleaved", "control", "wide"):
        (only,) = forced([merging], ForcedVariant(experiment="dial", variant=name))
        assert (only.name, only.forced) == (name, True)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (ForcedVariant(experiment="none", variant="wide"), "a draft or running, got 'none'"),
        (ForcedVariant(experiment="over", variant="wide"), "a draft or running, got 'over'"),
        (ForcedVariant(experiment="dial", variant="far"), "one of control, wide, got 'far'"),
        (ForcedVariant(experiment="dial", variant="interleaved"), "one of control, wide"),
    ],
)
def test_only_what_there_is_can_be_forced(make: Make, wanted: ForcedVariant, message: str) -> None:
    experiments = [make(), make(key="over", status=Status.STOPPED)]
    with pytest.raises(InvalidInput, match=message) as refused:
        forced(experiments, wanted)
    assert refused.value.field == "variant"
