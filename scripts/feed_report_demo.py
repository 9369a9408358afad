"""The report on the demo: what each of its readers gets, and how well stories are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson

from recommender.bootstrap import Wiring
from recommender.candidates.eligibility import eligible_rows
from recommender.candidates.filters import NO_FILTER
from recommender.candidates.rules import NO_RULES
from recommender.domain.articles import embedding_text
from recommender.domain.ids import ReaderId
from recommender.evaluation.quality import (
    fresh_share,
    intra_list_distance,
    largest_share,
    miscalibration,
)
from recommender.feed_reasons import EXPLORE_SOURCE
from recommender.ingest.documents import parse_document
from recommender.services.feed import Feed
from recommender.stories.clustering import group
from recommender.stories.quality import pairwise
from scripts import demo_world
from scripts.console import progress
from scripts.demo_world import Person
from scripts.feed_report_world import categorised, read_as

REWRITES = Path(__file__).resolve().parents[1] / "tests" / "data" / "stories"
"""Planted rewrites and near misses; a checkout has them, an installed package does not."""

HOUR_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFeeds:
    """The first ten articles of one reader of the demo: means over all plays.

    Parameters
    ----------
    read, left, own : dict of str to float
        How many articles of each topic that the reader cares for they had read, could still be
        shown, and were shown.
    every_taste : float
        Share of the plays in which no topic is missing that they had read of, and of which
        something was left: a taste that never showed cannot be served.
    miscalibration : float
        0 to 1, against what the reader read before.
    labels : dict of str to float
        How many articles bear each label.
    customised : float
        Share of the plays in which the reader's data changed the order.
    """

    reader: str
    plays: int
    read: dict[str, float]
    left: dict[str, float]
    own: dict[str, float]
    every_taste: float
    intra_list_distance: float
    fresh_share: float
    largest_category_share: float
    largest_source_share: float
    miscalibration: float
    explored: float
    labels: dict[str, float]
    customised: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySet:
    """How well the stories of one set of articles are told apart."""

    articles: int
    stories: int
    precision: float
    recall: float


def demo_feeds(site: Wiring, plays: int) -> list[DemoFeeds]:
    """Play each of the demo's readers ``plays`` times and return what they get.

    Each play is a new reader's: what a feed draws and whose turn it is to be explored differ.
    """
    told = []
    with progress("playing readers", plays * len(demo_world.people())) as advance:
        for person in demo_world.people():
            done = []
            for number in range(plays):
                again = replace(person, name=f"{person.name}-{number}")
                done.append(_judged(site, again, read_as(site, again)))
                advance(1)
            told.append(_summary(person, done))
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """What one play gave; ``measures`` are the shares and distances, by name."""

    read: Counter[str]
    left: Counter[str]
    shown: Counter[str]
    labels: Counter[str]
    measures: dict[str, float]


def _judged(site: Wiring, person: Person, feed: Feed) -> _Play:
    view, ordering = site.follower.catalogue.view, feed.slate.ordering
    rows = view.rows_of(ordering.articles)
    shown = [category for _, category in categorised(site, ordering.articles)]
    read, left = _read_by(site, person), _left_for(site, person, feed)
    since = feed.slate.created_at - HOUR_SECONDS * site.settings.feed.rerank.fresh_hours
    return _Play(
        read=Counter(read),
        left=left,
        shown=Counter(filter(None, shown)),
        labels=Counter(label.code.value for each in feed.shown for label in each.labels),
        measures={
            "every_taste": float(set(person.topics) & left.keys() & set(read) <= set(shown)),
            "intra_list_distance": intra_list_distance(view.vectors[rows]),
            "fresh_share": fresh_share(view.published[rows], since),
            "largest_category_share": largest_share(shown),
            "largest_source_share": largest_share([view.source.name(row) for row in rows.tolist()]),
            "miscalibration": miscalibration(read, filter(None, shown)),
            "explored": float(ordering.sources.count(EXPLORE_SOURCE)),
            "customised": float(feed.slate.customised),
        },
    )


def _left_for(site: Wiring, person: Person, feed: Feed) -> Counter[str]:
    """Return how many articles of each category the feed could choose from."""
    view, config = site.follower.catalogue.view, site.settings.feed.eligibility
    state = site.reader_store.feed_state(ReaderId(person.name), None, 0).reader
    shown = set(feed.slate.ordering.articles)
    before = replace(state, seen={a: at for a, at in state.seen.items() if a not in shown})
    now = feed.slate.created_at
    eligible = eligible_rows(view, now, before, NO_FILTER, NO_RULES, config)
    names = [view.category.name(row) for row in np.flatnonzero(eligible).tolist()]
    return Counter(filter(None, names))


def _summary(person: Person, plays: Sequence[_Play]) -> DemoFeeds:
    labels = sorted({label for each in plays for label in each.labels})
    return DemoFeeds(
        reader=person.name,
        plays=len(plays),
        read={topic: _mean([each.read[topic] for each in plays]) for topic in person.topics},
        left={topic: _mean([each.left[topic] for each in plays]) for topic in person.topics},
        own={topic: _mean([each.shown[topic] for each in plays]) for topic in person.topics},
        labels={label: _mean([each.labels[label] for each in plays]) for label in labels},
        **{name: _mean([each.measures[name] for each in plays]) for name in plays[0].measures},
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _read_by(site: Wiring, person: Person) -> list[str]:
    """Return the category of each article that the reader read."""
    history = site.reader_store.feed_state(ReaderId(person.name), None, 0).reader.history
    read = list(dict.fromkeys(entry.article for entry in history))
    return [category for _, category in categorised(site, read) if category is not None]


def demo_stories(site: Wiring) -> StorySet:
    """Compare the live stories with the demo's events; articles of no event stand alone."""
    view = site.follower.catalogue.view
    event_of = {article: name for name, ids in demo_world.events().items() for article in ids}
    rows = np.flatnonzero(view.alive).tolist()
    ids = [view.ids[row] for row in rows]
    told = [view.story.name(row) or f"alone: {view.ids[row]}" for row in rows]
    return _compared(told, [event_of.get(each, f"alone: {each}") for each in ids])


def planted_stories(site: Wiring, folder: Path = REWRITES) -> StorySet | None:
    """Group the planted rewrites; None where the folder does not exist."""
    lines = [
        line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().split(b"\n")
    ]
    records = [orjson.loads(line) for line in lines if line.strip()]
    if not records:
        return None
    records.sort(key=lambda each: str(each["published_at"]))  # all in UTC
    true = [record.pop("story") for record in records]
    articles = [parse_document(each).to_article(0.0) for each in records]
    told = group(
        [each.id for each in articles],
        site.encoder.encode([embedding_text(each) for each in articles]),
        np.array([each.published_at for each in articles]),
        site.settings.stories,
    )
    return _compared(told, true)


def _compared(told: Sequence[str], true: Sequence[str]) -> StorySet:
    found = pairwise(told, true)
    return StorySet(
        articles=len(told),
        stories=len(set(told)),
        precision=found.precision,
        recall=found.recall,
    )
