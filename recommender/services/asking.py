"""What a feed is asked for, and how much of that its further pages need to know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from recommender.candidates.filters import NO_FILTER, FeedFilter, parse_filter
from recommender.domain.ids import ArticleId, ReaderId

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE | re.ASCII)
"""A tag that names a language, with its first subtag (RFC 5646); ``*`` names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a first page is asked for.

    Parameters
    ----------
    reader : ReaderId or None
        None for a guest.
    size : int or None
        The site's where None.
    personalised : bool
        False: no data of the reader are read, used or kept.
    language : str or None
        The language of the sentences, before the reader's own preference.
    accepted : tuple of str
        Languages that will do as well, after that preference.
    variant : str or None
        The signed parameter that asks for a variant.
    """

    reader: ReaderId | None = None
    size: int | None = None
    reading: ArticleId | None = None
    wanted: FeedFilter = NO_FILTER
    diversity: float | None = None
    personalised: bool = True
    language: str | None = None
    accepted: tuple[str, ...] = ()
    variant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMore:
    """What a further page is asked for; ``reader`` as for the page before."""

    cursor: str
    reader: ReaderId | None = None
    size: int | None = None
    language: str | None = None
    accepted: tuple[str, ...] = ()


def language_of(tags: Sequence[str]) -> str | None:
    """Return the language of the first tag that names one; country and script are not told.

    Examples
    --------
    >>> language_of(["*", "pt-BR", "de"])
    'pt'
    """
    found = (_LANGUAGE.fullmatch(tag) for tag in tags)
    return next((each[1].lower() for each in found if each), None)


def written(ask: Ask) -> bytes:
    """Return what an ordering that continues this one needs to know."""
    wanted = ask.wanted.model_dump_json(exclude_defaults=True)
    return orjson.dumps(
        {
            "reading": ask.reading,
            "filter": wanted,
            "diversity": ask.diversity,
            "language": ask.language,
            "variant": ask.variant,
        }
    )


def read(request: bytes) -> Ask:
    """Return what :func:`written` wrote; for whom and how much is not in it."""
    fields = orjson.loads(request)
    return Ask(
        reading=fields["reading"],
        wanted=parse_filter(fields["filter"]),
        diversity=fields["diversity"],
        language=fields["language"],
        variant=fields.get("variant"),  # what was kept before has none
    )
