"""What an article says of itself at the edges of its text, lifted out of that text.

Publishers write "[Generated with AI. Your feed is customised.]" below an article, or above it, and
a dateline before its first sentence. None of it is part of what the article tells, so none may be
embedded; what it says is kept as the article's own claims. Only brackets that begin or end the text
are looked at, and only those that make a known claim are lifted: "[Photo: AP]" stays, and so does
whatever would then be told to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.disclosure.datelines import Dateline, split_dateline
from recommender.disclosure.sentences import claims_of, speaks_of_ai
from recommender.domain.provenance import Claim, ClaimCode

LABEL_MAX = 600
"""Characters of the longest bracket that is read as a label."""

LABELS_MAX = 8
"""Brackets at the beginning of a text that are looked at, and at its end."""

_OPENING = {"]": "[", ")": "("}
_CLOSING = {opening: closing for closing, opening in _OPENING.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """A text and what was lifted out of it.

    Parameters
    ----------
    text : str
        What is left; empty where there was nothing else.
    claims : tuple of Claim
        In the order of the text, the dateline among them.
    dateline : Dateline or None
    heads : tuple of str
        The labels and the dateline that stood before the text, white space folded: a title that
        was made from the text begins with them.
    """

    text: str
    claims: tuple[Claim, ...]
    dateline: Dateline | None
    heads: tuple[str, ...] = ()

    @property
    def claims_ai(self) -> bool:
        """Whether the text says that it was generated with AI."""
        return any(claim.code is ClaimCode.GENERATED_WITH_AI for claim in self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bracket:
    """A bracket at an edge, with the white space between it and the text; its claims, if any."""

    text: str
    claims: tuple[Claim, ...]


def lift(text: str, *, with_ai: bool = False) -> Lifted:
    """Lift the labels at both ends and the leading dateline out of ``text``.

    Parameters
    ----------
    with_ai : bool
        Whether the article says elsewhere that it was generated with AI. Unless it does, there or
        here, a claim to be experimental that does not speak of AI stays in the text.

    Examples
    --------
    >>> lifted = lift("2 May 2025. Rain fell. [Written by AI. Photo: AP] [Page 3]")
    >>> lifted.text
    'Rain fell. [Page 3]'
    >>> [(claim.code.value, claim.text) for claim in lifted.claims]
    [('dateline', '2 May 2025.'), ('generated_with_ai', 'Written by AI.')]
    """
    middle, after = _split_end(text)
    before, middle = _split_start(middle)
    made = {claim.code for each in (*before, *after) for claim in each.claims}
    with_ai = with_ai or ClaimCode.GENERATED_WITH_AI in made
    above, kept_above = _sorted_out(before, with_ai=with_ai)
    below, kept_below = _sorted_out(after, with_ai=with_ai)
    left = (kept_above + middle + kept_below).lstrip() if above or below else text
    dateline, left = split_dateline(left)
    dated = (Claim(code=ClaimCode.DATELINE, text=dateline.text),) if dateline else ()
    heads = [*(each.text for each in above), *(each.text for each in dated)]
    return Lifted(
        text=left,
        claims=(*_claims(above), *dated, *_claims(below)),
        dateline=dateline,
        heads=tuple(" ".join(each.split()) for each in heads),
    )


def _split_end(text: str) -> tuple[str, list[_Bracket]]:
    """Return ``text`` without the brackets that end it, and those brackets."""
    brackets: list[_Bracket] = []
    left = text.rstrip()
    while len(brackets) < LABELS_MAX and (start := _bracket_start(left)) is not None:
        before = left[:start].rstrip()
        # "artificial intelligence [AI]" explains an abbreviation.
        apart = before[-1:] in _SENTENCE_ENDS or "\n" in left[len(before) : start]
        claims = _claims_in(left[start:].rstrip("."), apart=apart)
        brackets.insert(0, _Bracket(text=left[len(before) :], claims=claims))
        left = before
    return left, brackets


def _split_start(text: str) -> tuple[list[_Bracket], str]:
    """Return the brackets that begin ``text`` and may be labels, and the text without them."""
    brackets: list[_Bracket] = []
    left = text.lstrip()
    while len(brackets) < LABELS_MAX and (end := _bracket_end(left)) is not None:
        after = left[end:].removeprefix(".").lstrip()
        gap = left[end : len(left) - len(after)]
        apart = "\n" in gap or not after or split_dateline(after)[0] is not None
        # Within a paragraph "(AI-generated) Pictures" and "[trending] topics" begin sentences.
        follows = _BEGINS if left[0] == "[" else _BEGINS_BRACKET
        if not (apart or follows.match(after)):
            break
        claims = _claims_in(left[:end], apart=apart)
        brackets.append(_Bracket(text=left[: end + len(gap)], claims=claims))
        left = after
    return brackets, left


def _claims_in(bracket: str, *, apart: bool) -> tuple[Claim, ...]:
    """Return the claims of a bracket; a bare "[AI]" makes one only where it stands ``apart``."""
    label = bracket[1:-1].strip()
    if apart and bracket[0] == "[" and label in _BARE:
        return (Claim(code=ClaimCode.GENERATED_WITH_AI, text=label),)
    return tuple(claims_of(label))


def _sorted_out(brackets: Sequence[_Bracket], *, with_ai: bool) -> tuple[list[_Bracket], str]:
    """Return the brackets to lift, and the text of those that stay."""
    lifted = [each for each in brackets if each.claims and (with_ai or _is_told(each))]
    return lifted, "".join(each.text for each in brackets if each not in lifted)


def _is_told(bracket: _Bracket) -> bool:
    """Tell whether no claim is lost with a bracket of an article that does not claim AI."""
    return all(
        claim.code is not ClaimCode.EXPERIMENTAL or speaks_of_ai(claim.text)
        for claim in bracket.claims
    )


def _claims(brackets: Sequence[_Bracket]) -> tuple[Claim, ...]:
    return tuple(claim for each in brackets for claim in each.claims)


def _bracket_start(text: str) -> int | None:
    """Return where the bracket begins that ends ``text``; None where none does."""
    end = len(text) - (text.endswith(".") and text[-2:-1] in _OPENING)
    closing = text[end - 1 : end]
    if closing not in _OPENING:
        return None
    start = text.rfind(_OPENING[closing], max(0, end - LABEL_MAX), end)
    return start if start >= 0 and _is_whole(text[start + 1 : end - 1], closing) else None


def _bracket_end(text: str) -> int | None:
    """Return where the bracket ends that begins ``text``; None where none does."""
    opening = text[:1]
    if opening not in _CLOSING:
        return None
    end = text.find(_CLOSING[opening], 0, LABEL_MAX)
    return end + 1 if end > 0 and _is_whole(text[1:end], opening) else None


def _is_whole(label: str, bracket: str) -> bool:
    """Tell whether what stands in a bracket opens and closes only brackets of the other kind."""
    other = next(each for each in _OPENING if bracket not in (each, _OPENING[each]))
    return bracket not in label and label.count(other) == label.count(_OPENING[other])


_BARE = {"AI", "KI"}
"""Labels that claim generation where they are all that a bracket of its own holds."""

_SENTENCE_ENDS = {"", *'.!?…:;"”»’)]'}
_BEGINS_BRACKET = re.compile(r"[\[(]")
_BEGINS = re.compile(r"[^\W_a-zß-ÿ]|[\[(¿¡\"“«„]")
