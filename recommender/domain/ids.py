"""Identifiers, told apart by type, and the one rule that all of them obey."""

from __future__ import annotations

import re
from typing import NewType

ArticleId = NewType("ArticleId", str)
ReaderId = NewType("ReaderId", str)
SiteId = NewType("SiteId", str)
SlateId = NewType("SlateId", str)
EventId = NewType("EventId", str)

ID_MAX_CHARACTERS = 128
"""Longest id of an article, a reader, an event or a slate, in characters."""

ID_PATTERN = (
    r"^[^\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff{}"
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\ufe00-\ufe0f\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e0fff]+$"
)
"""Visible characters only: no white space, no control or direction marks, no halves of a
surrogate pair, no braces
(braces would let an id choose its own Redis Cluster slot)."""

ID_RULE = (
    f"1 to {ID_MAX_CHARACTERS} visible characters without spaces, braces or control characters"
)

SITE_PATTERN = r"^[a-z0-9][a-z0-9-]{0,31}$"
SITE_RULE = "1 to 32 of a-z, 0-9 and '-', not starting with '-'"

LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""Form of a language tag, like en or pt-BR (BCP 47)."""

_ID = re.compile(ID_PATTERN)


def is_valid_id(text: str) -> bool:
    r"""Tell whether ``text`` may name an article, reader, event or slate.

    Examples
    --------
    >>> is_valid_id("article-7"), is_valid_id("two words"), is_valid_id("line\n")
    (True, False, False)
    """
    if text in {".", ".."}:  # a client takes them out of a path before it sends it
        return False
    return len(text) <= ID_MAX_CHARACTERS and _ID.fullmatch(text) is not None
