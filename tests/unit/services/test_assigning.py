"""Who is exposed to an experiment: whoever might have had another feed, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from recommender.candidates.filters import parse_filter
from recommender.domain.experiments import (
    Assignment,
    Experiment,
    ExperimentKind,
    Metric,
    Status,
    Variant,
)
from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.readers import Preferences, ReaderState
from recommender.domain.slates import NO_SCHEMA
from recommender.experiments.assignment import ExperimentsConfig
from recommender.feed_request import FeedConfig
from recommender.ranking.artifacts import Artifact, save
from recommender.ranking.weighted import WeightedRanker
from recommender.services.asking import Ask
from recommender.services.assigning import Assigner, could_change
from recommender.services.variants import Arms
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
CONFIG, TRENDING = FeedConfig(), TrendingConfig()
ANNA = ReaderId("anna")
BOUNDED = parse_filter('{"generated_with_ai": {"max_share": 0.2}}')
AB, MERGED = ExperimentKind.AB, ExperimentKind.INTERLEAVE


def experiment(
    overrides: dict[str, object],
    control: dict[str, object] | None = None,
    kind: ExperimentKind = AB,
    key: str = "dial",
) -> Experiment:
    return Experiment(
        key=key,
        hypothesis="It is better.",
        kind=kind,
        variants=(
            Variant(name="control", weight=0.5, overrides=control or {}),
            Variant(name="other", weight=0.5, overrides=overrides),
        ),
        seed=key,
        primary_metric=Metric.CTR,
        status=Status.RUNNING,
    )


@pytest.mark.parametrize(
    ("overrides", "asked", "is_learned", "exposed"),
    [
        ({"rerank.diversity": 0.5}, {}, False, True),
        ({"rerank.diversity": 0.5}, {"diversity": 0.1}, False, False),
        ({"rerank.diversity": 0.5, "size": 5}, {"diversity": 0.1}, False, True),
        ({"rerank.diversity": 0.5, "size": 5}, {"diversity": 0.1, "size": 9}, False, False),
        ({"size": 5}, {}, False, True),
        ({"size": 5}, {"size": 9}, False, False),
        ({"weights.trending": 2.0}, {}, False, True),
        ({"weights.trending": 2.0}, {}, True, False),
        ({"weights.trending": 2.0, "features.softness": 0.2}, {}, True, True),
        ({"ahead": 50}, {"size": 9}, False, True),
        ({}, {"size": 9, "diversity": 0.1}, True, True),
    ],
)
def test_exposed_is_who_might_have_had_another_feed(
    *, overrides: dict[str, object], asked: dict[str, Any], is_learned: bool, exposed: bool
) -> None:
    made = experiment(overrides)
    assert could_change(made, Ask(reader=ANNA, **asked), is_learned=is_learned) is exposed


@pytest.mark.parametrize(
    ("overrides", "asked", "exposed"),
    [
        ({"weights.trending": 2.0}, {}, True),
        ({"weights.trending": 2.0}, {"wanted": BOUNDED}, False),
        ({"exploration.every": 5, "ahead": 50, "size": 5}, {}, False),
        ({"exploration.every": 5, "rerank.diversity": 0.5}, {}, True),
    ],
)
def test_merged_rankings_share_chance_and_length_and_break_no_bound(
    *, overrides: dict[str, object], asked: dict[str, Any], exposed: bool
) -> None:
    made = experiment(overrides, kind=MERGED)
    assert could_change(made, Ask(reader=ANNA, **asked), is_learned=False) is exposed


def test_a_variants_weights_serve_where_no_learned_ranker_does(arms: Callable[..., Arms]) -> None:
    for is_learned in (False, True):
        arm = arms(is_learned=is_learned).of({"weights.trending": 2.0})
        assert arm.is_learned is is_learned
        if not is_learned:
            assert arm.ranker == WeightedRanker(CONFIG.weights.model_copy(update={"trending": 2.0}))


def test_no_learned_ranker_scores_features_of_another_schema(arms: Callable[..., Arms]) -> None:
    made = arms(is_learned=True)
    arm = made.of({"features.softness": 0.2, "weights.trending": 2.0})
    assert arm.schema != made.plain.schema
    assert made.plain.is_learned
    assert not arm.is_learned
    assert arm.ranker == WeightedRanker(CONFIG.weights.model_copy(update={"trending": 2.0}))


def test_a_variant_may_name_a_ranker_of_its_own(
    arms: Callable[..., Arms], artifact: Callable[..., Artifact], tmp_path: Path
) -> None:
    changed = CONFIG.model_copy(
        update={"features": CONFIG.features.model_copy(update={"softness": 0.2})}
    )
    save(artifact(2.0, CONFIG), tmp_path / "double.json")
    save(artifact(3.0, changed), tmp_path / "soft.json")
    made = arms(is_learned=True)
    double = made.of({"ranker": "double.json"})
    soft = made.of({"ranker": "soft.json", "features.softness": 0.2})
    names = {each.ranker.name for each in (made.plain, double, soft)}
    assert len(names) == 3
    assert all(each.is_learned for each in (made.plain, double, soft))
    for name in ("soft.json", "missing.json"):
        assert isinstance(made.of({"ranker": name}).ranker, WeightedRanker)


def test_the_same_overrides_are_made_once(arms: Callable[..., Arms]) -> None:
    made = arms()
    assert made.of({}) is made.plain
    one = made.of({"size": 5, "ahead": 9})
    assert made.of({"ahead": 9, "size": 5}) is one
    assert made.of({"size": 6, "ahead": 9}) is not one


def assigner(
    arms: Arms, experiments: Sequence[Experiment], forced: tuple[Assignment, ...] = ()
) -> Assigner:
    return Assigner(
        site=SiteId("main"),
        arms=arms,
        experiments=lambda: experiments,
        forced=lambda _: forced,
        config=ExperimentsConfig(),
        max_history=100,
    )


def test_an_experiment_that_the_settings_refuse_by_now_assigns_nobody(
    arms: Callable[..., Arms], caplog: pytest.LogCaptureFixture
) -> None:
    """Not the reader of its control either: the arms stay comparable."""
    experiments = [experiment({"size": 5_000}, key="huge"), experiment({"size": 5})]
    decide = assigner(arms(), experiments)
    told = {
        decide.treatment(Ask(reader=each), each, ReaderState(), NOW).variant
        for each in (ReaderId(f"reader-{n}") for n in range(50))
    }
    assert told == {"dial:control", "dial:other"}
    assert caplog.text.count("experiment 'huge' does not run") == 1


def test_an_assignment_that_could_change_nothing_changes_nothing(
    arms: Callable[..., Arms],
) -> None:
    """Nor on the next page, for which no size is given."""
    made = arms()
    decide = assigner(made, [experiment({"size": 5}, {"size": 6})])
    treatment = decide.treatment(Ask(reader=ANNA, size=9), ANNA, ReaderState(), NOW)
    assert treatment.variant is None
    assert treatment.arms == (made.plain,)


def test_experiments_add_up(arms: Callable[..., Arms]) -> None:
    """One reader is in three: two change a setting each, and one merges two rankings."""
    made = arms()
    experiments = [
        experiment({"size": 5}, {"size": 5}, key="small"),
        experiment({"rerank.fresh_share": 0.0}, {"rerank.fresh_share": 0.0}, key="stale"),
        experiment({"interests.half_life_days": 9.0}, kind=MERGED, key="mix"),
    ]
    treatment = assigner(made, experiments).treatment(
        Ask(reader=ANNA), ANNA, ReaderState(preferences=Preferences()), NOW
    )
    assert treatment.variant is not None
    keys = [each.partition(":")[0] for each in treatment.variant.split(",")]
    assert keys == ["mix", "small", "stale"]
    assert "mix:interleaved" in treatment.variant
    configs = [each.config for each in treatment.arms]
    assert [each.size for each in configs] == [5, 5]
    assert [each.rerank.fresh_share for each in configs] == [0.0, 0.0]
    assert [each.interests.half_life_days for each in configs] == [3.0, 9.0]
    assert treatment.schema == NO_SCHEMA, "features of two schemas stand in one slate"


def test_what_is_forced_is_shown_to_guests_too_and_is_marked(arms: Callable[..., Arms]) -> None:
    made = experiment({"size": 5})
    forced = (Assignment(experiment=made, variant=made.variants[1], forced=True),)
    decide = assigner(arms(), [experiment({"ahead": 3}, key="long")], forced)
    treatment = decide.treatment(Ask(variant="signed"), None, ReaderState(), NOW)
    assert treatment.variant == "dial:other!"
    assert [each.config.size for each in treatment.arms] == [5]


def test_what_is_forced_and_could_change_nothing_is_not_said_to(arms: Callable[..., Arms]) -> None:
    """Nor are rankings merged beside a bound that each of them keeps and both together break."""
    merged = experiment({"weights.trending": 2.0}, kind=MERGED)
    wide = experiment({"rerank.diversity": 0.5})
    for made, asked in ((merged, {"wanted": BOUNDED}), (wide, {"diversity": 0.1})):
        shown = None if made.kind is MERGED else made.variants[1]
        forced = (Assignment(experiment=made, variant=shown, forced=True),)
        decide = assigner(arms(), [], forced)
        treatment = decide.treatment(Ask(variant="signed", **asked), None, ReaderState(), NOW)
        assert treatment.variant is None
        assert len(treatment.arms) == 1
