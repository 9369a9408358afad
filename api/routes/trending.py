"""``GET /v1/trending``: what gathers attention now, and what rises."""

from __future__ import annotations

import orjson
from flask import Response

from api.card_schemas import TrendingAnswer
from api.operations import Answer, Example, operation
from api.queries import TrendingQuery
from api.responses import json_response
from recommender.bootstrap import Wiring
from recommender.services.trending import TrendingArticle
from recommender.store.cards import instant_text


@operation(
    "GET",
    "/v1/trending",
    summary="The trending list",
    query=TrendingQuery,
    answer=Answer(status=200, meaning="The list, highest value first.", model=TrendingAnswer),
    errors={422: "A parameter is outside its limits.", 503: "Redis did not answer."},
    example=Example(path="/v1/trending?category=science&limit=5"),
)
def trending(wiring: Wiring, query: TrendingQuery) -> Response:
    """Return the articles of the highest trending value now, each with its surge.

    The value is the sum of weighted interactions, each halved with every half-life since it
    happened: exact at every instant.
    """
    top = wiring.trending.top(query.category, query.limit)
    return json_response(
        {
            "site": wiring.site,
            "category": query.category,
            "half_life_hours": wiring.trending.half_life_hours,
            "generated_at": instant_text(wiring.clock.now()),
            "articles": [_shown(each) for each in top],
            "empty": None if top else _why_empty(query.category),
        }
    )


def _shown(each: TrendingArticle) -> dict[str, object]:
    return {"article": orjson.Fragment(each.card), "value": each.value, "surge": each.surge}


def _why_empty(category: str | None) -> str:
    where = f"of category {category!r} " if category is not None else ""
    return f"No live article {where}has met any interaction that counts yet."
