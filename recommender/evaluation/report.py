"""All that an evaluation found, with what it was found on: what the report prints."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from recommender.evaluation.beyond_accuracy import BeyondAccuracy
from recommender.evaluation.cautions import Caution, cautions
from recommender.evaluation.comparing import Comparison
from recommender.evaluation.evaluating import Evaluation
from recommender.evaluation.folds import Plan
from recommender.evaluation.probabilities import Probabilities
from recommender.evaluation.question import Question
from recommender.evaluation.tables import Tables

PACKAGES = (
    "newsfeed-recommender",
    "numpy",
    "scipy",
    "scikit-learn",
    "lightgbm",
    "polars",
    "joblib",
    "matplotlib",
)

RULES = {
    "past": "a feature knows only of what was visible strictly before its impression; "
    "the impression's own clicks never count",
    "visible": "from the second on at which a log could have told it: for EB-NeRD that of the "
    "impression and the reading after it, for MIND that of the impression, for an archive that at "
    "which the event arrived",
    "ties": "among equal scores each metric has its expected value over all orders; "
    "the order of the list never counts",
    "means": "per impression, then the plain mean over impressions where it is defined",
    "intervals": "95 % percentile bootstrap over readers; differences are paired by impression",
}
"""What holds for every evaluation, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An evaluation, and what it was made of; ``seconds`` is what reading and all of it took."""

    evaluation: Evaluation
    tables: Tables
    plan: Plan
    question: Question
    seconds: float

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What must be said beside the figures."""
        return cautions(self.evaluation, self.tables, self.plan, self.question)

    @property
    def versions(self) -> dict[str, str]:
        """Versions of Python and of the packages that figures may depend on."""
        found = {"python": platform.python_version()}
        for name in PACKAGES:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                found[name] = "not installed"
        return found

    def document(self) -> dict[str, Any]:  # a JSON document
        """Return the report as what JSON can hold."""
        found, main = self.evaluation, self.evaluation.main
        return {
            "dataset": self.tables.name.value,
            "rankers": {
                name: dict(metrics) | {"beyond_accuracy": _beyond(found.beyond[name])}
                for name, metrics in main.rankers.items()
            },
            "impressions": main.impressions,
            "readers": main.readers,
            "rows": main.rows,
            "seconds": self.seconds,
            "protocol": self._protocol(),
            "differences": main.differences,
            "undefined": main.undefined,
            "protocols": {
                protocol.name: {"rule": protocol.rule} | _compared(comparison)
                for protocol, comparison in found.others.items()
            },
            "all_given": None if found.all_given is None else _compared(found.all_given),
            "slices": {"history_length": found.history, "article_age": found.article_age},
            "calibration": {name: _calibration(each) for name, each in found.calibration.items()},
            "importance": found.importance,
            "effects": found.effects,
            "data": self._data(),
            "seed": self.question.seed,
            "versions": self.versions,
            "warnings": self.cautions,
        }

    def _protocol(self) -> dict[str, Any]:
        protocol = self.question.all_protocols[0]
        return {
            "features": protocol.name,
            "rule": protocol.rule,
            "split": self.plan.split,
            "prequential": self.plan.prequential,
            "folds": [
                {
                    "name": fold.name,
                    "learned_from": 0 if fold.train is None else len(fold.train),
                    "impressions": len(fold.evaluate),
                }
                for fold in self.plan.folds
            ],
        } | RULES

    def _data(self) -> dict[str, Any]:
        return {
            "name": self.tables.name.value,
            "digest": self.tables.digest,
            "parts": {name: len(table) for name, table in self.tables.parts.items()},
            "features": self.plan.evaluated.names,
        }


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "rankers": comparison.rankers,
        "impressions": comparison.impressions,
        "differences": comparison.differences,
    }


def _beyond(of_tops: Sequence[BeyondAccuracy]) -> dict[str, Any]:
    """Return what each top is, under the name of how many articles it has."""
    return {
        str(each.top): dict(each.means)
        | {"coverage": each.coverage, "gini": each.gini, "undefined": each.undefined}
        for each in of_tops
    }


def _calibration(of: Probabilities) -> Mapping[str, Any]:
    curve = of.reliability
    return {
        "log_loss": of.log_loss,
        "brier": of.brier,
        "expected_calibration_error": curve.expected_calibration_error,
        "predicted": curve.predicted.tolist(),
        "observed": curve.observed.tolist(),
        "counts": curve.counts.tolist(),
    }
