"""``POST /v1/interactions``: what readers did with articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from api.bodies import BODY_ERRORS, Body
from api.errors import invalid_input_problem
from api.operations import NOW, Answer, Example, operation
from api.responses import json_response
from api.results import counted, result
from api.schemas import INTERACTIONS, INTERACTIONS_MAX, InteractionsAnswer, InteractionStatus
from recommender.bootstrap import Wiring
from recommender.domain.interactions import Interaction, Outcome
from recommender.errors import InvalidInput, TooManyEvents
from recommender.ingest.events import parse_interaction
from recommender.services.interactions import Recorded

_STATUS = {
    Outcome.ACCEPTED: InteractionStatus.ACCEPTED,
    Outcome.DUPLICATE: InteractionStatus.DUPLICATE,
    Outcome.REJECTED: InteractionStatus.REJECTED,
}

_COUNTED = {
    InteractionStatus.ACCEPTED: "accepted",
    InteractionStatus.DUPLICATE: "duplicates",
    InteractionStatus.REJECTED: "rejected",
}


@operation(
    "POST",
    "/v1/interactions",
    summary="Record interactions",
    body=INTERACTIONS,
    answer=Answer(status=200, meaning="What became of each.", model=InteractionsAnswer),
    errors={
        **BODY_ERRORS,
        422: f"All interactions were rejected, or there are more than {INTERACTIONS_MAX:,}.",
        429: "All were rejected because their reader sent too many events.",
        503: "Redis did not answer; what was recorded before is a duplicate when sent again.",
    },
    example=Example(
        path="/v1/interactions",
        body={
            "id": "click-1",
            "user_id": "ada",
            "article_id": "rain-1",
            "kind": "click",
            "occurred_at": NOW,
        },
    ),
)
def record_interactions(wiring: Wiring, body: Body) -> Response:
    """Record one interaction, or up to 1,000; the reader's next feed knows of it.

    Each is taken or rejected by itself. An id is unique for its reader: sending it again changes
    nothing and says so. Events may come late and in any order.
    """
    recorded = _recorded(wiring, body.parsed(parse_interaction))
    errors = [body.located(index, each.problem) for index, each in enumerate(recorded)]
    refused = [error for error in errors if error is not None]
    if len(refused) == len(recorded):
        return _all_refused(refused)
    return json_response(_answer(wiring, body, recorded, errors))


def _recorded(wiring: Wiring, parsed: Sequence[Interaction | InvalidInput]) -> list[Recorded]:
    """Record what could be read; what could not is rejected in its place."""
    good = [each for each in parsed if not isinstance(each, InvalidInput)]
    answers = iter(wiring.interactions.record(good))
    return [
        Recorded(outcome=Outcome.REJECTED, problem=each)
        if isinstance(each, InvalidInput)
        else next(answers)
        for each in parsed
    ]


def _answer(
    wiring: Wiring,
    body: Body,
    recorded: Sequence[Recorded],
    errors: Sequence[InvalidInput | TooManyEvents | None],
) -> dict[str, Any]:
    rows = zip(body.records, recorded, errors, strict=True)
    results = [result(record, _STATUS[done.outcome], error) for record, done, error in rows]
    return {"site": wiring.site, **counted(results, _COUNTED), "results": results}


def _all_refused(errors: Sequence[InvalidInput | TooManyEvents]) -> Response:
    for error in errors:
        if isinstance(error, InvalidInput):
            return invalid_input_problem(errors)
    raise errors[0]
