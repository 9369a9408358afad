"""What stands before a dash where a paragraph begins: a dateline, or what to think of the rest.

"OSTLEY – " and "Berlin (dpa) - " say where a report is from, and go. "RUMOUR – " changes what
follows it, and so may any words that are no dateline for sure: nothing beneath them is quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from recommender.briefs.facts.names import Lexicon
from recommender.briefs.sentences import sentences_of

OPENING = 2
"""Paragraphs, from the first one on, that may begin with a dateline: a summary, and the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadIn:
    """What becomes of a paragraph by the words before its dash.

    Parameters
    ----------
    cut : int
        Characters that are a dateline.
    qualifies : bool
        Whether they may change what the paragraph says.
    """

    cut: int = 0
    qualifies: bool = False


def read_lead_in(paragraph: str, place: int, lexicon: Lexicon) -> LeadIn:
    """Return what stands before the dash that a paragraph begins with, if it does.

    Parameters
    ----------
    paragraph : str
        On one line.
    place : int
        Paragraphs before it in its text.
    lexicon : Lexicon
        How the story's sources write their words.

    Examples
    --------
    >>> told = Lexicon.of(["The council of Ostley met."])
    >>> read_lead_in("OSTLEY – Rain fell.", 0, told)
    LeadIn(cut=9, qualifies=False)
    >>> read_lead_in("RUMOUR – Rain fell.", 0, told)
    LeadIn(cut=0, qualifies=True)
    """
    found = _LEAD_IN.match(paragraph)
    if not found or len(sentences_of(found["words"])) > 1:
        return LeadIn()
    if place < OPENING and _is_dateline(found["words"], lexicon):
        return LeadIn(cut=found.end())
    return LeadIn(qualifies=True)


def _is_dateline(words: str, lexicon: Lexicon) -> bool:
    """Tell whether words are a place that the sources name, or one with a known agency."""
    found = _DATELINE.fullmatch(words)
    if not found or _QUALIFIES.search(words):
        return False
    place = found["place"] or ""
    named = [word.casefold() for word in _WORD.findall(place)]
    if found["agency"]:
        return all(lexicon.is_name(word) or not lexicon.knows(word) for word in named)
    return place.isupper() and all(map(lexicon.is_name, named))


_WORD = re.compile(r"[^\W\d_]+")
# Before a capital or a digit; "3 - 1" is a score.
_LEAD_IN = re.compile(
    r"(?P<words>[^–—]{1,80}?)(?!(?<=\d)[ –—-]{1,4}\d)(?: ?— ?| ?– | --? )"
    r"(?=[\"“„«]? ?[^\Wa-zß-ÿ_])"
)
_NAME = r"[^\W\d_a-zß-ÿ][^\W\d_]*\.?(?:['’-][^\W\d_]+)*"
_PLACE = rf"{_NAME}(?:(?: (?:am|an|auf|de|del|der|du|im|la|le|of|sur))* {_NAME}){{0,3}}"
_AGENCY = (
    r"(?i:afp|ansa|aap|ap|apa|ats|belga|bloomberg|cna|cp|dpa|dts|efe|epd|kna|kyodo|lusa|npr|ntb|pa"
    r"|pti|reuters|ritzau|sda|sid|stt|tass|tt|upi|xinhua|agence france-presse|associated press"
    r"|press association|europa press)"
)
_DAY = r"(?:[^\W\d_]{3,9}\.? \d{1,2}|\d{1,2}\.? [^\W\d_]{3,9}\.?)(?:,? \d{4})?"
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE}(?:, {_NAME})?)?(?:, {_DAY})?"
    rf" ?(?:\((?P<agency>{_AGENCY}(?:[/ ,-]{{1,2}}{_AGENCY})*(?:/\w{{2,3}})?)\))?"
)
# Words that no dateline has, whatever it looks like.
_QUALIFIES = re.compile(
    r"\b(?:rumou?r|alleg|claim|satir|parod|false|fake|hoax|myth|untrue|wrong|unconfirmed|unproven"
    r"|debunk|fiction|joke|opinion|analys|comment|column|editorial|letter|review|quiz|advert"
    r"|sponsored|promot|correct|retract|fact|forecast|prediction|scenario|if"
    r"|gerücht|behaupt|falsch|satire|mythos|meinung|kommentar|kolumne|glosse|anzeige|werbung"
    r"|korrektur|berichtigung|angeblich|erfunden|faktencheck|rätsel"
    r"|rumeur|faux|fausse|canular|intox|mythe|avis|tribune|publicité|rectificatif|erratum|démenti"
    r"|prétend|rumor|falso|falsa|bulo|mito|sátira|opinión|análisis|publicidad|anuncio|corrección"
    r"|desmentido|supuest)",
    re.IGNORECASE,
)
