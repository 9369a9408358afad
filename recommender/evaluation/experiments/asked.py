"""What an experiment asked, and of whom: the head of the page of either kind."""

from __future__ import annotations

import orjson

from recommender.domain.experiments import Experiment, Variant
from recommender.evaluation.experiments.exposure import Period
from recommender.evaluation.experiments.logged import minute_text
from recommender.evaluation.markup import terms


def asked(experiment: Experiment, period: Period) -> str:
    """Return the question, what each variant changes, status, dates and metric, as HTML.

    Parameters
    ----------
    period : Period
        When it ran, as the analysis took it.
    """
    control, *others = experiment.variants
    return terms(
        (
            ("hypothesis", experiment.hypothesis),
            (f"{control.name} (control)", _changes(control)),
            *((each.name, _changes(each)) for each in others),
            ("status", _status(experiment, period)),
            ("decided by", experiment.primary_metric.value),
        )
    )


def _changes(variant: Variant) -> str:
    values = variant.overrides.items()
    changes = ", ".join(f"{path} = {orjson.dumps(value).decode()}" for path, value in values)
    return f"{changes or 'changes nothing'} (weight {variant.weight:g})"


def _status(experiment: Experiment, period: Period) -> str:
    begin = "" if period.begin is None else f", from {minute_text(period.begin)}"
    end = "" if period.end is None else f" until {minute_text(period.end)}"
    return f"{experiment.status}{begin}{end}, for {100.0 * experiment.coverage:g} % of the readers"
