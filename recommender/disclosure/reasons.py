"""Why an article is there: a code from the strongest part of its score, and a sentence from that.

The code and what it speaks of are stored with the slate; the sentence is made when it is read, in
the language of that moment.
"""

from __future__ import annotations

from enum import StrEnum

from recommender.disclosure.messages import say
from recommender.domain.slates import Reason


class ReasonCode(StrEnum):
    """The stable codes; behind each, what ``Reason.about`` is.

    A title: similar, session, context, co_read, story. A category: topic, trending, surge, fresh,
    explore, more. A category or a source: followed. Nothing: pinned, boost.
    """

    SIMILAR = "similar"
    SESSION = "session"
    CONTEXT = "context"
    CO_READ = "co_read"
    TOPIC = "topic"
    FOLLOWED = "followed"
    TRENDING = "trending"
    SURGE = "surge"
    FRESH = "fresh"
    EXPLORE = "explore"
    MORE = "more"
    PINNED = "pinned"
    BOOST = "boost"
    STORY = "story"


PINNED = Reason(code=ReasonCode.PINNED)
"""The reason of what the editors put at a position."""

_CODES = {
    "similarity": ReasonCode.SIMILAR,
    "session": ReasonCode.SESSION,
    "context": ReasonCode.CONTEXT,
    "co_read": ReasonCode.CO_READ,
    "affinity": ReasonCode.TOPIC,
    "followed": ReasonCode.FOLLOWED,
    "trending": ReasonCode.TRENDING,
    "surge": ReasonCode.SURGE,
    "freshness": ReasonCode.FRESH,
    "boost": ReasonCode.BOOST,
}
"""The code of each feature that can add to a score."""

_TITLED = frozenset(
    {ReasonCode.SIMILAR, ReasonCode.SESSION, ReasonCode.CONTEXT, ReasonCode.CO_READ}
)

_WITHOUT_NAME = {
    ReasonCode.CONTEXT: ReasonCode.SIMILAR,
    ReasonCode.CO_READ: ReasonCode.SIMILAR,
    ReasonCode.TOPIC: ReasonCode.MORE,
    ReasonCode.FOLLOWED: ReasonCode.MORE,
}
"""What is claimed instead where the sentence of a code has nothing to name."""


def reason_of(
    strongest: str,
    *,
    title: str | None = None,
    category: str | None = None,
    followed: str | None = None,
) -> Reason:
    """Return the reason that the strongest positive feature gives.

    Parameters
    ----------
    strongest : str
        Name of the feature that added most to the score.
    title : str or None
        Title of the article that this feature compares with: the reader's own for similarity and
        session, the one being read for context, the one read along with it for co_read.
    category : str or None
        The article's category.
    followed : str or None
        The followed category or source that the article belongs to.

    Raises
    ------
    KeyError
        The feature gives no reason; aversion never adds to a score.

    Examples
    --------
    >>> reason_text(reason_of("similarity", title="Better bread", category="food"), "en")
    'Because you read “Better bread”'
    >>> reason_of("affinity").code
    <ReasonCode.MORE: 'more'>
    """
    code = _CODES[strongest]
    about = _about(code, title, category, followed)
    if about is None and code in _WITHOUT_NAME:
        code = _WITHOUT_NAME[code]
        about = _about(code, title, category, followed)
    return Reason(code=code, about=about)


def more_reason(category: str | None) -> Reason:
    """Return the reason of an article that nothing speaks for in particular."""
    return Reason(code=ReasonCode.MORE, about=category)


def explore_reason(category: str | None) -> Reason:
    """Return the reason of an article that took an exploration slot."""
    return Reason(code=ReasonCode.EXPLORE, about=category)


def story_reason(title: str) -> Reason:
    """Return the reason of a brief whose place is owed to another article of its story."""
    return Reason(code=ReasonCode.STORY, about=title)


def reason_text(reason: Reason, language: str) -> str:
    """Return the sentence of a reason in one of the languages of ``messages``."""
    if reason.about is not None:
        return say(f"reason.{reason.code}", language, about=reason.about)
    bare = reason.code in {ReasonCode.PINNED, ReasonCode.BOOST}
    return say(f"reason.{reason.code}" if bare else f"reason.{reason.code}.any", language)


def _about(
    code: ReasonCode, title: str | None, category: str | None, followed: str | None
) -> str | None:
    if code in _TITLED:
        return title
    if code is ReasonCode.BOOST:
        return None
    return followed if code is ReasonCode.FOLLOWED else category
