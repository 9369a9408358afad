"""Use case: a brief is shown: one of its revisions, with all that is disclosed of it."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from recommender.clock import Clock
from recommender.disclosure.labels import (
    Label,
    article_labels,
    digital_source_type_uri,
    facts_of,
)
from recommender.domain.articles import Article
from recommender.domain.brief_records import Brief, ListedSource, Revision
from recommender.errors import UnknownRevision
from recommender.services.composing import Imprint, as_article
from recommender.services.showing import attention_to
from recommender.store.cards import card_of
from recommender.store.trending import TrendingStore
from recommender.trending.ladder import TrendingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRevision:
    """A revision with its marks.

    Parameters
    ----------
    labels : tuple of Label
        As a feed has them of its article.
    digital_source_type : str or None
        IPTC address; None is unknown.
    url : str or None
        Address of the brief's page on the site; None where it has none of its own.
    """

    revision: Revision
    labels: tuple[Label, ...]
    digital_source_type: str | None
    url: str | None


class BriefPresenter:
    """Makes briefs ready to be shown.

    Parameters
    ----------
    imprint : Imprint
        What a brief's article says of the site.
    """

    def __init__(
        self, *, trending: TrendingStore, config: TrendingConfig, imprint: Imprint, clock: Clock
    ) -> None:
        self._trending = trending
        self._config = config
        self._imprint = imprint
        self._clock = clock

    @property
    def publisher(self) -> str:
        """The source that the articles of briefs name."""
        return self._imprint.publisher

    def newest(self, brief: Brief, language: str) -> ShownRevision | None:
        """Return the newest revision; None where none could be written so far."""
        return None if brief.newest is None else self._shown(brief, brief.newest, language)

    def revision(self, brief: Brief, number: int, language: str) -> ShownRevision:
        """Return the revision of a number.

        Parameters
        ----------
        language : str
            One of ``disclosure.messages.LANGUAGES``.

        Raises
        ------
        UnknownRevision
        """
        revision = brief.revision(number)
        if revision is None:
            raise UnknownRevision(number, tuple(each.number for each in brief.revisions))
        return self._shown(brief, revision, language)

    def _shown(self, brief: Brief, revision: Revision, language: str) -> ShownRevision:
        article = as_article(
            brief.story,
            revision.draft,
            [_as_it_was(each) for each in revision.sources],
            self._imprint,
            revision=revision.number,
        )
        card = orjson.loads(card_of(article))
        facts = facts_of(card)
        if revision.number == brief.live:
            now = self._clock.now()
            values, since = attention_to([brief.id], self._trending, self._config, now)
            facts = facts_of(
                card,
                trending_value=values[0],
                trending_since=since[0],
                threshold=self._config.threshold,
            )
        return ShownRevision(
            revision=revision,
            labels=article_labels(facts, language),
            digital_source_type=digital_source_type_uri(facts),
            url=article.url,
        )


def _as_it_was(source: ListedSource) -> Article:
    """Return what is kept of a source: all that the labels of a brief may depend on."""
    return Article(
        id=source.article,
        title=source.title,
        published_at=source.published_at,
        source=source.publisher,
        url=source.url,
    )
