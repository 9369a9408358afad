"""A text's sentences, in English, German, French, Spanish and Danish, by rules.

A stop ends a sentence where white space and a beginning follow: anything but a small letter. It
does not after an abbreviation, an initial or an ordinal. A paragraph's end always ends one. Where
both readings are possible ("row S. Then", "9 p.m. Police said") the text stays whole: a sentence
too long does less harm than one cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def sentences_of(text: str) -> list[str]:
    r"""Return the sentences of a text, each on one line; nothing but white space is lost.

    Parameters
    ----------
    text : str
        Plain; a blank line parts paragraphs, a line's end alone is white space.

    Examples
    --------
    >>> sentences_of("Mr. Ali paid 3.5 crowns. “Too much!” he said.\n\nIt rained")
    ['Mr. Ali paid 3.5 crowns.', '“Too much!” he said.', 'It rained']
    """
    return [sentence for paragraph in paragraphs_of(text) for sentence in _cut(paragraph)]


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text, each on one line with single spaces."""
    return [" ".join(paragraph.split()) for paragraph in _PARAGRAPH_END.split(text)]


def _cut(paragraph: str) -> Iterator[str]:
    """Yield the sentences of a paragraph whose white space is single spaces."""
    begins = 0
    for stop in _STOP.finditer(paragraph):
        if stop["wide"] or not _goes_on(paragraph, begins, stop):
            yield paragraph[begins : stop.end()].strip()
            begins = stop.end()
    if rest := paragraph[begins:].strip():
        yield rest


def _goes_on(paragraph: str, begins: int, stop: re.Match[str]) -> bool:
    """Tell whether a sentence goes on behind a stop that white space follows."""
    beginning = _BEGINNING.match(paragraph, stop.end())
    if not beginning or beginning["letter"].islower():
        return True
    if stop[0].rstrip(_CLOSERS) != ".":
        return False
    before = paragraph[max(begins, stop.start() - _LOOKED_BACK) : stop.start()]
    word = before.rpartition(" ")[2].lstrip(_OPENERS)
    following = beginning["word"]
    if _DOTTED.fullmatch(word):
        return following.casefold() not in _STARTERS
    return (
        word.casefold() in _BEFORE_A_NAME
        or (following[0].isdigit() and word.casefold() in _BEFORE_A_NUMBER)
        or bool(_INITIAL.fullmatch(word))
        or _is_ordinal(before, following)
    )


def _is_ordinal(before: str, following: str) -> bool:
    """Tell whether a number with a stop is "14." as in "14. Oktober" or "im 19. Jahrhundert"."""
    found = _ORDINAL.search(before)
    return bool(found and (not found["plain"] or following.casefold() in _GERMAN_MONTHS))


_OPENERS = "\"'“„«»‘‚([¿¡"  # noqa: RUF001
_CLOSERS = "\"'”“’‘»«)] "  # noqa: RUF001
_LOOKED_BACK = 40
"""Characters before a stop among which an abbreviation is looked for."""

_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
# Chinese and Japanese stops have no white space behind them; "»" has one before it in French.
# A run of stops is tried from its first one alone, or a row of n dots would take n² steps.
_STOP = re.compile(
    r"(?P<wide>[。！？]+[」』”’]*)"  # noqa: RUF001  # full-width marks, meant
    r"|(?<![.!?…।؟])[.!?…।؟]+(?: [!?])*(?:[\"'”“’‘»«)\]]| »(?= |$))*(?= )"  # noqa: RUF001
)
_BEGINNING = re.compile(r" *(?:[–—-] ?)?[\"'“„«»‘‚(\[¿¡]* ?(?P<word>(?P<letter>[^\W_])\w*)")  # noqa: RUF001
_INITIAL = re.compile(r"(?:[^\W\d_]\.?-?)?[^\W\d_a-zß-ÿ]")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_ORDINAL = re.compile(
    r"(?:^|\b(?:am|im|zum|vom|beim|seit|bis|der|das|den|dem|des) |(?P<plain> ))\d{1,2}$"
)
_MONTH_WORDS = (
    "januar jänner februar märz april mai juni juli august september oktober november dezember"
    " jahrhundert"
)
_GERMAN_MONTHS = frozenset(_MONTH_WORDS.split())
_BEFORE_A_NAME = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "mx",
        "messrs",
        "dr",
        "drs",
        "prof",
        "rev",
        "hon",
        "st",
        "ste",
        "gen",
        "col",
        "lt",
        "sgt",
        "capt",
        "maj",
        "cmdr",
        "gov",
        "sen",
        "rep",
        "del",
        "ariz",
        "ark",
        "calif",
        "colo",
        "conn",
        "fla",
        "minn",
        "okla",
        "tenn",
        "wis",
        "mt",
        "ft",
        "vs",
        "cf",
        "approx",
        "ca",
        "bzw",
        "dipl",
        "ing",
        "hr",
        "fr",
        "mme",
        "mlle",
        "mgr",
        "sra",
        "srta",
        "dña",
        "lic",
        "dir",
        "mag",
        "bl",
        "vgl",
        "evtl",
        "ggf",
        "inkl",
        "hrsg",
        "fhv",
        "kl",
    ]
)
_BEFORE_A_NUMBER = frozenset(
    [
        "d",
        "no",
        "nos",
        "nr",
        "núm",
        "num",
        "art",
        "fig",
        "vol",
        "p",
        "pp",
        "abs",
        "kap",
        "ch",
        "sec",
        "para",
        "c",
        "jan",
        "feb",
        "febr",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "okt",
        "nov",
        "dec",
        "dez",
        "déc",
        "janv",
        "févr",
        "avr",
        "juil",
        "ene",
        "abr",
        "ago",
        "dic",
        "tel",
        "ziff",
        "s",
    ]
)
# After "in the U.S." only these begin a sentence: most other capitals go on with the name.
_STARTERS = frozenset(
    [
        "the",
        "a",
        "an",
        "he",
        "she",
        "it",
        "they",
        "we",
        "i",
        "you",
        "this",
        "that",
        "these",
        "those",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "but",
        "and",
        "so",
        "as",
        "after",
        "before",
        "when",
        "while",
        "his",
        "her",
        "its",
        "their",
        "there",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "er",
        "sie",
        "es",
        "wir",
        "im",
        "am",
        "doch",
        "aber",
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "il",
        "elle",
        "ils",
        "elles",
        "ce",
        "cette",
        "el",
        "los",
        "las",
        "ella",
        "ellos",
        "pero",
        "det",
        "den",
        "en",
        "et",
        "han",
        "hun",
        "de",
    ]
)
