"""Experiments of others from a plain table of arms: impressions and clicks, one row an arm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recommender.errors import SourceError
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.experiments.correction import corrected
from recommender.evaluation.experiments.lift import effect, why_undefined
from recommender.evaluation.experiments.results import (
    Comparison,
    Metric,
    MetricResult,
    Role,
    SampleRatio,
    Value,
    Verdict,
)
from recommender.evaluation.experiments.sample_ratio import sample_ratio
from recommender.evaluation.experiments.tally import Sums
from recommender.evaluation.experiments.verdict import SMALLEST_EFFECT, decide

CLICK_RATE = Metric(name="click rate", per="impression", role=Role.PRIMARY)

UNIT = (
    "The impression is the unit, as if each were of another reader: where readers see several, "
    "intervals are too narrow and alarms too many."
)
"""What must be said beside figures that were made of counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names of a table's columns; ``when`` is None where no time is known."""

    test: str
    impressions: str
    clicks: str
    when: str | None = None

    def names(self) -> list[str]:
        """Return those that the table must have."""
        given = (self.test, self.impressions, self.clicks, self.when)
        return [each for each in given if each is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmsTest:
    """One experiment: impressions and clicks of its arms, in the order of the table.

    ``when`` is the earliest of the arms, as text.
    """

    name: str
    when: str | None
    impressions: tuple[int, ...]
    clicks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """The experiments of a table, and what was left out."""

    tests: tuple[ArmsTest, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmsResult:
    """What one experiment says: its first arm is the control, all weights are equal."""

    test: ArmsTest
    sample_ratio: SampleRatio
    metric: MetricResult
    verdict: Verdict


def read_arms(path: Path, columns: Columns) -> Arms:
    """Read a Parquet or CSV file.

    Tests of a single arm, or without a single impression, are left out.

    Raises
    ------
    SourceError
        The file cannot be read, a column is missing, or a count is absent, no whole number, below
        zero, or has more clicks than impressions.
    """
    frame = _read(path, columns)
    grouped = frame.group_by("test", maintain_order=True).agg(
        pl.col("when").min(), pl.col("impressions"), pl.col("clicks")
    )
    usable = (pl.col("impressions").list.len() > 1) & (pl.col("impressions").list.sum() > 0)
    left_out = grouped.filter(~usable).height
    reason = "test left out: a single arm, or no impression"
    return Arms(
        tests=tuple(_tests(grouped.filter(usable))),
        dropped=(Dropped(place=path.name, reason=reason, count=left_out),) if left_out else (),
    )


def judge(test: ArmsTest) -> ArmsResult:
    """Return the sample ratio of an experiment, each arm against the first, and the verdict.

    Examples
    --------
    >>> broken = ArmsTest(name="t", when=None, impressions=(10_400, 9_600), clicks=(104, 160))
    >>> judge(broken).verdict.finding.value
    'blocked by sample ratio'
    """
    ratio, measured = ratio_of(test), _measured(test)
    verdict = decide(ratio, [measured], SMALLEST_EFFECT)
    return ArmsResult(test=test, sample_ratio=ratio, metric=measured, verdict=verdict)


def ratio_of(test: ArmsTest) -> SampleRatio:
    """Return whether the arms have the same number of impressions, but for chance."""
    names = _names(test)
    return sample_ratio(dict(zip(names, test.impressions, strict=True)), dict.fromkeys(names, 1.0))


def _names(test: ArmsTest) -> list[str]:
    return [f"arm {number}" for number in range(1, len(test.impressions) + 1)]


def _measured(test: ArmsTest) -> MetricResult:
    names = _names(test)
    # A click is 0 or 1 for each impression, so its square is itself.
    pairs = list(zip(test.impressions, test.clicks, strict=True))
    sums = [Sums(readers=shown, total=clicked, squares=clicked) for shown, clicked in pairs]
    control, *others = [each.statistic() for each in sums]
    result = MetricResult(
        metric=CLICK_RATE,
        values=tuple(
            Value(
                variant=name,
                readers=shown,
                total=clicked,
                of=shown,
                mean=clicked / shown if shown else None,
            )
            for name, (shown, clicked) in zip(names, pairs, strict=True)
        ),
        comparisons=tuple(
            Comparison(
                variant=name,
                raw=effect(control, each),
                adjusted=None,
                belief=None,
                corrected_p=None,
                undefined=why_undefined(control, each),
            )
            for name, each in zip(names[1:], others, strict=True)
        ),
    )
    return corrected([result])[0]


def _read(path: Path, columns: Columns) -> pl.DataFrame:
    # Damaged pages make polars panic: that is no Exception, so it is named here.
    try:
        whole = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise SourceError(f"{path}: wanted a whole Parquet or CSV file ({error})") from error
    missing = [name for name in columns.names() if name not in whole.columns]
    if missing:
        raise SourceError(
            f"{path}: wanted the columns {', '.join(columns.names())}, "
            f"got none named {', '.join(missing)}"
        )
    when = pl.lit(None, pl.String) if columns.when is None else pl.col(columns.when)
    frame = whole.select(
        test=pl.col(columns.test).cast(pl.String),
        when=when.cast(pl.String),
        impressions=pl.col(columns.impressions).cast(pl.Int64, strict=False),
        clicks=pl.col(columns.clicks).cast(pl.Int64, strict=False),
    )
    _check(path, frame)
    return frame


def _check(path: Path, frame: pl.DataFrame) -> None:
    if frame.is_empty():
        raise SourceError(f"{path}: wanted at least one arm, got none")
    right = (pl.col("clicks") >= 0) & (pl.col("clicks") <= pl.col("impressions"))
    wrong = frame.select((right & pl.col("test").is_not_null()).fill_null(value=False).not_())
    rows = wrong.to_series().arg_true()
    if len(rows):
        raise SourceError(
            f"{path}: row {rows[0] + 1}: wanted a test, and whole numbers with "
            f"0 <= clicks <= impressions, got {frame.row(rows[0])}; {len(rows)} such rows"
        )


def _tests(frame: pl.DataFrame) -> Iterator[ArmsTest]:
    for row in frame.iter_rows(named=True):
        yield ArmsTest(
            name=row["test"],
            when=row["when"],
            impressions=tuple(row["impressions"]),
            clicks=tuple(row["clicks"]),
        )
