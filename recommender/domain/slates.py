"""The slate: the ordered articles of one response, with why each is there.

Kept as columns: an ordering is made, cut, logged and stored as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId, ReaderId, SiteId, SlateId

NO_SCHEMA = ""
"""Of what was logged before slates told the schema of their features, and where rows of two schemas
stand in one slate."""

NO_TEAM = ""
"""Of an article in merged rankings that neither of them brought: it was drawn or pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an article is there: a stable code and what the sentence speaks of.

    Parameters
    ----------
    about : str or None
        A title, a category or a source; what it is follows from the code.
    """

    code: str
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """n articles in the order in which they are shown.

    Parameters
    ----------
    scores, propensities : ndarray, shape (n,), float64
        A propensity is the logging policy's probability, in (0, 1], of this article at this place.
    sources : tuple of str
        The candidate source that brought each article first.
    features : ndarray, shape (n, f), float32
        The rows that the ranker saw.
    contributions : ndarray, shape (n, f), float64
        The signed part of each feature in the score; a row sums to its score.
    teams : tuple of str or None
        Where two rankings were merged, which of them brought each article: a Team of
        ``recommender.experiments.interleaving``, or ``NO_TEAM``; None where nothing was merged.
    credits : tuple of float, -1 to 1, or None
        Whose a click on each is, as of ``recommender.experiments.interleaving.Drafted``; 0 where it
        is of no team. None where nothing was merged, and before credits were told.
    """

    articles: tuple[ArticleId, ...]
    scores: NDArray[np.float64]
    sources: tuple[str, ...]
    propensities: NDArray[np.float64]
    features: NDArray[np.float32]
    contributions: NDArray[np.float64]
    reasons: tuple[Reason, ...]
    teams: tuple[str, ...] | None = None
    credits: tuple[float, ...] | None = None

    def __len__(self) -> int:
        """How many articles there are."""
        return len(self.articles)

    def take(self, places: Sequence[int]) -> Ordering:
        """Return the articles at ``places``, in that order."""
        chosen = list(places)
        return Ordering(
            articles=tuple(self.articles[each] for each in chosen),
            scores=self.scores[chosen],
            sources=tuple(self.sources[each] for each in chosen),
            propensities=self.propensities[chosen],
            features=self.features[chosen],
            contributions=self.contributions[chosen],
            reasons=tuple(self.reasons[each] for each in chosen),
            teams=None if self.teams is None else tuple(self.teams[each] for each in chosen),
            credits=None if self.credits is None else tuple(self.credits[each] for each in chosen),
        )

    def followed_by(self, other: Ordering) -> Ordering:
        """Return these articles and then the others; of no teams."""
        return Ordering(
            articles=self.articles + other.articles,
            scores=np.concatenate([self.scores, other.scores]),
            sources=self.sources + other.sources,
            propensities=np.concatenate([self.propensities, other.propensities]),
            features=np.concatenate([self.features, other.features]),
            contributions=np.concatenate([self.contributions, other.contributions]),
            reasons=self.reasons + other.reasons,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlateFacts:
    """What was measured of a slate when it was served: what no better variant may make worse.

    Parameters
    ----------
    milliseconds : float
        From when the page was asked for until it was handed to the log.
    diversity : float or None
        Mean cosine distance between any two of its articles, 0 to 2; None of fewer than two.
    ai_share : float or None
        Share of its articles that are known to be generated with AI; None of no articles.
    failures : int or None
        Parts that failed while its ordering was made: each candidate source that was skipped, and
        the ranker where the one that the settings name did not serve. None where it was logged
        before they were counted.
    """

    milliseconds: float
    diversity: float | None
    ai_share: float | None
    failures: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate:
    """What one request is answered with, as it is logged.

    Parameters
    ----------
    token : str
        16 random hexadecimal digits; with the place in the log they make the slate's id.
    reader : ReaderId or None
        None for a guest, and for whoever asked for a feed without personalisation.
    start : int
        Position of the first article: 1 on a first page.
    variant : str or None
        The experiments whose variants could have changed it, see
        :func:`recommender.domain.experiments.told`.
    customised : bool
        Whether the reader's own data changed the order.
    feature_names : tuple of str
        Names of the f columns.
    schema : str
        Digest of these names and of the settings that the features were made under.
    facts : SlateFacts or None
        None where it was logged before they were measured.
    language : str or None
        Two or three letters: what the reader asked for, else prefers, else their browser does. None
        where nothing tells it, of a guest, and where it was logged before it was told.
    """

    token: str
    site: SiteId
    reader: ReaderId | None
    created_at: float
    policy: str
    variant: str | None
    customised: bool
    start: int
    ordering: Ordering
    feature_names: tuple[str, ...]
    schema: str
    facts: SlateFacts | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is left of an ordering after its first pages: the next pages come from here.

    Parameters
    ----------
    token : str
        The first slate's token.
    version : int
        Grows with each page taken; 0 before the first.
    next_position : int
        Position of the first article that is left.
    left : Ordering
        Articles not shown yet, in order.
    shown : tuple of ArticleId
        What the pages have shown, as far as it is remembered.
    complete : bool
        True where the ordering held everything that could be shown: nothing comes after it.
    page_size : int
        Articles of a further page that is asked for without a size.
    request : bytes
        JSON of what was asked for, for the ordering that follows this one.
    failures : int or None
        Of the ordering, see :class:`SlateFacts`; None where it was kept before they were counted.
    """

    token: str
    reader: ReaderId | None
    created_at: float
    expires_at: float
    version: int
    next_position: int
    policy: str
    variant: str | None
    customised: bool
    left: Ordering
    feature_names: tuple[str, ...]
    schema: str
    shown: tuple[ArticleId, ...]
    complete: bool
    page_size: int
    request: bytes
    failures: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSlate:
    """A slate as it stands in the log."""

    id: SlateId
    slate: Slate
