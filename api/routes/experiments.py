"""``/v1/experiments``: what is compared, changed only as far as its analysis bears it."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from flask import Response

from api.bodies import BODY_ERRORS, Body
from api.experiment_schemas import (
    EXPERIMENT,
    PREVIEW,
    ExperimentAnswer,
    ExperimentsAnswer,
    PreviewAnswer,
    ResultsAnswer,
)
from api.operations import EXPERIMENT_KEY, Answer, Example, operation
from api.queries import ExperimentsQuery, VersionQuery
from api.responses import json_response, no_content
from recommender.bootstrap import Wiring
from recommender.domain.experiments import Experiment, ForcedVariant
from recommender.ingest.experiment_records import record_of
from recommender.ingest.experiments import parse_experiment
from recommender.ingest.previews import parse_preview
from recommender.services.cautions import warnings_of
from recommender.services.experiment_records import version_of
from recommender.store.cards import instant_or_none, instant_text

PATH = f"/v1/experiments/{EXPERIMENT_KEY}"

EMPTY = (
    "No experiment is defined yet. Send one with PUT /v1/experiments/{key}, or a file with "
    "python -m scripts.experiment put FILE; it is a draft until its status is running."
)

EMPTY_END = "No experiment has a key after the cursor; ask without one for the first."

_ERRORS = {
    404: "The site has no such experiment.",
    422: "The key or a parameter is outside its limits.",
    503: "Redis did not answer.",
}


@operation(
    "GET",
    "/v1/experiments",
    summary="The experiments",
    query=ExperimentsQuery,
    answer=Answer(status=200, meaning="By their keys.", model=ExperimentsAnswer),
    errors={422: "A parameter is outside its limits.", 503: "Redis did not answer."},
    example=Example(path="/v1/experiments?limit=20"),
)
def get_experiments(wiring: Wiring, query: ExperimentsQuery) -> Response:
    """Return the site's experiments in short, stopped ones too, by their keys."""
    page = wiring.experiments.page(query.cursor, query.limit)
    found = [_in_short(each) for each in page.experiments]
    empty = None if found else EMPTY if query.cursor is None else EMPTY_END
    return json_response(
        {"site": wiring.site, "experiments": found, "next": page.next, "empty": empty}
    )


@operation(
    "PUT",
    PATH,
    summary="Define or change an experiment",
    query=VersionQuery,
    body=EXPERIMENT,
    answer=Answer(status=200, meaning="The experiment as it is now.", model=ExperimentAnswer),
    errors={
        **BODY_ERRORS,
        409: "It is there and no version is given, or it is at another one; nothing was changed.",
        422: "A field is outside its limits, a variant's overrides are refused by the settings, "
        "the change may not be made any more, or another experiment is in its way; nothing was "
        "changed.",
        503: "Redis did not answer; sending it again is safe.",
    },
    example=Example(
        path="/v1/experiments/wider",
        body={
            "hypothesis": "A more varied feed brings readers back.",
            "variants": [
                {"name": "control"},
                {"name": "wider", "overrides": {"rerank.diversity": 0.5}},
            ],
            "primary_metric": "return_rate",
            "guardrails": ["ctr", "hide_rate"],
            "coverage": 0.1,
        },
    ),
)
def put_experiment(wiring: Wiring, key: str, query: VersionQuery, body: Body) -> Response:
    """Define an experiment or change it, start it, ramp it up and stop it.

    It is sent whole, and every process has it within a second. What is there already is changed
    only where the parameter version names it as it is. A draft may change in everything.
    With the status running, readers are assigned, and only coverage, upwards, and status may
    change; with stopped, nothing. Whatever could never tell anything, like a variant without
    readers, is a draft at most. Drafts count, too, when it is checked that no two experiments
    change one setting for the same reader. All that changed is in its history.
    """
    wanted = body.single(partial(parse_experiment, key))
    return json_response(_shown(wiring, wiring.experiments.put(wanted, query.version)))


@operation(
    "GET",
    PATH,
    summary="One experiment",
    answer=Answer(status=200, meaning="With its history.", model=ExperimentAnswer),
    errors=_ERRORS,
    example=Example(path="/v1/experiments/wider"),
)
def get_experiment(wiring: Wiring, key: str) -> Response:
    """Return an experiment, whatever its status."""
    return json_response(_shown(wiring, wiring.experiments.get(key)))


@operation(
    "GET",
    f"{PATH}/results",
    summary="What an experiment found",
    answer=Answer(status=200, meaning="The newest published analysis.", model=ResultsAnswer),
    errors=_ERRORS | {404: "The site has no such experiment, or none of its results."},
    example=Example(path="/v1/experiments/wider/results"),
)
def get_results(wiring: Wiring, key: str) -> Response:
    """Return the results that ``python -m scripts.experiment analyse KEY --publish`` kept.

    Sample ratio and verdict come before the figures, and each figure with its number of readers.
    An analysis reads the whole log, so none is made within a request.
    """
    published = orjson.loads(wiring.experiments.results(key))
    return json_response({"site": wiring.site, **published})


@operation(
    "POST",
    f"{PATH}/preview",
    summary="Look at a variant",
    body=PREVIEW,
    answer=Answer(status=200, meaning="The parameter.", model=PreviewAnswer),
    errors={
        **BODY_ERRORS,
        404: "The site has no such experiment.",
        422: "The experiment has no such variant or was stopped, or a field is outside its limits.",
        503: "Redis did not answer.",
    },
    example=Example(path="/v1/experiments/wider/preview", body={"variant": "wider"}),
)
def preview_experiment(wiring: Wiring, key: str, body: Body) -> Response:
    """Return a signed parameter that shows a variant, of a draft too, to whoever asks with it.

    It is for checks before and while readers meet the variant: no analysis counts what is served
    with it.
    """
    wanted = body.single(parse_preview)
    variant = ForcedVariant(experiment=key, variant=wanted.variant)
    preview = wiring.experiments.preview(variant, wanted.minutes * 60.0)
    return json_response(
        {
            "site": wiring.site,
            "experiment": key,
            "variant": wanted.variant,
            "parameter": preview.parameter,
            "expires_at": instant_text(preview.expires_at),
            "feed": f"/v1/feed?variant={preview.parameter}",
        }
    )


@operation(
    "DELETE",
    PATH,
    summary="Discard a draft",
    answer=Answer(status=204, meaning="It is gone."),
    errors=_ERRORS | {422: "It is no draft; nothing was changed."},
    example=Example(path="/v1/experiments/wider"),
)
def discard_experiment(wiring: Wiring, key: str) -> Response:
    """Forget a draft. What ran stays, so that its key never stands for something else."""
    wiring.experiments.discard(key)
    return no_content()


def _shown(wiring: Wiring, experiment: Experiment) -> dict[str, Any]:
    return {
        "site": wiring.site,
        **record_of(experiment),
        "version": version_of(experiment),
        "warnings": warnings_of(experiment, wiring.arms, wiring.site),
    }


def _in_short(experiment: Experiment) -> dict[str, Any]:
    return {
        "key": experiment.key,
        "hypothesis": experiment.hypothesis,
        "kind": experiment.kind,
        "status": experiment.status,
        "variants": [each.name for each in experiment.variants],
        "coverage": experiment.coverage,
        "primary_metric": experiment.primary_metric,
        "start": instant_or_none(experiment.start),
        "end": instant_or_none(experiment.end),
        "changed_at": instant_text(experiment.history[-1].at),
    }
