r"""Every Redis key: name, type, bound, time to live and byte layout.

A site's readers are split over S shards; what one interaction touches carries the hash tag
``{site:shard}``, what belongs to the catalogue carries ``{site:catalogue}``, so each script
works in one Redis Cluster slot.

===========================================  ======  ================================================
key                                          type    content, bound, time to live
===========================================  ======  ================================================
``nf:sites``                                 set     site names; one for each configured site
``nf:{s:catalogue}:layout``                  hash    ``model``, ``dimension``, ``shards`` and
                                                     ``half_lives_hours`` of the stored data, and
                                                     ``secret`` that signs cursors where none is set
``nf:{s:catalogue}:article:ID``              hash    ``card`` JSON without body, ``body`` zlib or
                                                     absent, ``fingerprint``, ``entry`` of the queue
                                                     that holds its newest content,
                                                     ``vector`` d × float16 little-endian, unit length
                                                     and ``story`` id (both absent while pending),
                                                     and ``known_story`` where that was told with the
                                                     article. Removed when the article leaves the
                                                     window
``nf:{s:catalogue}:live``                    zset    article id → published second; at most
                                                     ``max_articles``
``nf:{s:catalogue}:pending``                 stream  article ``id``; at most ``max_pending``;
                                                     entries are deleted once embedded
``nf:{s:catalogue}:changes``                 stream  ``op`` live or gone, ``id``; trimmed to about
                                                     ``max_changes``
``nf:{s:catalogue}:rejected``                zset    dead letter's id (digest of place and record) →
                                                     second; at most ``max_rejected``
``nf:{s:catalogue}:rejected:records``        hash    dead letter's id → JSON of place, reason and
                                                     record; as many fields as ``rejected`` has members
``nf:{s:catalogue}:feeds``                   hash    address → JSON of ETag and Last-Modified; at
                                                     most ``max_feeds``
``nf:{s:catalogue}:erasures``                stream  ``r`` SHA-256 of the ids of erased readers,
                                                     hexadecimal, joined by line feeds, until they are
                                                     erased from the archive, too; absent where none was
                                                     begun; trimmed to about ``max_erasures``
``nf:{s:catalogue}:rules``                   string  JSON of the site's rules; at most 200 of them
``nf:{s:catalogue}:experiments``             hash    experiment's key → JSON of its definition and
                                                     history, at most 1 MiB; at most 1,000 of them
``nf:{s:catalogue}:experiments:results``     hash    experiment's key → JSON of its published results,
                                                     at most 1 MiB; only of those that are defined
``nf:{s:catalogue}:briefs``                  zset    id of a brief with revisions → second of its
                                                     last revision or refusal; at most ``max_briefs``
``nf:{s:catalogue}:briefs:refused``          zset    id of a brief without any → second of its last
                                                     refusal; at most ``max_briefs``
``nf:{s:catalogue}:briefs:taken_back``       zset    id of a brief that a person took back, and that
                                                     nobody approved since, whether its record is kept
                                                     or not → second; at most ``max_articles``, as there
                                                     are no more stories
``nf:{s:catalogue}:cited``                   hash    article's id, whether the article is kept or not →
                                                     ids of the briefs of which a revision that is kept
                                                     was written from it, joined by spaces. Removed when
                                                     these are withdrawn for its sake or let go; so at
                                                     most their sources
``nf:{s:catalogue}:brief:ID``                hash    ``story``; ``newest`` revision's number and
                                                     ``status``; ``live``, number of the published one;
                                                     ``told``, JSON of article id → ``entry`` of the
                                                     sources that need not be told again; ``refusal``
                                                     JSON; and for each revision N ``N:text`` JSON of the
                                                     draft, its sources and attempts, ``N:sources`` like
                                                     ``told`` and ``N:changes``, JSON lines of who changed
                                                     its status when; at most ``max_revisions`` and the
                                                     live one. As many as ``briefs`` and
                                                     ``briefs:refused`` have members
``nf:{s:catalogue}:lease:ID``                string  who writes the brief of this id now; TTL
                                                     ``lease_seconds``
``nf:{s:k}:reader:R:preferences``            string  JSON of what the reader chose; TTL
                                                     ``reader_ttl_days``
``nf:{s:k}:reader:R:history``                zset    ``kind:dwell:article`` → second of the event; at
                                                     most ``max_history``; TTL ``reader_ttl_days``
``nf:{s:k}:reader:R:seen``                   zset    article id → second; at most ``max_seen``; same TTL
``nf:{s:k}:reader:R:hidden``                 zset    article id → second; at most ``max_hidden``; same
                                                     TTL
``nf:{s:k}:reader:R:events``                 zset    event id → second of receipt; at most
                                                     ``max_event_ids``; TTL ``event_window_days``
                                                     and five minutes
``nf:{s:k}:reader:R:merged``                 zset    reader id that was merged into this one →
                                                     second; at most ``max_merged``; TTL
                                                     ``reader_ttl_days``
``nf:{s:k}:reader:R:pages``                  hash    slate token → snapshot (see ``store/pages.py``),
                                                     ``TOKEN:v`` → its version and the second at which
                                                     it expires; at most ``max_pages`` snapshots; TTL
                                                     ``page_ttl_minutes``
``nf:{s:k}:guest:TOKEN:pages``               hash    the same for the one snapshot of a guest; same
                                                     TTL
``nf:{s:k}:interactions``                    stream  ``e`` JSON; trimmed to about ``max_interactions``
``nf:{s:k}:reader:R:met``                    hash    article id → times shown since the last click
                                                     and clicks (2 × uint16, which stop at 65,535),
                                                     first and last shown of these and last clicked
                                                     (3 × uint32, seconds; 0: never), little-endian;
                                                     its fields are a subset of the members of
                                                     ``seen``; TTL ``reader_ttl_days``
``nf:{s:k}:reader:R:topics``                 hash    ``c:`` category, ``s:`` subcategory, or "" for
                                                     all → times the reader was shown, clicked and read
                                                     articles of it (3 × uint32, which stop at
                                                     4,294,967,295, little-endian; a click is a reading
                                                     as well); at most ``max_reader_topics`` and one;
                                                     TTL ``reader_ttl_days``
``nf:{s:k}:slates``                          stream  ``a`` token, reader id ("": a guest's) and article
                                                     ids, joined by line feeds, ``s`` JSON columns, ``f``
                                                     features (n × f float32) and ``c`` contributions
                                                     (n × those of the f columns that are
                                                     ``contributed``, float64), little-endian; trimmed
                                                     to about ``max_slates``
``nf:{s:k}:signals``                         hash    article id → float64 little-endian: 4 families
                                                     × 4 half-lives of levels (log of the decayed
                                                     count), 3 biases, the second since when they fade
                                                     and the second when it was first shown (NaN:
                                                     never); "" → the same, levels of the whole site;
                                                     at most ``max_signals`` and one
``nf:{s:k}:audiences``                       hash    article id → of the readers who clicked it and
                                                     had read something before: the second that both are
                                                     faded to and their decayed count (float64), and the
                                                     sum of their tastes (64 × float32), little-endian;
                                                     "" → the same of the whole site; its fields are a
                                                     subset of those of ``signals``
``nf:{s:k}:topics``                          zset    ``c:`` category, ``s:`` subcategory, ``t:`` tag,
                                                     or "" for all → log of the decayed weight; at
                                                     most ``max_topics``
``nf:{s:k}:decay``                           hash    article id → one float64 little-endian for each
                                                     rung of the half-life ladder (log of the decayed
                                                     weight), one for the second at which it last rose
                                                     over the threshold (NaN: never), then the category
                                                     in UTF-8; as many fields as ``trending`` has
                                                     members
``nf:{s:k}:trending``                        zset    article id → log of the decayed weight at the
                                                     served half-life; at most ``max_trending``
``nf:{s:k}:trending:CATEGORY``               zset    the same for one category; a subset of it
``nf:{s:k}:co_read:ID``                      zset    article id → log of the decayed count of readers
                                                     who read both; at most ``max_co_read``; TTL
                                                     ``co_read_ttl_days``
===========================================  ======  ================================================
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from recommender.domain.ids import ArticleId, ReaderId, SiteId

SITES = "nf:sites"

EMBEDDERS_GROUP = "embedders"
"""The consumer group that reads the pending stream."""


@dataclass(frozen=True, slots=True)
class CatalogueKeys:
    """Names of what belongs to a site's catalogue; one Cluster slot."""

    site: SiteId

    @property
    def prefix(self) -> str:
        """What every key of this site's catalogue begins with."""
        return f"nf:{{{self.site}:catalogue}}:"

    @property
    def layout(self) -> str:
        """Hash: what the stored data depend on."""
        return self.prefix + "layout"

    @property
    def article_prefix(self) -> str:
        """What an article's key begins with, before its id."""
        return self.prefix + "article:"

    @property
    def live(self) -> str:
        """Sorted set: the live window by publication time."""
        return self.prefix + "live"

    @property
    def pending(self) -> str:
        """Stream: articles that wait for an embedding."""
        return self.prefix + "pending"

    @property
    def changes(self) -> str:
        """Stream: what became live and what left."""
        return self.prefix + "changes"

    @property
    def rejected(self) -> str:
        """Sorted set: dead letters by time."""
        return self.prefix + "rejected"

    @property
    def rejected_records(self) -> str:
        """Hash: what is kept of each dead letter."""
        return self.prefix + "rejected:records"

    @property
    def feeds(self) -> str:
        """Hash: validators for conditional fetches."""
        return self.prefix + "feeds"

    @property
    def erasures(self) -> str:
        """Stream: erased readers that the archive does not know of yet."""
        return self.prefix + "erasures"

    @property
    def rules(self) -> str:
        """String: the site's rules."""
        return self.prefix + "rules"

    @property
    def experiments(self) -> str:
        """Hash: the site's experiments."""
        return self.prefix + "experiments"

    @property
    def experiment_results(self) -> str:
        """Hash: the published results of experiments."""
        return self.prefix + "experiments:results"

    @property
    def briefs(self) -> str:
        """Sorted set: the site's briefs by time."""
        return self.prefix + "briefs"

    @property
    def refused(self) -> str:
        """Sorted set: by time, the stories of which no brief could be written so far."""
        return self.prefix + "briefs:refused"

    @property
    def taken_back(self) -> str:
        """Sorted set: the briefs that only a person lets come back, by time."""
        return self.prefix + "briefs:taken_back"

    @property
    def cited(self) -> str:
        """Hash: of each article, the briefs that were written from it."""
        return self.prefix + "cited"

    @property
    def brief_prefix(self) -> str:
        """What a brief's key begins with, before its id."""
        return self.prefix + "brief:"

    def article(self, article: ArticleId) -> str:
        """Hash: one article."""
        return self.article_prefix + article

    def brief(self, brief: ArticleId) -> str:
        """Hash: one brief with its history."""
        return self.brief_prefix + brief

    def lease(self, brief: ArticleId) -> str:
        """Name the string of who writes one brief."""
        return f"{self.prefix}lease:{brief}"


