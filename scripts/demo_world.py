"""The demo's world: the sample moved to the present, a crowd, and readers with tastes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import zip_longest
from typing import Any

import orjson

Json = dict[str, Any]

SEED = 7
CROWD = 60
"""Readers without a name, whose clicks make articles trend."""

CLICKS_EACH = 8
HOT_EVENT = "carrow-vale-cup-upset"
"""The event that everybody reads in the last half hour."""

_sample = files("scripts") / "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A reader of the demo and the categories that they care for."""

    name: str
    topics: tuple[str, ...]


def articles(now: datetime) -> list[Json]:
    """Return the sample as documents, moved in time so that the newest came ten minutes ago."""
    names = sorted(f.name for f in _sample.iterdir() if f.name.endswith(".jsonl"))
    lines = [line for name in names for line in (_sample / name).read_bytes().splitlines()]
    documents: list[Json] = [orjson.loads(line) for line in lines if line.strip()]
    newest = max(datetime.fromisoformat(each["published_at"]) for each in documents)
    move = now - timedelta(minutes=10) - newest
    for each in documents:
        each["published_at"] = (datetime.fromisoformat(each["published_at"]) + move).isoformat()
    return documents


def events() -> dict[str, list[str]]:
    """Return the ids of the articles that tell each event."""
    merged: dict[str, list[str]] = {}
    for each in _sample.iterdir():
        if each.name.endswith(".events.json"):
            merged |= orjson.loads(each.read_bytes())
    return merged


def people() -> list[Person]:
    """Return the demo's readers."""
    kept: dict[str, Json] = orjson.loads((_sample / "readers.json").read_bytes())
    return [Person(name=name, topics=tuple(each["topics"])) for name, each in kept.items()]


def crowd_clicks(documents: Sequence[Json], now: datetime) -> list[Json]:
    """Return the interactions of the crowd: much on events, most of all on the hot one."""
    chance = random.Random(SEED)  # noqa: S311  # a demo, not a secret
    told = {article for ids in events().values() for article in ids}
    hot = set(events()[HOT_EVENT])
    weights = [4.0 if each["id"] in told else 1.0 for each in documents]
    clicks: list[Json] = []
    for reader in range(CROWD):
        chosen = {each["id"]: each for each in chance.choices(documents, weights, k=CLICKS_EACH)}
        for each in chosen.values():
            age = now - datetime.fromisoformat(each["published_at"])
            at = now - chance.random() * min(age, timedelta(hours=48))
            clicks.append(_interaction(f"crowd-{reader}", each["id"], "click", at))
        for article in sorted(hot - chosen.keys()):
            at = now - timedelta(minutes=30 * chance.random())
            clicks.append(_interaction(f"crowd-{reader}", article, "click", at))
    return clicks


def reactions(person: Person, shown: Sequence[Json], now: datetime, most: int) -> Iterator[Json]:
    """Yield what ``person`` does with a feed: reads of their tastes in turn, up to ``most``."""
    of_topic = [[each for each in shown if each["category"] == topic] for topic in person.topics]
    in_turn = [each for turn in zip_longest(*of_topic) for each in turn if each is not None]
    for each in in_turn[:most]:
        yield _interaction(person.name, each["id"], "click", now)
        read = _interaction(person.name, each["id"], "read", now)
        yield read | {"dwell_seconds": 50.0}


def _interaction(reader: str, article: str, kind: str, at: datetime) -> Json:
    return {
        "id": f"{kind}-{article}",
        "user_id": reader,
        "article_id": article,
        "kind": kind,
        "occurred_at": at.astimezone(UTC).isoformat(),
    }
