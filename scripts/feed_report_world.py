"""The site that the feed report looks at: the demo's articles, crowd and readers, in process."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from recommender.bootstrap import Wiring, open_site
from recommender.candidates.rules import NO_RULES
from recommender.domain.ids import ArticleId, ReaderId
from recommender.feed_request import Site
from recommender.ingest.documents import parse_document
from recommender.ingest.events import parse_interaction
from recommender.services.asking import Ask
from recommender.services.bulk import IngestReport
from recommender.services.feed import Feed
from scripts import demo_world
from scripts.console import progress, read_settings
from scripts.demo import READ_EACH_ROUND, ROUNDS, SHOWN
from scripts.demo_world import Person


@contextlib.contextmanager
def demo_site() -> Iterator[Wiring]:
    """Yield a site with the demo's articles live and its crowd's clicks recorded.

    Its Redis lives in a temporary folder, which is removed after.
    """
    with tempfile.TemporaryDirectory(prefix="newsfeed-report-") as folder:
        settings = read_settings(data_dir=Path(folder), redis_url=None)
        with open_site(settings) as site:
            now = datetime.now(UTC)
            documents = demo_world.articles(now)
            site.bulk.run([parse_document(each) for each in documents], IngestReport())
            with progress("embedding the sample", len(documents)) as advance:
                site.embedder(advance).drain()
            site.follower.load()
            clicks = demo_world.crowd_clicks(documents, now)
            site.interactions.record([parse_interaction(each) for each in clicks])
            yield site


def read_as(site: Wiring, person: Person) -> Feed:
    """Let a reader open the feed and read, as in the demo; return the feed that they get then."""
    reader = ReaderId(person.name)
    for size in ROUNDS:
        feed = site.feed.feed(Ask(reader=reader, size=size))
        shown = [
            {"id": article, "category": category}
            for article, category in categorised(site, feed.slate.ordering.articles)
        ]
        done = demo_world.reactions(person, shown, datetime.now(UTC), READ_EACH_ROUND)
        site.interactions.record([parse_interaction(each) for each in done])
    return site.feed.feed(Ask(reader=reader, size=SHOWN))


def categorised(site: Wiring, articles: Sequence[ArticleId]) -> list[tuple[ArticleId, str | None]]:
    """Return those of ``articles`` that are live, each with its category."""
    view = site.follower.catalogue.view
    return [(view.ids[row], view.category.name(row)) for row in view.rows_of(articles).tolist()]


def arranged_site(site: Wiring) -> Site:
    """Return what an ordering of ``site`` depends on, without the rules of editors."""
    settings = site.settings
    return Site(
        view=site.follower.catalogue.view,
        rules=NO_RULES,
        signals=site.signals,
        ranker=site.rankers.ranker,
        config=settings.feed,
        trending=settings.trending,
        co_read_half_life_hours=settings.readers.co_read_half_life_hours,
    )