@dataclass(frozen=True, slots=True)
class ShardKeys:
    """Names of what one shard of a site's readers touches; one Cluster slot."""

    site: SiteId
    shard: int

    @property
    def prefix(self) -> str:
        """What every key of this shard begins with."""
        return f"nf:{{{self.site}:{self.shard}}}:"

    @property
    def interactions(self) -> str:
        """Stream: every accepted interaction."""
        return self.prefix + "interactions"

    @property
    def slates(self) -> str:
        """Stream: every slate, as served."""
        return self.prefix + "slates"

    @property
    def signals(self) -> str:
        """Hash: what is counted of each article for features."""
        return self.prefix + "signals"

    @property
    def audiences(self) -> str:
        """Hash: tastes of the readers who clicked each article."""
        return self.prefix + "audiences"

    @property
    def topics(self) -> str:
        """Sorted set: categories, subcategories and tags by decayed weight."""
        return self.prefix + "topics"

    @property
    def decay(self) -> str:
        """Hash: the ladder of decayed weights of each article."""
        return self.prefix + "decay"

    @property
    def trending(self) -> str:
        """Sorted set: articles by decayed weight."""
        return self.prefix + "trending"

    def trending_in(self, category: str) -> str:
        """Sorted set: the same within one category."""
        return f"{self.prefix}trending:{category}"

    @property
    def co_read_prefix(self) -> str:
        """What the key of an article's co-read list begins with, before its id."""
        return self.prefix + "co_read:"

    def co_read(self, article: ArticleId) -> str:
        """Sorted set: what readers of one article read as well."""
        return self.co_read_prefix + article

    def preferences(self, reader: ReaderId) -> str:
        """Name the string of what the reader chose."""
        return f"{self.prefix}reader:{reader}:preferences"

    def history(self, reader: ReaderId) -> str:
        """Sorted set: recent interactions."""
        return f"{self.prefix}reader:{reader}:history"

    def seen(self, reader: ReaderId) -> str:
        """Sorted set: articles the reader met."""
        return f"{self.prefix}reader:{reader}:seen"

    def met(self, reader: ReaderId) -> str:
        """Hash: how often and when the reader was shown and clicked each article."""
        return f"{self.prefix}reader:{reader}:met"

    def reader_topics(self, reader: ReaderId) -> str:
        """Hash: how often the reader was shown and clicked articles of each topic."""
        return f"{self.prefix}reader:{reader}:topics"

    def hidden(self, reader: ReaderId) -> str:
        """Sorted set: articles the reader sent away."""
        return f"{self.prefix}reader:{reader}:hidden"

    def events(self, reader: ReaderId) -> str:
        """Sorted set: ids of events already applied."""
        return f"{self.prefix}reader:{reader}:events"

    def merged(self, reader: ReaderId) -> str:
        """Sorted set: readers that were merged into this one."""
        return f"{self.prefix}reader:{reader}:merged"

    def pages(self, reader: ReaderId) -> str:
        """Hash: snapshots that the reader's next pages come from."""
        return f"{self.prefix}reader:{reader}:pages"

    def guest_pages(self, token: str) -> str:
        """Hash: the snapshot of the guest who was given the slate of this token."""
        return f"{self.prefix}guest:{token}:pages"


def shard_of(reader: ReaderId, shards: int) -> int:
    """Return the shard, 0 to ``shards`` − 1, that keeps everything of ``reader``.

    CRC-32 of the UTF-8 id, so that any program can tell it.

    Examples
    --------
    >>> shard_of(ReaderId("anna"), 1)
    0
    """
    return zlib.crc32(reader.encode()) % shards
