"""Use cases: articles submitted, read, compared and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

import numpy as np
import orjson

from recommender.clock import Clock
from recommender.disclosure.claims import Lifted, lift
from recommender.disclosure.datelines import Dateline
from recommender.domain.articles import Article
from recommender.domain.ids import ArticleId
from recommender.errors import UnknownArticle
from recommender.ingest.documents import EARLIEST, ArticleDocument, Rejection
from recommender.services.follower import CatalogueFollower
from recommender.store.articles import ArticleStore, StoredArticle, Submission
from recommender.store.cards import instant_seconds
from recommender.store.rejected import DeadLetters


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What became of one record.

    Parameters
    ----------
    id : str or None
        The article's id, where the record had a valid one.
    outcome : Submission or None
        None for a rejected record.
    rejection : Rejection or None
        Why it was not taken.
    """

    id: str | None
    outcome: Submission | None
    rejection: Rejection | None = None


def as_told(
    document: ArticleDocument, received_at: float, known_date: float | None = None
) -> Article:
    """Return the article of a document, its dateline and labels lifted out of its text.

    What was lifted is among the provenance's claims. A title that was made from the text loses what
    stood before it too.

    Parameters
    ----------
    received_at : float
        Seconds since the epoch; a day without a year is the latest before.
    known_date : float or None
        Seconds since the epoch at which the article was published as far as is known already, else
        ``received_at``. They stand in where neither the document nor its dateline names a day, and
        where the dateline's day is the same one, or a later one.
    """
    stand_in = received_at if known_date is None else known_date
    article = document.to_article(stand_in)
    body, summary = _lifted(article.body or "", article.summary or "")
    claims = tuple(dict.fromkeys((*body.claims, *summary.claims)))
    if not claims:
        return article
    dateline = body.dateline or summary.dateline
    return replace(
        article,
        title=_without((*summary.heads, *body.heads), article.title),
        summary=summary.text or None,
        body=body.text or None,
        published_at=article.published_at
        if document.published_at
        else _published_at(dateline, received_at, stand_in),
        provenance=replace(article.provenance, claims=claims),
    )


def _lifted(body: str, summary: str) -> tuple[Lifted, Lifted]:
    """Lift both; where one says that AI was at work, the other need not say it again."""
    lifted = lift(body), lift(summary)
    if not any(each.claims_ai for each in lifted):
        return lifted
    return lift(body, with_ai=True), lift(summary, with_ai=True)


def _without(heads: Sequence[str], title: str) -> str:
    rest = title
    for head in heads:
        rest = rest.removeprefix(head).lstrip()
    return rest or title


def _published_at(dateline: Dateline | None, received_at: float, stand_in: float) -> float:
    day = dateline.day_by(_day_of(received_at)) if dateline else None
    if day is None or not EARLIEST.date() <= day < _day_of(stand_in):
        return stand_in
    return datetime.combine(day, time(), UTC).timestamp()


def _day_of(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


class ArticleIntake:
    """Takes articles in: what scripts and the API share.

    Parameters
    ----------
    articles : ArticleStore
    letters : DeadLetters
        Where rejected records are kept.
    """

    def __init__(self, articles: ArticleStore, letters: DeadLetters, clock: Clock) -> None:
        self._articles = articles
        self._letters = letters
        self._clock = clock

    def submit(self, records: Sequence[ArticleDocument | Rejection]) -> list[Submitted]:
        """Store and queue the documents, keep the rejections; one answer for each record.

        A full queue rejects nothing: such a record's outcome is FULL and it may be sent again.
        """
        now = self._clock.now()
        documents = [each for each in records if isinstance(each, ArticleDocument)]
        dates = self._known_dates(documents)
        articles = [(as_told(d, now, dates.get(d.id)), d.fingerprint()) for d in documents]
        outcomes = iter(self._articles.submit(articles) if articles else ())
        rejections = [each for each in records if isinstance(each, Rejection)]
        self._letters.add([(r.place, r.reason, r.record) for r in rejections], now)
        return [
            Submitted(id=None, outcome=None, rejection=each)
            if isinstance(each, Rejection)
            else Submitted(id=each.id, outcome=next(outcomes))
            for each in records
        ]

    def _known_dates(self, documents: Sequence[ArticleDocument]) -> dict[str, float]:
        """Return when known articles were published whose new document does not say so."""
        undated = [ArticleId(each.id) for each in documents if each.published_at is None]
        cards = self._articles.cards(undated) if undated else []
        return {
            article: instant_seconds(orjson.loads(card)["published_at"])
            for article, card in zip(undated, cards, strict=True)
            if card is not None
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarArticle:
    """A neighbour of an article; ``similarity`` is the cosine."""

    card: bytes
    similarity: float


class ArticleService:
    """Articles as the API reads them."""

    def __init__(self, articles: ArticleStore, follower: CatalogueFollower, clock: Clock) -> None:
        self._articles = articles
        self._follower = follower
        self._clock = clock

    def get(self, article: ArticleId) -> StoredArticle:
        """Return one article, live or waiting.

        Raises
        ------
        UnknownArticle
        """
        stored = self._articles.get(article)
        if stored is None:
            raise UnknownArticle(article)
        return stored

    def remove(self, article: ArticleId) -> None:
        """Remove an article from the catalogue and so from every feed, with the briefs of it.

        Raises
        ------
        UnknownArticle
            There is none of that id, nor a brief that was written from one which left by age.
        """
        if not self._articles.remove(article, self._clock.now()):
            raise UnknownArticle(article)

    def similar(self, article: ArticleId, limit: int) -> list[SimilarArticle] | None:
        """Return the eligible articles nearest to ``article``; None while it is not live here.

        Raises
        ------
        UnknownArticle
        """
        view = self._follower.catalogue.view
        row = view.row(article)
        if row is None:
            self.get(article)
            return None
        allowed = view.eligible(self._clock.now())
        allowed[row] = False
        rows, cosines = view.nearest(np.asarray(view.vectors[row]), limit, allowed)
        return [
            SimilarArticle(card=view.cards[each], similarity=float(cosine))
            for each, cosine in zip(rows.tolist(), cosines.tolist(), strict=True)
        ]
