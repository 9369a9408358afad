"""What is known of a feature besides its values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSpec:
    """One feature.

    Parameters
    ----------
    told_as : str
        The parameter that it is part of when the ranking is explained.
    span : float
        How far it usually differs among the candidates of one feed (its 90th less its 10th
        percentile): weight × span tells what it can move.
    personal : bool
        Whether it is made of the reader's own data.
    exposure : bool
        Whether it is made of what was offered to the crowd, clicked or not.
    """

    name: str
    told_as: str
    span: float
    personal: bool
    exposure: bool = False


def specs(
    told_as: str, *, personal: bool = False, exposure: bool = False, **spans: float
) -> tuple[FeatureSpec, ...]:
    """Return one feature for each name with its span, all of one kind.

    Examples
    --------
    >>> [each.name for each in specs("trending", clicks_1h=2.0, clicks_4h=2.5)]
    ['clicks_1h', 'clicks_4h']
    """
    return tuple(
        FeatureSpec(name=name, told_as=told_as, span=span, personal=personal, exposure=exposure)
        for name, span in spans.items()
    )
