"""Sums over readers for one metric, as the statistics of gbstats: the reader is the unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from gbstats.models.statistics import (
    RatioStatistic,
    RegressionAdjustedStatistic,
    SampleMeanStatistic,
)
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.results import Value

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """All that the tests need to know of a metric of one variant's readers.

    Parameters
    ----------
    readers : int
    total, squares : float
        Sum of the readers' numerators, and of their squares.
    of, of_squares, products : float or None
        The same of the denominators, and the sum of numerator times denominator; None where the
        metric is a mean over readers.
    """

    readers: int
    total: float
    squares: float
    of: float | None = None
    of_squares: float | None = None
    products: float | None = None

    def statistic(self) -> SampleMeanStatistic | RatioStatistic:
        """Return the mean over readers, or the ratio with its variance by the delta method."""
        above = SampleMeanStatistic(n=self.readers, sum=self.total, sum_squares=self.squares)
        if self.of is None:
            return above
        below = SampleMeanStatistic(n=self.readers, sum=self.of, sum_squares=self.of_squares)
        return RatioStatistic(
            n=self.readers,
            m_statistic=above,
            d_statistic=below,
            m_d_sum_of_products=self.products,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A metric of the n readers of one variant.

    Parameters
    ----------
    numerator : ndarray, shape (n,), float64
        Of each reader, those who did nothing included: ``clicks``.
    denominator : ndarray, shape (n,), float64, or None
        ``impressions``; None where the metric is a mean over readers.
    before : ndarray, shape (n,), float64, or None
        Each reader's activity before exposure, where it is known.

    Raises
    ------
    InvalidInput
        The lengths differ, or a value is not finite.
    """

    numerator: Floats
    denominator: Floats | None = None
    before: Floats | None = None

    def __post_init__(self) -> None:
        for name in ("numerator", "denominator", "before"):
            values = getattr(self, name)
            if values is not None and values.shape != self.numerator.shape:
                wanted = f"one value for each of {len(self.numerator)} readers"
                raise InvalidInput(name, wanted, f"shape {values.shape}")
            if values is not None and not np.isfinite(values).all():
                raise InvalidInput(name, "finite numbers", "NaN or infinity")

    @property
    def readers(self) -> int:
        """How many there are, those who did nothing included."""
        return len(self.numerator)

    def sums(self) -> Sums:
        """Return what the tests need."""
        above, below = self.numerator, self.denominator
        mean = Sums(readers=self.readers, total=float(above.sum()), squares=float(above @ above))
        if below is None:
            return mean
        return Sums(
            readers=mean.readers,
            total=mean.total,
            squares=mean.squares,
            of=float(below.sum()),
            of_squares=float(below @ below),
            products=float(above @ below),
        )

    def adjusted(self) -> RegressionAdjustedStatistic | None:
        """Return the mean with what was known before exposure taken out (CUPED).

        gbstats adjusts means over readers only: there is none of a ratio, nor where nothing is
        known of the time before (Deng et al., Improving the Sensitivity of Online Controlled
        Experiments, WSDM 2013). Its coefficient is set by the test, from both variants.
        """
        if self.before is None or self.denominator is not None:
            return None
        before = Tally(numerator=self.before)
        return RegressionAdjustedStatistic(
            n=self.readers,
            post_statistic=self.sums().statistic(),
            pre_statistic=before.sums().statistic(),
            post_pre_sum_of_products=float(self.numerator @ self.before),
            theta=0.0,
        )

    def value(self, variant: str) -> Value:
        """Return the metric as it is shown, beside its counts."""
        total = float(self.numerator.sum())
        of = float(self.readers if self.denominator is None else self.denominator.sum())
        mean = total / of if of else None
        return Value(variant=variant, readers=self.readers, total=total, of=of, mean=mean)
