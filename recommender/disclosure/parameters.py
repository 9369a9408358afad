"""The main parameters of the ranking in plain language, with how much each can move.

What the EU's Digital Services Act asks of recommender systems: article 27 (the main parameters and
their relative importance) and article 38 (an option that is not based on profiling).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.disclosure.messages import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One feature of a ranking.

    Parameters
    ----------
    told_as : str
        The parameter that it is part of.
    effect : float
        Its share in what moves scores.
    personal : bool
        Whether it is made of the reader's own data.
    """

    told_as: str
    effect: float
    personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A main parameter as it is told.

    Parameters
    ----------
    importance : float
        Share, 0 to 1, of what all parameters together can move; they sum to 1.
    """

    name: str
    text: str
    importance: float
    personal: bool


def main_parameters(features: Iterable[Weighed], language: str) -> tuple[Parameter, ...]:
    """Return the parameters that count, the most important first.

    Examples
    --------
    >>> fresh = Weighed(told_as="freshness", effect=0.4, personal=False)
    >>> new = Weighed(told_as="freshness", effect=0.4, personal=False)
    >>> followed = Weighed(told_as="followed", effect=0.2, personal=True)
    >>> found = main_parameters([followed, fresh, new], "en")
    >>> [(each.name, each.importance) for each in found]
    [('freshness', 0.8), ('followed', 0.2)]
    """
    moved: dict[str, float] = {}
    personal = set()
    for each in features:
        if each.effect:
            moved[each.told_as] = moved.get(each.told_as, 0.0) + each.effect
            personal |= {each.told_as} if each.personal else set()
    total = sum(moved.values()) or 1.0
    return tuple(
        Parameter(
            name=name,
            text=say(f"parameter.{name}", language),
            importance=moved[name] / total,
            personal=name in personal,
        )
        for name in sorted(moved, key=lambda name: (-moved[name], name))
    )
