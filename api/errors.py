"""One error shape: ``application/problem+json`` (RFC 9457), whatever went wrong.

Which of the library's errors becomes which status is the table ``PROBLEMS``; ``/docs`` lists it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from api.bodies import BODY_MAX_BYTES
from api.responses import HEADERS
from recommender.errors import (
    BriefConflict,
    CursorExpired,
    InvalidInput,
    NewsfeedError,
    NotAnalysed,
    QueueFull,
    StoreError,
    TooManyEvents,
    UnknownArticle,
    UnknownBrief,
    UnknownExperiment,
    UnknownRevision,
    UnknownSlate,
    UnknownStory,
    VersionConflict,
)

STORE_RETRY_SECONDS = 2
"""When to come back after Redis failed."""

QUEUE_RETRY_SECONDS = 30
"""When to come back with articles that the embedding queue had no room for."""

_DETAILS = {
    404: "The API has no such path; /docs lists those it has.",
    413: f"The body is longer than {BODY_MAX_BYTES // 1024**2} MiB, which is the limit.",
}
"""What to say of statuses that the framework answers with."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem: ``/docs`` says under ``slug`` what it means."""

    slug: str
    status: int
    title: str
    meaning: str
    retry_after_seconds: int | None = None


PROBLEMS: Mapping[type[NewsfeedError], Kind] = {
    InvalidInput: Kind(
        slug="invalid-input",
        status=422,
        title="Invalid input",
        meaning="Something that was sent is outside a stated limit; errors says what and where.",
    ),
    UnknownArticle: Kind(
        slug="unknown-article",
        status=404,
        title="Unknown article",
        meaning="The path names no article of this site.",
    ),
    UnknownExperiment: Kind(
        slug="unknown-experiment",
        status=404,
        title="Unknown experiment",
        meaning="The path names no experiment of this site.",
    ),
    NotAnalysed: Kind(
        slug="not-analysed",
        status=404,
        title="Not analysed yet",
        meaning="Nobody has published results of the experiment; python -m scripts.experiment "
        "analyse KEY --publish does.",
    ),
    UnknownSlate: Kind(
        slug="unknown-slate",
        status=404,
        title="Unknown slate",
        meaning="The log does not hold the slate, or no longer does.",
    ),
    UnknownStory: Kind(
        slug="unknown-story",
        status=404,
        title="Unknown story",
        meaning="The path names no story that an article tells which may be shown now.",
    ),
    UnknownBrief: Kind(
        slug="unknown-brief",
        status=404,
        title="Unknown brief",
        meaning="The path names no brief of this site, or one that is no longer kept.",
    ),
    UnknownRevision: Kind(
        slug="unknown-revision",
        status=404,
        title="Unknown revision",
        meaning="The brief has no revision of that number, or no longer; revisions lists those it "
        "has.",
    ),
    BriefConflict: Kind(
        slug="brief-conflict",
        status=409,
        title="Not to be changed so",
        meaning="The brief has no draft that could be approved as it was written, or nothing that "
        "could be withdrawn; nothing was changed.",
    ),
    VersionConflict: Kind(
        slug="version-conflict",
        status=409,
        title="Another version",
        meaning="It is there and the request names no version, or it was changed since that "
        "version was read; nothing was changed by this request.",
    ),
    TooManyEvents: Kind(
        slug="too-many-events",
        status=429,
        title="Too many events",
        meaning="One reader sent more events than can be remembered; none of them was applied.",
    ),
    CursorExpired: Kind(
        slug="cursor-expired",
        status=410,
        title="Cursor expired",
        meaning="The pages that the cursor leads to are no longer kept; ask for the feed anew.",
    ),
    QueueFull: Kind(
        slug="queue-full",
        status=503,
        title="Embedding queue full",
        meaning="Too many articles wait for embedding; nothing was stored, send them again later.",
        retry_after_seconds=QUEUE_RETRY_SECONDS,
    ),
    StoreError: Kind(
        slug="store-unavailable",
        status=503,
        title="Store unavailable",
        meaning="Redis did not answer. Sending the request again is safe.",
        retry_after_seconds=STORE_RETRY_SECONDS,
    ),
}
"""What becomes of each error of the library; anything else is a plain HTTP status."""

