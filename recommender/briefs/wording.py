"""How the words of others are shown in a language: quotation marks and attribution.

What stands between the outer marks is word for word the source's. Only its own quotation marks
become the inner ones of the language, and its last stop goes or becomes a comma.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.briefs.sentences import sentences_of

NAME_CHARACTERS, NAME_WORDS = 60, 6
"""Longest name of a publisher that stands in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A language's way to quote.

    Parameters
    ----------
    outer, inner : tuple of str
        What opens and closes a quotation, and one within it.
    comma_within : bool
        Whether the comma behind a quotation stands within its marks.
    reports : str
        With the place ``name``.
    adds : tuple of str
        For further quotations of the same source, by turns.
    as_does, as_do : str
        Before the name of another source of the same, and before several.
    last : str
        Between the last two of several names.
    article : str
        Before a title that stands for a publisher.
    """

    outer: tuple[str, str]
    inner: tuple[str, str]
    comma_within: bool = False
    reports: str
    adds: tuple[str, ...]
    as_does: str
    as_do: str
    last: str
    article: str


def wording_of(language: str | None) -> Wording | None:
    """Return a language's wording, or None where there is none for it."""
    return _WORDINGS.get(language or "")


def attributed(
    text: str, name: str, *, others: Sequence[str], turn: int, wording: Wording | None
) -> str:
    """Quote a text and say whose it is, in one sentence.

    Parameters
    ----------
    text : str
        Whole sentences of one source.
    name : str
        Its name.
    others : sequence of str
        Names of further sources that tell the same in other words.
    turn : int
        How many sentences before, without another between, quote the same source.

    Examples
    --------
    >>> attributed(
    ...     "It broke.", "The Post", others=["Wire"], turn=0, wording=wording_of("en")
    ... )
    '“It broke,” The Post reports, as does Wire.'
    """
    if wording is None:
        told = f"{name}: {_in_marks(text, _NEUTRAL_OUTER, _NEUTRAL_INNER)}"
        return f"{told} ({', '.join(others)})" if others else told
    adding = wording.adds[(turn - 1) % len(wording.adds)]
    saying = adding if turn else wording.reports.format(name=name)
    return f"{_clause(text, wording)} {saying}{_likewise(others, wording)}."


def quoted_title(title: str, wording: Wording | None) -> str:
    """Return a title in the outer marks of its language."""
    if wording is None:
        return _in_marks(title, _NEUTRAL_OUTER, _NEUTRAL_INNER)
    return _in_marks(title, wording.outer, wording.inner)


def can_be_named(publisher: str) -> bool:
    """Tell whether a publisher's name can stand in a sentence without saying anything itself.

    It stands outside the quotation marks, so "Mayor Held. Kell Post" would be the brief's own word.
    """
    return (
        len(publisher) <= NAME_CHARACTERS
        and 1 <= len(publisher.split()) <= NAME_WORDS
        and publisher.isprintable()
        and any(character.isalpha() for character in publisher)
        and not _NO_NAME.search(publisher)
        and len(sentences_of(publisher)) == 1
    )


def named_by_title(title: str, wording: Wording | None) -> str:
    """Return what a source is called that names no publisher, or none that can be named."""
    marked = quoted_title(title, wording)
    return f"{wording.article} {marked}" if wording else marked


def _clause(text: str, wording: Wording) -> str:
    """Return a quotation as the first part of a sentence, with the comma that ends it."""
    stop = _LAST_STOP.search(text)
    if stop and not wording.comma_within:
        text = text[: stop.start()] + stop["closing"]
    elif stop:
        text = f"{text[: stop.start()]},{stop['closing']}"
    marked = _in_marks(text, wording.outer, wording.inner)
    return marked if wording.comma_within else f"{marked},"


def _in_marks(text: str, outer: tuple[str, str], inner: tuple[str, str]) -> str:
    """Put a text in marks; those within it open and close by turns."""
    parts = _DOUBLE_MARK.split(text)
    within = "".join(part + inner[place % 2] for place, part in enumerate(parts[:-1]))
    return f"{outer[0]}{within}{parts[-1]}{outer[1]}"


def _likewise(others: Sequence[str], wording: Wording) -> str:
    if not others:
        return ""
    if len(others) == 1:
        return f", {wording.as_does} {others[0]}"
    return f", {wording.as_do} {', '.join(others[:-1])} {wording.last} {others[-1]}"


_DOUBLE_MARK = re.compile(r"« ?| ?»|[\"“”„]")
# A full stop, but for that of "U.S.", and the quotation marks behind it.
_LAST_STOP = re.compile(r"(?<!\.)(?<!\.\w)\.(?P<closing>(?: ?[\"”’“»])*)$")
# Marks that end or quote something, and letters that are not seen.
_NO_NAME = re.compile(r"[:;\"“”„«»<>{}\u115f\u1160\u3164\uffa0]")
_NEUTRAL_OUTER, _NEUTRAL_INNER = ("“", "”"), ("\N{LEFT SINGLE QUOTATION MARK}", "’")

_WORDINGS = {
    "en": Wording(
        outer=("“", "”"),
        inner=("\N{LEFT SINGLE QUOTATION MARK}", "’"),
        comma_within=True,
        reports="{name} reports",
        adds=("it adds", "it says"),
        as_does="as does",
        as_do="as do",
        last="and",
        article="the article",
    ),
    "de": Wording(
        outer=("„", "“"),
        inner=("\N{SINGLE LOW-9 QUOTATION MARK}", "\N{LEFT SINGLE QUOTATION MARK}"),
        reports="berichtet {name}",
        adds=("heißt es dort weiter", "heißt es dort auch"),
        as_does="ebenso",
        as_do="ebenso",
        last="und",
        article="der Artikel",
    ),
    "fr": Wording(
        outer=("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"),
        inner=("“", "”"),
        reports="rapporte {name}",
        adds=("ajoute la même source", "précise la même source"),
        as_does="de même que",
        as_do="de même que",
        last="et",
        article="l’article",
    ),
    "es": Wording(
        outer=("«", "»"),
        inner=("“", "”"),
        reports="informa {name}",
        adds=("añade la misma fuente", "precisa la misma fuente"),
        as_does="al igual que",
        as_do="al igual que",
        last="y",
        article="el artículo",
    ),
}
