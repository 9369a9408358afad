"""The name of a source's publisher, and where a text says it.

Whom a brief cites is known, and no fact of its event: "France 24" counts nothing, the "Sunday
Times" is of no day, and "Der Standard" is a name although its words are common ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from recommender.briefs.facts.names import Name
from recommender.briefs.facts.spans import is_free
from recommender.briefs.facts.typography import plain, words

# "Der Standard" is "im Standard" too, but "The 19th" is not any 19th.
_ARTICLE = re.compile(
    r"(?:the|der|die|das|le|la|les|el|los|las|den|det) (?=[^\W\d_])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whom a brief may name although its sources do not.

    Parameters
    ----------
    name : Name
        Told by all its words, those in digits too.
    spelt : re.Pattern
        Its name as a text has it: in the same case, with or without its article.
    """

    name: Name
    spelt: re.Pattern[str]

    @classmethod
    def of(cls, told: str) -> Self:
        """Read a publisher's name."""
        told = plain(told)
        article = _ARTICLE.match(told)
        bare = re.escape(told[article.end() :] if article else told)
        lead = rf"(?:{article[0]})?" if article else ""
        return cls(
            name=Name(start=0, end=len(told), parts=(tuple(words(told)),)),
            spelt=re.compile(rf"(?<![\w.,:])(?i:{lead}){bare}(?!\w|[.,:]\d)"),
        )


def named_in(text: str, publishers: Iterable[Publisher]) -> list[Name]:
    """Return where a text names publishers, the longer name where two overlap.

    Parameters
    ----------
    text : str
        As :func:`~.typography.plain` spells it.
    """
    found: list[Name] = []
    for publisher in sorted(publishers, key=lambda one: -one.name.end):
        for match in publisher.spelt.finditer(text):
            if is_free(match.start(), match.end(), found):
                start, end = match.span()
                found.append(Name(start=start, end=end, parts=publisher.name.parts))
    return found