NOT_READY = Kind(
    slug="not-ready",
    status=503,
    title="Not ready",
    meaning="This process cannot serve feeds just now.",
    retry_after_seconds=STORE_RETRY_SECONDS,
)


def register_errors(app: Flask) -> None:
    """Make ``app`` answer every error as a problem."""
    app.register_error_handler(InvalidInput, lambda error: invalid_input_problem([error]))
    app.register_error_handler(UnknownArticle, _problem_of)
    app.register_error_handler(TooManyEvents, _problem_of)
    app.register_error_handler(CursorExpired, partial(_problem_with, "cursor"))
    app.register_error_handler(VersionConflict, partial(_problem_with, "version"))
    app.register_error_handler(UnknownExperiment, _problem_of)
    app.register_error_handler(NotAnalysed, _problem_of)
    app.register_error_handler(UnknownSlate, _problem_of)
    app.register_error_handler(UnknownStory, _problem_of)
    app.register_error_handler(UnknownBrief, _problem_of)
    app.register_error_handler(UnknownRevision, partial(_problem_with, "revision"))
    app.register_error_handler(BriefConflict, _problem_of)
    app.register_error_handler(QueueFull, _problem_of)
    app.register_error_handler(StoreError, _store_problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _unexpected_problem)


def invalid_input_problem(errors: Sequence[NewsfeedError]) -> Response:
    """Return the problem of a request in which nothing was acceptable.

    Parameters
    ----------
    errors : sequence of NewsfeedError, at least one
        Why, record by record.
    """
    detail = str(errors[0]) if len(errors) == 1 else f"all {len(errors)} records were rejected"
    return problem(PROBLEMS[InvalidInput], detail, {"errors": [field_error(e) for e in errors]})


def field_error(error: NewsfeedError) -> dict[str, str | None]:
    """Return one entry of ``errors``; its field is null where no field is at fault."""
    if not isinstance(error, InvalidInput):
        return {"field": None, "message": str(error), "got": None}
    got = None if error.got is None else _printable(error.got)
    return {"field": _printable(error.field), "message": _printable(error.wanted), "got": got}


def problem(kind: Kind, detail: str, more: Mapping[str, object] | None = None) -> Response:
    """Return a problem of ``kind``; ``more`` are further members of the document."""
    document = {
        "type": f"/docs#{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": _printable(detail),
        **(more or {}),
    }
    response = _response(document, kind.status)
    if kind.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(kind.retry_after_seconds)
    return response


def _problem_of(error: NewsfeedError) -> Response:
    return problem(PROBLEMS[type(error)], str(error))


def _problem_with(parameter: str, error: NewsfeedError) -> Response:
    fault = {"field": parameter, "message": str(error), "got": None}
    return problem(PROBLEMS[type(error)], str(error), {"errors": [fault]})


def _store_problem(error: StoreError) -> Response:
    log.error("a request failed: %s", error)  # the message may name addresses: not for callers
    return problem(PROBLEMS[StoreError], "Redis did not answer; send the request again")


def _http_problem(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    response = _plain_problem(status, _DETAILS.get(status) or error.description or "")
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _unexpected_problem(error: Exception) -> Response:
    log.error("a request failed unexpectedly", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _plain_problem(status, "The service failed; the cause is in its log.")


def _plain_problem(status: int, detail: str) -> Response:
    title = HTTPStatus(status).phrase
    document = {"type": "about:blank", "title": title, "status": status}
    return _response({**document, "detail": _printable(detail)}, status)


def _response(document: Mapping[str, object], status: int) -> Response:
    body = orjson.dumps(document)
    return Response(body, status, HEADERS, mimetype="application/problem+json")


def _printable(text: str) -> str:
    """Return ``text`` with escapes for halves of surrogate pairs, which JSON cannot carry."""
    return text.encode(errors="backslashreplace").decode()
