"""What a played experiment's log says, counted entry by entry: what its report must say as well."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping

from recommender.domain.experiments import exposures_of
from recommender.domain.ids import ArticleId, ReaderId, SlateId
from recommender.domain.interactions import Kind
from recommender.domain.slates import NO_TEAM, Slate
from recommender.store.log_reader import START, EntryId, LogReader

END = EntryId(2**63, 0)

Counts = Mapping[str, float]
"""What was counted → how many; clicks that are divided between two are fractions."""


def recount_variants(logs: LogReader, key: str) -> Counts:
    """Return readers, impressions and clicks of each variant."""
    slates = _slates(logs, key)
    clicked = _clicked(logs, slates)
    counts = Counter[str]()
    readers = defaultdict[str, set[ReaderId | None]](set)
    for identifier, slate in slates.items():
        name = exposures_of(slate.variant)[key][0]
        readers[name].add(slate.reader)
        counts[f"impressions of {name}"] += len(slate.ordering)
        counts[f"clicks of {name}"] += len(clicked[identifier])
    return counts | Counter({f"readers of {name}": len(each) for name, each in readers.items()})


def recount_merged(logs: LogReader, key: str) -> Counts:
    """Return the slates, who clicked a team's article, how often, and what each is credited."""
    slates = _slates(logs, key)
    clicked = _clicked(logs, slates)
    readers, credits_ = set[ReaderId | None](), list[float]()
    for identifier, slate in slates.items():
        shown = slate.ordering
        for article, team, credit in zip(
            shown.articles, shown.teams or (), shown.credits or (), strict=True
        ):
            if article in clicked[identifier] and team != NO_TEAM:
                readers.add(slate.reader)
                credits_.append(credit)
    clicks, balance = len(credits_), math.fsum(credits_)
    return {
        "slates": len(slates),
        "readers": len(readers),
        "clicks": clicks,
        "clicks credited to the control": (clicks + balance) / 2.0,
        "clicks credited to the other": (clicks - balance) / 2.0,
    }


def _slates(logs: LogReader, key: str) -> dict[SlateId, Slate]:
    """Return the slates that tell an experiment and were not asked for by force."""
    found: dict[SlateId, Slate] = {}
    for shard in logs.shards:
        for entry in logs.slates(shard, START, END):
            _, is_forced = exposures_of(entry.record.slate.variant).get(key, ("", True))
            if not is_forced:
                found[entry.record.id] = entry.record.slate
    return found


def _clicked(
    logs: LogReader, slates: Mapping[SlateId, Slate]
) -> defaultdict[SlateId, set[ArticleId]]:
    """Return what was clicked of each slate by the reader whom it was served to."""
    found = defaultdict[SlateId, set[ArticleId]](set)
    for shard in logs.shards:
        for entry in logs.interactions(shard, START, END):
            done = entry.record.interaction
            slate = None if done.slate is None else slates.get(done.slate)
            if done.slate is None or slate is None or done.kind is not Kind.CLICK:
                continue
            if slate.reader == done.reader and done.article in slate.ordering.articles:
                found[done.slate].add(done.article)
    return found
