"""An operation: one method on one path, declared beside its view, served and documented from that.

The same declaration parses the request, gives the view what it parsed, and is what
``/openapi.json`` and ``/docs`` are made of; so none of them can say something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore
from typing import Any, Literal

from flask import Response
from pydantic import BaseModel

from api.bodies import BodyModels, read_body
from api.queries import NoQuery, Query, read_query
from recommender.bootstrap import Wiring
from recommender.domain.brief_records import ID_DIGITS, ID_FORM, ID_PREFIX, is_brief_id
from recommender.domain.brief_records import ID_PATTERN as BRIEF_ID_PATTERN
from recommender.domain.experiments import KEY_PATTERN, KEY_RULE
from recommender.domain.ids import ID_MAX_CHARACTERS, ID_PATTERN, ID_RULE, is_valid_id
from recommender.errors import InvalidInput

Method = Literal["GET", "POST", "PUT", "DELETE"]

ARTICLE_ID = "{article_id}"
"""How a path names an article."""

USER_ID = "{user_id}"
"""How a path names a reader."""

STORY_ID = "{story_id}"
"""How a path names a story."""

BRIEF_ID = "{brief_id}"
"""How a path names a brief."""

KEY_MAX_CHARACTERS = 64
"""Longest key of an experiment, as ``KEY_PATTERN`` has it."""

EXPERIMENT_KEY = "{key}"
"""How a path names an experiment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathName:
    """What a path may name: in words, and the form that it has.

    Parameters
    ----------
    converter : str
        What takes it out of the path: ``id`` takes slashes along, ``string`` none.
    """

    meaning: str
    rule: str
    pattern: str
    max_characters: int
    converter: str
    is_valid: Callable[[str], bool]


_ID = partial(
    PathName,
    rule=ID_RULE,
    pattern=ID_PATTERN,
    max_characters=ID_MAX_CHARACTERS,
    converter="id",
    is_valid=is_valid_id,
)

PATH_NAMES: Mapping[str, PathName] = {
    ARTICLE_ID: _ID(meaning="An article's id"),
    USER_ID: _ID(meaning="A reader's id"),
    STORY_ID: _ID(meaning="A story's id"),
    BRIEF_ID: PathName(
        meaning="A brief's id",
        rule=ID_FORM,
        pattern=BRIEF_ID_PATTERN,
        max_characters=len(ID_PREFIX) + ID_DIGITS,
        converter="string",
        is_valid=is_brief_id,
    ),
    EXPERIMENT_KEY: PathName(
        meaning="An experiment's key",
        rule=KEY_RULE,
        pattern=KEY_PATTERN,
        max_characters=KEY_MAX_CHARACTERS,
        converter="string",
        is_valid=lambda text: re.fullmatch(KEY_PATTERN, text) is not None,
    ),
}
"""What a path may name."""

NOW = "NOW"
"""Stands in an example's body for the time at which it is shown."""

WORKING = BoundedSemaphore(2)
"""Views at work at a time in one process. Threads are many, so that slow clients hold up nobody;
but more than two that compute only hand the interpreter's lock around."""

View = Callable[..., Response]
"""Takes the wiring and, by name, what is declared: the path's name, ``query``, ``body``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that shows the operation: a path with its query, and a body where one is sent.

    Parameters
    ----------
    query : mapping of str to str
        Parameters, besides those in ``path``, whose values are easier to read unencoded.
    accept : str or None
        The media type that is asked for.
    stand_in : str or None
        The parameter, or name in the path, whose value only looks like one: nobody can know in
        advance a right one, and so the example is answered with 404 until it is replaced.
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    accept: str | None = None
    body: Mapping[str, object] | None = None
    stand_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operation answers with when all is well; no model for an empty answer.

    Parameters
    ----------
    also : mapping of str to type of BaseModel or None
        Other media types that it can be had in, with their models; None is no JSON.
    """

    status: int
    meaning: str
    model: type[BaseModel] | None = None
    also: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path.

    Parameters
    ----------
    path : str
        With a name of ``PATH_NAMES`` where it names one.
    errors : mapping of int to str
        Each other status that it may answer with as a problem, and when.
    error_pages : mapping of int to str
        Each other status that it may answer with as a page, and when.
    query : type of Query, optional
        Its parameters; any parameter is refused where there is none.
    body : BodyModels, optional
        What is sent to it.
    more_examples : tuple of Example
        Shown after ``example``.
    is_light : bool
        Whether it is not counted among the views that compute, and so answered at once, however
        many of those are at work: it does little, or it waits for Redis most of its time.
    not_ending : tuple of str
        Last segments that an id at the end of its path may not have: such a path belongs to the
        operations that it is declared for, and has no other methods than theirs.
    answers_head : bool
        Whether a GET is also answered as HEAD: not where it leaves a trace, since HEAD shows
        nobody what is then remembered as shown.
    """

    method: Method
    path: str
    summary: str
    view: View
    answer: Answer
    example: Example
    errors: Mapping[int, str] = field(default_factory=dict)
    error_pages: Mapping[int, str] = field(default_factory=dict)
    query: type[Query] | None = None
    body: BodyModels | None = None
    more_examples: tuple[Example, ...] = ()
    is_light: bool = False
    not_ending: tuple[str, ...] = ()
    answers_head: bool = True

    @property
    def name(self) -> str:
        """Unique name, from the view's."""
        return self.view.__name__

    @property
    def examples(self) -> tuple[Example, ...]:
        """All of its examples."""
        return (self.example, *self.more_examples)

    @property
    def description(self) -> str:
        """The view's docstring on one line."""
        return " ".join((self.view.__doc__ or "").split())

    @property
    def rule(self) -> str:
        """The path as Flask's router wants it."""
        rule = self.path
        kept = f"({','.join(self.not_ending)})" if self.not_ending else ""
        for name, each in PATH_NAMES.items():
            rule = rule.replace(name, f"<{each.converter}{kept}:{name.strip('{}')}>")
        return rule

    def bind(self, wiring: Wiring) -> Callable[..., Response]:
        """Return the view over ``wiring`` as Flask calls it: it parses, then answers."""

        def serve(**path: str) -> Response:
            arguments = self._arguments(path)
            with nullcontext() if self.is_light else WORKING:
                return self.view(wiring, **arguments)

        return serve

    def _arguments(self, path: Mapping[str, str]) -> dict[str, Any]:
        arguments: dict[str, Any] = {name: _checked(name, value) for name, value in path.items()}
        query = read_query(self.query or NoQuery)
        if self.query is not None:
            arguments["query"] = query
        if self.body is not None:
            arguments["body"] = read_body(self.body)
        return arguments


def operation(
    method: Method,
    path: str,
    *,
    summary: str,
    answer: Answer,
    example: Example,
    errors: Mapping[int, str] | None = None,
    error_pages: Mapping[int, str] | None = None,
    query: type[Query] | None = None,
    body: BodyModels | None = None,
    more_examples: tuple[Example, ...] = (),
    is_light: bool = False,
    not_ending: tuple[str, ...] = (),
    answers_head: bool = True,
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
            error_pages=error_pages or {},
            query=query,
            body=body,
            more_examples=more_examples,
            is_light=is_light,
            not_ending=not_ending,
            answers_head=answers_head,
        )

    return declare


def _checked(name: str, text: str) -> str:
    wanted = PATH_NAMES[f"{{{name}}}"]
    if not wanted.is_valid(text):
        raise InvalidInput(name, wanted.rule, repr(text[:80]))
    return text
