"""A sentence for the reader, from the same numbers that made the score."""

from __future__ import annotations

from recommender.domain.slates import Reason


def reason_of(
    contributions: dict[str, float], category: str | None, because_of: str | None
) -> Reason:
    """Return the reason that the largest contribution gives.

    Parameters
    ----------
    contributions : dict of str to float
        What each feature added to the score.
    category : str or None
        The article's category.
    because_of : str or None
        Title of the reader's own article that is most like this one, where one is like it.

    Examples
    --------
    >>> reason_of({"similarity": .4, "trending": .1}, "food", "Better bread").text
    'Because you read “Better bread”'
    """
    strongest = max(contributions, key=contributions.__getitem__)
    if strongest == "similarity":
        told = f"Because you read “{because_of}”" if because_of else "Close to what you read"
        return Reason(code="similar", text=told)
    if strongest == "affinity" and category:
        return Reason(code="topic", text=f"You often read {category}")
    where = f" in {category}" if category else ""
    if strongest == "trending":
        return Reason(code="trending", text=f"Read by many now{where}")
    return Reason(code="fresh", text=f"New{where}")
