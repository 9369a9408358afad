"""An operation: one method on one path, declared beside its view, served and documented from that.

The same declaration parses the request, gives the view what it parsed, and is what
``/openapi.json`` and ``/docs`` are made of; so none of them can say something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any, Literal

from flask import Response
from pydantic import BaseModel

from api.bodies import BodyModels, read_body
from api.queries import NoQuery, Query, read_query
from recommender.bootstrap import Wiring
from recommender.domain.ids import ID_RULE, ArticleId, is_valid_id
from recommender.errors import InvalidInput

ARTICLE_ID = "{article_id}"
"""How a path names an article."""

NOW = "NOW"
"""Stands in an example's body for the time at which it is shown."""

WORKING = BoundedSemaphore(2)
"""Views at work at a time in one process. Threads are many, so that slow clients hold up nobody;
but more than two that compute only hand the interpreter's lock around."""

View = Callable[..., Response]
"""Takes the wiring and, by name, what is declared: ``article_id``, ``query``, ``body``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that shows the operation: a path with its query, and a body where one is sent."""

    path: str
    body: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operation answers with when all is well; no model for an empty answer."""

    status: int
    meaning: str
    model: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path.

    Parameters
    ----------
    path : str
        With ``{article_id}`` where it names an article.
    errors : mapping of int to str
        Each other status that it may answer with, and when.
    query : type of Query, optional
        Its parameters; any parameter is refused where there is none.
    body : BodyModels, optional
        What is sent to it.
    is_light : bool
        Whether it is answered at once, however many others are at work.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    summary: str
    view: View
    answer: Answer
    example: Example
    errors: Mapping[int, str] = field(default_factory=dict)
    query: type[Query] | None = None
    body: BodyModels | None = None
    is_light: bool = False

    @property
    def name(self) -> str:
        """Unique name, from the view's."""
        return self.view.__name__

    @property
    def description(self) -> str:
        """The view's docstring on one line."""
        return " ".join((self.view.__doc__ or "").split())

    @property
    def rule(self) -> str:
        """The path as Flask's router wants it."""
        return self.path.replace(ARTICLE_ID, "<article_id:article_id>")

    def bind(self, wiring: Wiring) -> Callable[..., Response]:
        """Return the view over ``wiring`` as Flask calls it: it parses, then answers."""

        def serve(**path: str) -> Response:
            arguments = self._arguments(path)
            with nullcontext() if self.is_light else WORKING:
                return self.view(wiring, **arguments)

        return serve

    def _arguments(self, path: Mapping[str, str]) -> dict[str, Any]:
        arguments: dict[str, Any] = {name: _article_id(name, value) for name, value in path.items()}
        query = read_query(self.query or NoQuery)
        if self.query is not None:
            arguments["query"] = query
        if self.body is not None:
            arguments["body"] = read_body(self.body)
        return arguments


def operation(
    method: Literal["GET", "POST", "DELETE"],
    path: str,
    *,
    summary: str,
    answer: Answer,
    example: Example,
    errors: Mapping[int, str] | None = None,
    query: type[Query] | None = None,
    body: BodyModels | None = None,
    is_light: bool = False,
) -> Callable[[View], Operation]:
    """Declare the decorated view as an :class:`Operation`."""

    def declare(view: View) -> Operation:
        return Operation(
            method=method,
            path=path,
            summary=summary,
            view=view,
            answer=answer,
            example=example,
            errors=errors or {},
            query=query,
            body=body,
            is_light=is_light,
        )

    return declare


def _article_id(name: str, text: str) -> ArticleId:
    if not is_valid_id(text):
        raise InvalidInput(name, ID_RULE, repr(text[:80]))
    return ArticleId(text)
