"""What can be wrong with a sentence that a checker is tried on, and such a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.briefs import Event, Sentence


class Planted(StrEnum):
    """What is wrong with a sentence."""

    NUMBER = "number"
    NAME = "name"
    INVENTED = "invented"
    DATE = "date"
    NEGATION = "negation"


FACTS = (Planted.NUMBER, Planted.NAME, Planted.INVENTED, Planted.DATE)
"""The kinds that are counted together; negations are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sentence as it could stand in a brief.

    Parameters
    ----------
    planted : Planted or None
        None where it is faithful.
    done : tuple of str
        What was done to a source's sentence, in the order it was done.
    """

    event: Event
    sentence: Sentence
    planted: Planted | None
    done: tuple[str, ...]
