"""What an experiment needs before readers meet it, or it would use up its key and tell nothing.

A draft may be anything. What is only unusual is no matter of this, but of
:mod:`recommender.services.cautions`.
"""

from __future__ import annotations

from recommender.config import Config
from recommender.domain.experiments import Experiment
from recommender.errors import InvalidInput
from recommender.experiments.hashing import bucket_ranges
from recommender.experiments.overrides import overridden

SHARE_MIN = 0.001
"""Least share of the readers that a variant has at full coverage, that a namespace's part holds,
and that a holdout leaves: for a smaller test, coverage is what keeps readers out of it."""


def refuse_pointless(wanted: Experiment, config: Config) -> None:
    """Refuse to start an experiment that could never tell anything.

    Parameters
    ----------
    config : Config
        What its variants override.

    Raises
    ------
    InvalidInput
        A variant, the part of the namespace or what the holdout leaves has too few readers; or all
        variants are alike though they override something. To test two alike, override nothing.
    """
    _refuse_too_few(wanted)
    ways = [overridden(config, each.overrides) for each in wanted.variants]
    if wanted.settings and all(each == ways[0] for each in ways):
        raise InvalidInput(
            "variants",
            "two at least that make different feeds, to be started; to test two alike, override "
            "nothing in any",
        )


def _refuse_too_few(wanted: Experiment) -> None:
    part = wanted.namespace
    if _is_too_little(1.0 - wanted.holdout):
        most = f"at most {1.0 - SHARE_MIN:g}, to be started"
        raise InvalidInput("holdout", most, f"{wanted.holdout:g}")
    if part is not None and _is_too_little(part.end - part.start):
        least = f"a part of {SHARE_MIN:g} or more, to be started"
        raise InvalidInput("namespace", least, f"[{part.start:g}, {part.end:g})")
    ranges = bucket_ranges([each.weight for each in wanted.variants], 1.0)
    for number, (start, end) in enumerate(ranges):
        if _is_too_little(min(end, 1.0) - start):  # what runs over 1 holds nobody
            least = f"{SHARE_MIN:g} or more, with those before in a sum of 1, to be started"
            came = f"{wanted.variants[number].weight:g}"
            raise InvalidInput(f"variants.{number}.weight", least, came)


def _is_too_little(share: float) -> bool:
    return round(share, 9) < SHARE_MIN  # 0.501 - 0.5 is a little less than 0.001
