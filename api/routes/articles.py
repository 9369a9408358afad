"""``/v1/articles``: articles sent, read, compared and removed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson
from flask import Response

from api.bodies import BODY_ERRORS, Body
from api.card_schemas import FullArticle, SimilarAnswer, State
from api.errors import invalid_input_problem
from api.operations import ARTICLE_ID, NOW, Answer, Example, operation
from api.queries import SimilarQuery
from api.responses import json_response, no_content
from api.results import counted, result
from api.schemas import ARTICLES, ARTICLES_MAX, ArticlesAnswer, ArticleStatus
from recommender.bootstrap import Wiring
from recommender.domain.ids import ArticleId
from recommender.errors import InvalidInput, NewsfeedError, QueueFull
from recommender.ingest.documents import ArticleDocument, Rejection, parse_document
from recommender.services.articles import SimilarArticle, Submitted
from recommender.store.articles import Submission

Parsed = Sequence[ArticleDocument | InvalidInput]

_STATUS = {
    Submission.CREATED: ArticleStatus.CREATED,
    Submission.UPDATED: ArticleStatus.UPDATED,
    Submission.UNCHANGED: ArticleStatus.UNCHANGED,
    Submission.TOO_OLD: ArticleStatus.TOO_OLD,
    Submission.FULL: ArticleStatus.REFUSED,
    None: ArticleStatus.REJECTED,
}

_PATH_ERRORS = {
    404: "The site has no such article.",
    422: "The id or a parameter is outside its limits.",
    503: "Redis did not answer.",
}


@operation(
    "POST",
    "/v1/articles",
    summary="Send articles",
    body=ARTICLES,
    answer=Answer(status=200, meaning="What became of each.", model=ArticlesAnswer),
    errors={
        **BODY_ERRORS,
        422: f"All articles were rejected, or there are more than {ARTICLES_MAX}.",
        503: "All were refused as the embedding queue is full, or Redis did not answer.",
    },
    example=Example(
        path="/v1/articles",
        body={
            "id": "rain-1",
            "title": "Rain at last",
            "summary": "After six dry weeks the reservoirs fill again.",
            "category": "environment",
            "published_at": NOW,
        },
    ),
)
def submit_articles(wiring: Wiring, body: Body) -> Response:
    """Store one article, or up to 500, and queue what is new or changed for embedding.

    Each is taken or rejected by itself, in order. What is rejected is also kept in the
    dead-letter list. Sending an article again with the same content changes nothing.
    """
    parsed = body.parsed(parse_document)
    submitted = wiring.intake.submit(_for_intake(body, parsed))
    errors = [body.located(i, e) for i, e in enumerate(parsed) if isinstance(e, InvalidInput)]
    if len(errors) == len(parsed):
        return invalid_input_problem(errors)
    return json_response(_answer(wiring, body, parsed, submitted))


@operation(
    "GET",
    f"/v1/articles/{ARTICLE_ID}",
    summary="One article",
    answer=Answer(status=200, meaning="The article with its body.", model=FullArticle),
    errors=_PATH_ERRORS,
    example=Example(path="/v1/articles/rain-1"),
)
def get_article(wiring: Wiring, article_id: ArticleId) -> Response:
    """Return an article, live or still waiting for its embedding.

    The id is the rest of the path and may hold slashes. A path that ends in /similar is
    always the list of similar articles: an article whose own id ends so is not read here.
    """
    stored = wiring.articles.get(article_id)
    state = State.LIVE if stored.live else State.PENDING
    return json_response({**orjson.loads(stored.card), "body": stored.body, "state": state})


@operation(
    "GET",
    f"/v1/articles/{ARTICLE_ID}/similar",
    summary="Similar articles",
    query=SimilarQuery,
    answer=Answer(status=200, meaning="The nearest first.", model=SimilarAnswer),
    errors=_PATH_ERRORS,
    example=Example(path="/v1/articles/rain-1/similar?limit=5"),
)
def similar_articles(wiring: Wiring, article_id: ArticleId, query: SimilarQuery) -> Response:
    """Return the live articles that are nearest in meaning, by the cosine of their embeddings."""
    found = wiring.articles.similar(article_id, query.limit)
    return json_response(
        {
            "site": wiring.site,
            "article_id": article_id,
            "articles": [
                {"article": orjson.Fragment(each.card), "similarity": each.similarity}
                for each in found or ()
            ],
            "empty": _why_empty(found),
        }
    )


@operation(
    "DELETE",
    f"/v1/articles/{ARTICLE_ID}",
    summary="Remove an article",
    answer=Answer(status=204, meaning="It is removed, and in no feed from now on."),
    errors=_PATH_ERRORS,
    example=Example(path="/v1/articles/rain-1"),
)
def remove_article(wiring: Wiring, article_id: ArticleId) -> Response:
    """Remove an article from the catalogue and so from every feed."""
    wiring.articles.remove(article_id)
    return no_content()


def _for_intake(body: Body, parsed: Parsed) -> list[ArticleDocument | Rejection]:
    return [
        Rejection(
            place=f"request:{number}",
            reason=str(each),
            record=json.dumps(record, ensure_ascii=False),
        )
        if isinstance(each, InvalidInput)
        else each
        for number, (record, each) in enumerate(zip(body.records, parsed, strict=True), start=1)
    ]


def _answer(
    wiring: Wiring, body: Body, parsed: Parsed, submitted: Sequence[Submitted]
) -> dict[str, Any]:
    if all(each.outcome is Submission.FULL for each in submitted):
        raise QueueFull(wiring.settings.catalogue.max_pending)
    errors = [_error(wiring, *pair) for pair in zip(parsed, submitted, strict=True)]
    results = [
        result(record, _STATUS[done.outcome], body.located(index, error))
        for index, (record, done, error) in enumerate(
            zip(body.records, submitted, errors, strict=True)
        )
    ]
    names = {status: status.value for status in ArticleStatus}
    return {"site": wiring.site, **counted(results, names), "results": results}


def _error(
    wiring: Wiring, parsed: ArticleDocument | InvalidInput, done: Submitted
) -> NewsfeedError | None:
    limits = wiring.settings.catalogue
    if isinstance(parsed, InvalidInput):
        return parsed
    if done.outcome is Submission.FULL:
        return QueueFull(limits.max_pending)
    if done.outcome is Submission.TOO_OLD:
        wanted = f"later than the oldest of the {limits.max_articles:,} live articles, the limit"
        return InvalidInput("published_at", wanted, str(parsed.published_at))
    return None


def _why_empty(found: Sequence[SimilarArticle] | None) -> str | None:
    if found is None:
        return "This article still waits for its embedding; it has no neighbours until then."
    return None if found else "No other article may be shown now."
