"""``/v1/briefs``: texts compiled from a story's articles, read by people and programs, reviewed."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.bodies import BODY_ERRORS, Body
from api.brief_documents import brief_document, brief_in_short
from api.brief_page import brief_page
from api.brief_schemas import APPROVAL, WITHDRAWAL, BriefAnswer, BriefsAnswer
from api.headers import accepted_format, accepted_languages
from api.operations import BRIEF_ID, Answer, Example, operation
from api.queries import BriefQuery, BriefsQuery
from api.responses import json_response
from recommender.bootstrap import Wiring
from recommender.disclosure.messages import pick_language
from recommender.domain.brief_records import Brief
from recommender.domain.ids import ArticleId
from recommender.ingest.brief_reviews import parse_approval, parse_withdrawal

PATH = f"/v1/briefs/{BRIEF_ID}"
EXAMPLE = "/v1/briefs/brief-0123456789abcdef"

EMPTY = (
    "No brief was written yet: python -m scripts.brief run --once writes those of the stories that "
    "have enough independent sources; GET /v1/stories lists them."
)

_FORMATS = {"application/json": "json", "text/html": "html"}

_CHANGED = Answer(status=200, meaning="The brief as it is now.", model=BriefAnswer)

_REVIEW_ERRORS = {
    **BODY_ERRORS,
    404: "The site has no such brief.",
    422: "The id or a field is outside its limits; nothing was changed.",
}


@operation(
    "GET",
    "/v1/briefs",
    summary="The briefs",
    query=BriefsQuery,
    answer=Answer(status=200, meaning="The latest first.", model=BriefsAnswer),
    errors={422: "The parameter is outside its limits.", 503: "Redis did not answer."},
    example=Example(path="/v1/briefs?limit=10"),
)
def get_briefs(wiring: Wiring, query: BriefsQuery) -> Response:
    """Return the briefs that were written, or refused, last; drafts and withdrawn ones too."""
    found = [_listed(each) for each in wiring.brief_review.latest(query.limit)]
    return json_response(
        {"site": wiring.site, "briefs": found, "empty": None if found else EMPTY},
    )


@operation(
    "GET",
    PATH,
    summary="One brief",
    query=BriefQuery,
    answer=Answer(
        status=200,
        meaning="The brief: as JSON with its history, or as a page for readers.",
        model=BriefAnswer,
        also={"text/html": None},
    ),
    errors={
        404: "The site has no such brief, or not this revision of it.",
        422: "The id or a parameter is outside its limits.",
        503: "Redis did not answer.",
    },
    error_pages={
        404: "As a page: or none of it was ever published.",
        410: "As a page: it was withdrawn; the page says when and why.",
    },
    example=Example(path=EXAMPLE, stand_in="brief_id"),
    more_examples=(
        Example(path=f"{EXAMPLE}?revision=1", stand_in="brief_id"),
        Example(path=EXAMPLE, accept="text/html", stand_in="brief_id"),
    ),
)
def get_brief(wiring: Wiring, brief_id: ArticleId, query: BriefQuery) -> Response:
    """Return a brief: its sentences with their sources, checks, attempts, and who let it pass.

    Browsers get a page: the published text, its labels, and its sources. A revision that is asked
    for by its number is shown with a banner that says where it stands.
    """
    language = pick_language((*([query.lang] if query.lang else []), *accepted_languages()))
    wanted = query.format or _FORMATS[accepted_format(list(_FORMATS))]
    if wanted == "html":
        return brief_page(wiring, brief_id, query.revision, language)
    brief = wiring.brief_review.history(brief_id)
    if query.revision is None:
        return _answer(wiring, brief, language)
    shown = wiring.brief_presenter.revision(brief, query.revision, language)
    return json_response(brief_document(brief, shown))


@operation(
    "POST",
    f"{PATH}/approve",
    summary="Approve a draft",
    body=APPROVAL,
    answer=_CHANGED,
    errors={
        **_REVIEW_ERRORS,
        409: "No draft waits, or a newer one than was read, or a source changed since.",
        503: "The embedding queue is full, or Redis did not answer.",
    },
    example=Example(path=f"{EXAMPLE}/approve", body={"by": "Rhona Cask"}, stand_in="brief_id"),
)
def approve_brief(wiring: Wiring, brief_id: ArticleId, body: Body) -> Response:
    """Publish the draft that waits: it goes to a worker, and then into the feed.

    Who approved it, and when, is kept in its history.
    """
    approval = body.single(parse_approval)
    return _answer(wiring, wiring.brief_review.approve(brief_id, approval.by, approval.revision))


@operation(
    "POST",
    f"{PATH}/withdraw",
    summary="Withdraw a brief",
    body=WITHDRAWAL,
    answer=_CHANGED,
    errors={
        **_REVIEW_ERRORS,
        409: "Nothing of it is published or waits.",
        503: "Redis did not answer.",
    },
    example=Example(
        path=f"{EXAMPLE}/withdraw",
        body={"by": "Rhona Cask", "reason": "A source was corrected."},
        stand_in="brief_id",
    ),
)
def withdraw_brief(wiring: Wiring, brief_id: ArticleId, body: Body) -> Response:
    """Take back what is published and what waits; it leaves every feed within a second.

    Its history remains. What is written of the story after that waits for approval.
    """
    withdrawal = body.single(parse_withdrawal)
    brief = wiring.brief_review.withdraw(brief_id, withdrawal.by, withdrawal.reason)
    return _answer(wiring, brief)


def _answer(wiring: Wiring, brief: Brief, language: str | None = None) -> Response:
    told_in = language or pick_language(accepted_languages())
    return json_response(brief_document(brief, wiring.brief_presenter.newest(brief, told_in)))


def _listed(brief: Brief) -> dict[str, Any]:
    newest = brief.newest
    return {
        **brief_in_short(brief),
        "story": brief.story,
        "title": newest and newest.draft.headline.text,
        "source_count": len(newest.sources) if newest is not None else 0,
    }
