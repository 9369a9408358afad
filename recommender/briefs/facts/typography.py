"""One spelling for characters that mean the same: spaces, dashes, apostrophes, composed letters."""

from __future__ import annotations

import re
import unicodedata

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_APOSTROPHES = "\u2019\u02bc\u2032`\u00b4\uff07"
_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_TABLE = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys(_HIDDEN),
    }
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = re.compile("[⁰¹²³⁴-⁹]+")
_FRACTION = re.compile("(?<=\\d)(?=[¼-¾⅐-⅟↉])")
_GROUPED = re.compile(r"(?<=\d)_(?=\d)")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_SOLID = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
"""A character of a script that is written without spaces between words."""


_STEM = 5
_PLURAL_MIN = 3


def plain(text: str) -> str:
    """Return the text in one spelling: NFKC, plain dashes and apostrophes, single spaces.

    "5½" becomes 5 and, behind a space, 1 and 2 with a fraction slash (U+2044) between them, "10²"
    becomes "10^2", where NFKC alone begins with 51 and makes 102; a raised digit behind a word is
    left out, and so is what groups the digits of "1_000". Doing it again changes nothing.

    >>> plain("It’s 5–4")
    "It's 5-4"
    """
    apart = _FRACTION.sub(" ", _RAISED.sub(_lowered, text.translate(_TABLE)))
    spelt = unicodedata.normalize("NFKC", apart).translate(_TABLE)
    # A character left out, or an apostrophe made plain, can let its neighbours compose.
    again = unicodedata.normalize("NFKC", spelt).translate(_TABLE)
    return _SPACE.sub(" ", _GROUPED.sub("", again)).strip()


def _lowered(raised: re.Match[str]) -> str:
    at = raised.start()
    is_power = at > 0 and raised.string[at - 1].isdecimal()
    return "^" + raised[0].translate(_SUPERSCRIPTS) if is_power else ""


def words(text: str) -> list[str]:
    """Return the words without case and punctuation; a character where no spaces part words.

    >>> words("The Mayor's 4.50-crown fee")
    ['the', 'mayor', 's', '4', '50', 'crown', 'fee']
    """
    found: list[str] = []
    for word in _WORD.findall(text.casefold()):
        found.extend(word if _SOLID.search(word) else (word,))
    return found


def stem(word: str) -> str:
    """Return the beginning of a word, by which its forms are taken for one.

    >>> stem("approved") == stem("approval")
    True
    """
    return (word.removesuffix("s") if len(word) > _PLURAL_MIN else word)[:_STEM]
