"""The article: what is stored, embedded, ranked and shown."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.domain.briefs import WriterKind
from recommender.domain.ids import ArticleId
from recommender.domain.provenance import UNKNOWN, Provenance

EMBEDDED_CHARACTERS = 2_000
"""Characters of an article that an encoder is given. The default model reads 256 word pieces,
about 1,200 characters of English; the rest would be cut by its tokenizer anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefSource:
    """An article that a brief was written from, as it is listed with the brief.

    Parameters
    ----------
    published_at : float
        Seconds since the epoch.
    """

    id: ArticleId
    title: str
    published_at: float
    source: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefNote:
    """That an article is a brief: which revision of it, how it was written, and from what.

    Parameters
    ----------
    sources : tuple of BriefSource
        Those that it cites, the oldest first.
    """

    revision: int
    writer: WriterKind
    sources: tuple[BriefSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article. Times are seconds since the epoch.

    Parameters
    ----------
    published_at : float
        When the publisher says it appeared; the time of ingest where the document says nothing.
    expires_at : float or None
        From then on it is not eligible for any feed.
    story : str or None
        Id of the story that it tells, where that is known before anything is compared.
    brief : BriefNote or None
        Where it was compiled from other articles of the site.
    """

    id: ArticleId
    title: str
    published_at: float
    url: str | None = None
    summary: str | None = None
    body: str | None = None
    category: str | None = None
    subcategory: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    author: str | None = None
    language: str | None = None
    image: str | None = None
    expires_at: float | None = None
    provenance: Provenance = UNKNOWN
    story: str | None = None
    brief: BriefNote | None = None


def embedding_text(article: Article) -> str:
    r"""Join title, summary and body into what an encoder is given.

    Examples
    --------
    >>> rain = Article(id=ArticleId("a"), title="Rain", summary="It rains.", published_at=0)
    >>> embedding_text(rain)
    'Rain\nIt rains.'
    """
    parts = (article.title, article.summary, article.body)
    return "\n".join(part for part in parts if part)[:EMBEDDED_CHARACTERS]
