"""What the analysis of an experiment found, as plain values: the page, the program and the API.

Every number stands beside the count of readers that it was made of. Nothing heavy is imported, so
that the API may hold these types; ``orjson`` writes them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Goal(StrEnum):
    """The direction in which a metric gets better."""

    MORE = "more"
    LESS = "less"


class Role(StrEnum):
    """What a metric is watched for: to decide, to know more, or to stop harm."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GUARDRAIL = "guardrail"


class Undefined(StrEnum):
    """Why there is no lift to tell, or none with the time before exposure taken out."""

    FEW_READERS = "too few readers"
    NO_DENOMINATOR = "nothing to divide by"
    NONE_COUNTED = "none in either variant"
    CONTROL_AT_ZERO = "the control is at zero"
    ALIKE = "no two readers of a variant differ"
    RATIO = "a ratio is not adjusted"
    NO_PAST = "no activity before exposure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is measured: a sum for each reader, or the ratio of two (``per`` names the second)."""

    name: str
    per: str = "reader"
    goal: Goal = Goal.MORE
    role: Role = Role.SECONDARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The ends of a 95 % interval of a relative lift; 0.02 is two per cent."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How much more a variant has of a metric than the control, relative to the control.

    Parameters
    ----------
    readers : tuple of (int, int)
        Of the control and of the variant.
    lift : float
        0.02 is two per cent more.
    fixed, fixed_p : Interval, float
        True for one look at a moment fixed in advance, and for no other.
    always_valid, always_valid_p : Interval, float
        True at every look, however often and whenever the experiment is stopped.
    """

    readers: tuple[int, int]
    lift: float
    fixed: Interval
    fixed_p: float
    always_valid: Interval
    always_valid_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The Bayesian view of a variant under a flat prior.

    Parameters
    ----------
    chance_to_win : float
        Probability that the variant is better than the control.
    risk : float
        Relative loss to be expected from choosing the variant: what it loses if it is worse,
        times how likely that is.
    """

    readers: tuple[int, int]
    chance_to_win: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A metric of one variant: ``total / of``, where ``of`` counts readers or what ``per`` names.

    ``mean`` is None where there is nothing to divide by.
    """

    variant: str
    readers: int
    total: float
    of: float
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A variant against the control in one metric.

    Parameters
    ----------
    raw, undefined : Effect or None, Undefined or None
        The lift as it was measured, or why there is none.
    adjusted, unadjusted : Effect or None, Undefined or None
        With the readers' activity before exposure taken out (CUPED), or why there is none.
    corrected_p : float or None
        Always-valid p-value, corrected for the number of comparisons in its family.
    has_more : bool
        Whether the variant has certainly more at any look, be there a lift or not.
    """

    variant: str
    raw: Effect | None
    adjusted: Effect | None
    belief: Belief | None
    corrected_p: float | None
    undefined: Undefined | None = None
    unadjusted: Undefined | None = None
    has_more: bool = False

    @property
    def effect(self) -> Effect | None:
        """The sharper of the two: adjusted where there is one."""
        return self.raw if self.adjusted is None else self.adjusted


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricResult:
    """One metric of all variants, and of each against the control."""

    metric: Metric
    values: tuple[Value, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """Readers of each variant against those that its weight promised."""

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    p_value: float
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the readers or of their days, and the lift of each variant in it.

    ``name`` of a day is its date in UTC, ``2026-05-01``; ``undefined`` has the reason of each
    effect that is None.
    """

    name: str
    values: tuple[Value, ...]
    effects: Mapping[str, Effect | None]
    undefined: Mapping[str, Undefined] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The readers cut by one property, with what must be said beside it."""

    by: str
    parts: tuple[Part, ...]
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Readers of each variant who came as far as this."""

    name: str
    readers: Mapping[str, int]


class Finding(StrEnum):
    """What an experiment says."""

    BLOCKED = "blocked by sample ratio"
    NOT_ENOUGH = "not enough yet"
    GUARDRAIL = "guardrail violated"
    WINNER = "winner"
    NO_DIFFERENCE = "no difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The finding in words; ``winner`` is None unless there is one; ``because`` has the numbers."""

    finding: Finding
    winner: str | None
    text: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """An experiment analysed; the first variant is the control.

    Parameters
    ----------
    looks : tuple of Part
        The primary metric cumulated: all that was known at the end of each day.
    daily : tuple of Part
        The primary metric of each day alone.
    since_exposure : tuple of Part
        The primary metric by days since each reader's first exposure: what wears off is novelty.
    slates : mapping of str to int
        Served to the readers of each variant from exposure on; empty where they were not counted.
    """

    key: str
    variants: tuple[str, ...]
    verdict: Verdict
    sample_ratio: SampleRatio
    metrics: tuple[MetricResult, ...]
    looks: tuple[Part, ...]
    daily: tuple[Part, ...]
    since_exposure: tuple[Part, ...]
    segments: tuple[Segments, ...]
    funnel: tuple[Stage, ...]
    slates: Mapping[str, int] = field(default_factory=dict)
