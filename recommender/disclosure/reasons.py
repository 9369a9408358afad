"""A sentence for the reader, from the same numbers that made the score."""

from __future__ import annotations

from recommender.domain.slates import Reason


def reason_of(strongest: str, category: str | None, because_of: str | None) -> Reason:
    """Return the reason that a feature gives.

    Parameters
    ----------
    strongest : str
        Name of the feature that added most to the score.
    category : str or None
        The article's category.
    because_of : str or None
        Title of the reader's own article that is most like this one, where one is like it.

    Examples
    --------
    >>> reason_of("similarity", "food", "Better bread").text
    'Because you read “Better bread”'
    """
    if strongest == "similarity":
        told = f"Because you read “{because_of}”" if because_of else "Close to what you read"
        return Reason(code="similar", text=told)
    if strongest == "affinity" and category:
        return Reason(code="topic", text=f"Because you read about {category}")
    where = f" in {category}" if category else ""
    if strongest == "trending":
        return Reason(code="trending", text=f"Read by many now{where}")
    return Reason(code="fresh", text=f"New{where}")
