"""What was hardly meant is told; what was meant is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.domain.experiments import (
    Experiment,
    ExperimentKind,
    Metric,
    Status,
    Targeting,
    Variant,
)
from recommender.domain.ids import SiteId
from recommender.feed_request import FeedConfig
from recommender.ranking.artifacts import Artifact, save
from recommender.services.cautions import warnings_of
from recommender.services.variants import Arms, variant_rankers

CONFIG = FeedConfig()
BAND = {"features.softness": 0.2}
LEARNED = "linear@"
WEIGHTED = "weighted@"


def cautions(wanted: Experiment, arms: Arms) -> tuple[str, ...]:
    return warnings_of(wanted, arms, SiteId("main"))


def experiment(*overrides: dict[str, object], **fields: Any) -> Experiment:
    plain: dict[str, Any] = {
        "key": "dial",
        "hypothesis": "It is better.",
        "kind": ExperimentKind.AB,
        "seed": "dial",
        "primary_metric": Metric.CTR,
        "status": Status.RUNNING,
    }
    variants = tuple(
        Variant(name=name, weight=1 / len(overrides), overrides=each)
        for name, each in zip("abc", overrides, strict=False)
    )
    return Experiment(**plain | {"variants": variants} | fields)


def test_what_is_well_is_not_warned_of(arms: Callable[..., Arms]) -> None:
    for is_learned in (False, True):
        site = arms(is_learned=is_learned)
        assert cautions(experiment({}, {"rerank.diversity": 0.5}), site) == ()
    assert cautions(experiment({}, {"weights.trending": 2.0} | BAND), arms()) == ()


def test_features_that_the_sites_learned_ranker_does_not_know_are_told(
    arms: Callable[..., Arms],
) -> None:
    [text] = cautions(experiment({}, BAND), arms(is_learned=True))
    assert text.startswith(f"Variant 'b' is served by {WEIGHTED}")
    assert f"changes what features are, and {LEARNED}" in text


def test_an_artifact_that_is_missing_or_of_other_features_is_told(
    arms: Callable[..., Arms], artifact: Callable[..., Artifact], tmp_path: Path
) -> None:
    site = arms()
    save(artifact(1.0, CONFIG), tmp_path / "good.json")
    wanted = experiment(
        {"ranker": "good.json"}, {"ranker": "none.json"}, {"ranker": "good.json"} | BAND
    )
    missing, other = cautions(wanted, site)
    assert missing.startswith(f"Variant 'b' is served by {WEIGHTED}")
    assert "none.json cannot be read" in missing
    assert other.startswith(f"Variant 'c' is served by {WEIGHTED}")
    assert "good.json was trained with other settings of the features" in other


def test_weights_alone_are_told_to_have_no_effect_while_a_learned_ranker_serves(
    arms: Callable[..., Arms],
) -> None:
    wanted = experiment({}, {"weights.trending": 2.0, "weights.surge": 0.0})
    assert cautions(wanted, arms()) == ()
    [text] = cautions(wanted, arms(is_learned=True))
    assert "'b' changes nothing that is shown: weights.trending, weights.surge without" in text
    assert f"where {LEARNED}" in text


def test_what_merged_rankings_share_is_told_to_have_no_effect(arms: Callable[..., Arms]) -> None:
    wanted = experiment({}, {"size": 30}, kind=ExperimentKind.INTERLEAVE)
    [text] = cautions(wanted, arms())
    assert (
        "'b' changes nothing that is shown: size without effect where rankings are merged" in text
    )


@pytest.mark.parametrize("coverage", [0.0, 1e-9])
def test_a_coverage_that_reaches_hardly_anybody_is_told(
    arms: Callable[..., Arms], coverage: float
) -> None:
    [text] = cautions(experiment({}, {"size": 30}, coverage=coverage), arms())
    assert f"With coverage {coverage:g}, a variant has less than one reader in 10,000" in text


def test_variants_that_are_alike_are_told(arms: Callable[..., Arms]) -> None:
    site = arms()
    for wanted in (experiment({}, {}), experiment({}, {"size": CONFIG.size}, {"size": 30})):
        [text] = cautions(wanted, site)
        assert text.startswith("Variants 'a' and 'b' make the same feed")


def test_a_draft_is_told_what_keeps_it_from_being_started(arms: Callable[..., Arms]) -> None:
    draft = experiment({}, {"size": 30}, holdout=1.0, status=Status.DRAFT)
    [text] = cautions(draft, arms())
    assert text.startswith("Readers cannot meet it as it is: holdout: at most 0.999")


def test_what_the_settings_no_longer_bear_is_told(arms: Callable[..., Arms]) -> None:
    [text] = cautions(experiment({}, {"rerank.once_there": 1}), arms())
    assert "variants.1.overrides.rerank.once_there" in text


def test_what_is_for_other_sites_is_told(arms: Callable[..., Arms]) -> None:
    for sites in ((), ("main", "other")):
        wanted = experiment({}, {"size": 30}, targeting=Targeting(sites=tuple(map(SiteId, sites))))
        assert cautions(wanted, arms()) == ()
    wanted = experiment({}, {"size": 30}, targeting=Targeting(sites=(SiteId("other"),)))
    assert cautions(wanted, arms()) == ("It is for other sites than main: other.",)


def test_of_what_is_stopped_nothing_is_told(arms: Callable[..., Arms]) -> None:
    stopped = experiment({}, {"ranker": "none.json"}, status=Status.STOPPED)
    assert cautions(stopped, arms()) == ()


def test_rankers_of_variants_are_those_that_are_not_the_sites(
    arms: Callable[..., Arms], artifact: Callable[..., Artifact], tmp_path: Path
) -> None:
    save(artifact(2.0, CONFIG), tmp_path / "good.json")
    running = [
        experiment({}, {"ranker": "good.json"}, {"ranker": "none.json"}),
        experiment({"weights.trending": 2.0}, {"rerank.once_there": 1}, key="other"),
    ]
    good, missing = variant_rankers(running, arms(is_learned=True))
    assert (good.experiment, good.variant, good.status.refusal) == ("dial", "b", None)
    assert good.status.name == artifact(2.0, CONFIG).manifest.name
    assert (missing.variant, missing.status.loaded_at) == ("c", None)
    assert "none.json cannot be read" in (missing.status.refusal or "")
