"""What an experiment is allowed to be, and was hardly meant to be: told to its editors in words."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.domain.experiments import Experiment, ExperimentKind, Status, Variant
from recommender.domain.ids import SiteId
from recommender.errors import InvalidInput
from recommender.experiments.hashing import BUCKETS
from recommender.experiments.overrides import check_overrides
from recommender.experiments.starting import refuse_pointless
from recommender.services.asking import Ask
from recommender.services.assigning import idle_settings, is_among
from recommender.services.variants import Arm, Arms


def warnings_of(experiment: Experiment, arms: Arms, site: SiteId) -> tuple[str, ...]:
    """Return a sentence for each thing that whoever runs ``experiment`` should know of it.

    It loads the rankers that its variants name. Of what is stopped, nothing is said.
    """
    if experiment.status is Status.STOPPED:
        return ()
    config = arms.plain.config
    try:
        check_overrides(experiment, config)
        if experiment.status is Status.DRAFT:
            refuse_pointless(experiment, config)
    except InvalidInput as error:
        return (f"Readers cannot meet it as it is: {error}.",)
    return (*_readers(experiment, site), *_variants(experiment, arms))


def _readers(experiment: Experiment, site: SiteId) -> Iterator[str]:
    sites = experiment.targeting.sites
    if sites and site not in sites:
        yield f"It is for other sites than {site}: {', '.join(sites)}."
    if experiment.coverage * min(each.weight for each in experiment.variants) < 1.0 / BUCKETS:
        yield (
            f"With coverage {experiment.coverage:g}, a variant has less than one reader in "
            f"{BUCKETS:,}: ramp it up."
        )


def _variants(experiment: Experiment, arms: Arms) -> Iterator[str]:
    made: list[tuple[Variant, Arm]] = []
    for variant in experiment.variants:
        arm = arms.of(variant.overrides)
        alike = next((each.name for each, other in made if other.config == arm.config), None)
        if alike is not None:
            yield (
                f"Variants {alike!r} and {variant.name!r} make the same feed: what differs between "
                "them is chance."
            )
        yield from _ranker(variant, arm, arms.plain)
        yield from _no_effect(experiment, variant, arm)
        made.append((variant, arm))


def _ranker(variant: Variant, arm: Arm, plain: Arm) -> Iterator[str]:
    """Tell where a learned ranker was meant for the variant, or serves the site, but not here."""
    if arm.keeper is plain.keeper:
        return
    status = arm.keeper.status
    if status.refusal is not None:
        yield f"Variant {variant.name!r} is served by {status.name}: {status.refusal}."
    elif plain.is_learned and not arm.is_learned:
        yield (
            f"Variant {variant.name!r} is served by {status.name}: it changes what features are, "
            f"and {plain.ranker.name} was learned from others."
        )


def _no_effect(experiment: Experiment, variant: Variant, arm: Arm) -> Iterator[str]:
    idle = idle_settings(experiment, Ask(), is_learned=arm.is_learned)
    if not variant.overrides or not all(is_among(path, idle) for path in variant.overrides):
        return
    merged = ["rankings are merged"] if experiment.kind is ExperimentKind.INTERLEAVE else []
    learned = [f"{arm.ranker.name} serves"] if arm.is_learned else []
    yield (
        f"Variant {variant.name!r} changes nothing that is shown: {', '.join(variant.overrides)} "
        f"without effect where {' and '.join(merged + learned)}."
    )
