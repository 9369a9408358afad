"""``/health``: whether the process is up, and whether it can serve feeds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from api.errors import NOT_READY, problem
from api.operations import Answer, Example, operation
from api.responses import json_response
from api.schemas import Liveness, Readiness
from recommender.bootstrap import Wiring
from recommender.errors import StoreError
from recommender.services.variants import variant_rankers


@operation(
    "GET",
    "/health/live",
    summary="Is the process up?",
    answer=Answer(status=200, meaning="It is.", model=Liveness),
    example=Example(path="/health/live"),
    is_light=True,
)
def live(wiring: Wiring) -> Response:  # noqa: ARG001  # every view is given the wiring
    """Answer without asking anybody else."""
    return json_response({"status": "live"})


@operation(
    "GET",
    "/health/ready",
    summary="Can it serve feeds?",
    answer=Answer(status=200, meaning="It can.", model=Readiness),
    errors={503: "It cannot; the document says which part is missing."},
    example=Example(path="/health/ready"),
    is_light=True,
)
def ready(wiring: Wiring) -> Response:
    """Tell whether Redis answers and the catalogue follows it, with counts and the rankers."""
    pending = _pending(wiring)
    known = {
        "site": wiring.site,
        "redis": pending is not None,
        "catalogue": wiring.follower.is_current,
        "live_articles": len(wiring.follower.catalogue),
        "pending_articles": pending,
        "source_failures": dict(wiring.feed.source_failures),
        "ranker": asdict(wiring.rankers.status),
        "variant_rankers": [
            {"experiment": each.experiment, "variant": each.variant, **asdict(each.status)}
            for each in variant_rankers(wiring.follower.experiments, wiring.arms)
        ],
    }
    if known["redis"] and known["catalogue"]:
        return json_response({"status": "ready", **known})
    return problem(NOT_READY, _why(known), known)


def _pending(wiring: Wiring) -> int | None:
    """Return how many articles wait for embedding; None where Redis does not answer."""
    try:
        return wiring.article_store.counts()[1]
    except StoreError:
        return None


def _why(known: dict[str, Any]) -> str:
    if not known["redis"]:
        return "Redis does not answer."
    return "The catalogue is not loaded, or could not follow Redis lately."
