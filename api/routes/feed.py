"""``GET /v1/feed``: the personal feed. The hot path: nothing here is done twice."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from api.operations import Answer, Example, operation
from api.queries import FeedQuery
from api.responses import json_response
from api.schemas import FeedAnswer
from recommender.bootstrap import Wiring
from recommender.domain.ids import ReaderId
from recommender.domain.slates import Impression
from recommender.services.feed import Feed
from recommender.store.cards import instant_text


@operation(
    "GET",
    "/v1/feed",
    summary="A reader's feed",
    query=FeedQuery,
    answer=Answer(status=200, meaning="A slate, best first.", model=FeedAnswer),
    errors={422: "A parameter is outside its limits.", 503: "Redis did not answer."},
    example=Example(path="/v1/feed?user_id=ada&size=5"),
)
def feed(wiring: Wiring, query: FeedQuery) -> Response:
    """Rank live articles for a reader, by recent interests, what trends and what is fresh.

    What the reader has seen or hidden is left out. Who is unknown, and a guest, gets what is
    trending and fresh, mixed over categories.
    """
    reader = ReaderId(query.user_id) if query.user_id is not None else None
    return json_response(_slate(wiring.feed.feed(reader, query.size)))


def _slate(feed: Feed) -> dict[str, Any]:
    slate = feed.slate
    return {
        "slate_id": slate.id,
        "user_id": slate.reader,
        "site": slate.site,
        "generated_at": instant_text(slate.created_at),
        "policy": slate.policy,
        "variant": slate.variant,
        "personalised": slate.personalised,
        "articles": list(map(_shown, slate.impressions, feed.cards)),
        "empty": feed.empty,
    }


def _shown(impression: Impression, card: bytes) -> dict[str, Any]:
    reason = impression.reason
    return {
        "position": impression.position,
        "article": orjson.Fragment(card),
        "score": impression.score,
        "source": impression.source,
        "propensity": impression.propensity,
        "contributions": dict(impression.contributions),
        "reason": {"code": reason.code, "text": reason.text},
    }
