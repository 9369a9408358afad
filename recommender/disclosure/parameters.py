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
    weight : float
        What the score gains for each unit of the feature.
    span : float
        How far the feature usually differs among the candidates of one feed.
    personal : bool
        Whether it is made of the reader's own data.
    """

    name: str
    weight: float
    span: float
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
    weight: float
    importance: float
    personal: bool


def main_parameters(features: Iterable[Weighed], language: str) -> tuple[Parameter, ...]:
    """Return the parameters that count, the most important first.

    Importance is ``|weight| × span`` over the sum of that: a large weight on what hardly differs
    moves little.

    Examples
    --------
    >>> fresh = Weighed(name="freshness", weight=0.5, span=0.8, personal=False)
    >>> followed = Weighed(name="followed", weight=0.1, span=1.0, personal=True)
    >>> [(each.name, each.importance) for each in main_parameters([followed, fresh], "en")]
    [('freshness', 0.8), ('followed', 0.2)]
    """
    counting = [each for each in features if each.weight]
    moved = {each.name: abs(each.weight) * each.span for each in counting}
    total = sum(moved.values()) or 1.0
    return tuple(
        Parameter(
            name=each.name,
            text=say(f"parameter.{each.name}", language),
            weight=each.weight,
            importance=moved[each.name] / total,
            personal=each.personal,
        )
        for each in sorted(counting, key=lambda each: (-moved[each.name], each.name))
    )
