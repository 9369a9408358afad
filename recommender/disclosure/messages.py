"""Every sentence that readers are told, in four languages.

A topic, a source or a title stands in a sentence as the site wrote it, so the sentences are built
around them without grammar that would have to bend.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.disclosure.brief_wording import BRIEF_MESSAGES
from recommender.disclosure.wording import MESSAGES

_SENTENCES = {**MESSAGES, **BRIEF_MESSAGES}

LANGUAGES = ("en", "de", "fr", "es")
"""Languages that sentences exist in; the first one stands in for all others."""


def pick_language(wanted: Sequence[str]) -> str:
    """Return the first wanted language that sentences exist in, else English.

    Parameters
    ----------
    wanted : sequence of str
        BCP 47 tags, the dearest first; of each the first subtag decides (RFC 4647, lookup).

    Examples
    --------
    >>> pick_language(["pt-BR", "de-AT", "fr"])
    'de'
    >>> pick_language([])
    'en'
    """
    for tag in wanted:
        language = tag.partition("-")[0].partition("_")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def say(key: str, language: str, **slots: object) -> str:
    """Return the sentence ``key`` in ``language``, one of ``LANGUAGES``, with its slots filled.

    Raises
    ------
    KeyError
        There is no such sentence, language or slot.

    Examples
    --------
    >>> say("reason.topic", "de", about="science")
    'Weil Sie über science lesen'
    """
    return _SENTENCES[key][LANGUAGES.index(language)].format_map(slots)
