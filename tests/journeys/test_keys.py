"""What is in the database after everything was used: only what the table of keys documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from recommender.domain.brief_records import (
    Attempt,
    BriefStatus,
    ListedSource,
    Refusal,
    StatusChange,
    brief_id,
)
from recommender.domain.briefs import Draft, Sentence, WriterKind, Writing
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.readers import Preferences
from recommender.domain.rules import Action, SiteRule, Target
from recommender.ingest.documents import Rejection
from recommender.ingest.experiments import parse_experiment
from recommender.services.asking import Ask
from recommender.store import keys
from recommender.store.brief_revisions import NewRevision, Saving
from recommender.store.briefs import BriefStore
from recommender.store.connection import Redis
from recommender.store.leases import BriefLeases

DAY = 86_400
NOW = 1_767_225_600.0
LEASE_SECONDS = 600
BRIEF = brief_id("food0")
ANNA = ReaderId("anna:history")
BOUNDS = ("at most", "trimmed to about", "one for each", "Removed when", "as many", "subset", "TTL")
EXPERIMENT = {
    "hypothesis": "More is better.",
    "variants": [{"name": "control"}, {"name": "more", "overrides": {"size": 30}}],
    "primary_metric": "ctr",
}
LAYOUT = "``model``"  # four fields, whatever is stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    pattern: re.Pattern[str]
    type: str
    text: str


def table() -> list[Row]:
    """Read the table of keys in the documentation of the module."""
    body = (keys.__doc__ or "").split("===\n")[2]
    rows: list[list[str]] = []
    for line in body.splitlines():
        if line.startswith("``nf:"):
            rows.append(list(re.split(r"  +", line, maxsplit=2)))
        elif rows and line.startswith(" "):
            rows[-1][2] += " " + line.strip()
    return [Row(pattern=pattern_of(name), type=kind, text=text) for name, kind, text in rows]


def pattern_of(name: str) -> re.Pattern[str]:
    pattern = re.escape(name.strip("`"))
    pattern = pattern.replace(r"\{s:", r"\{[a-z0-9-]+:").replace(":k", r":\d+")
    return re.compile(re.sub(r":(ID|R|CATEGORY|TOKEN)\b", ":[^{}]+", pattern))


@pytest.fixture
def used(
    wiring: Any,
    world: Callable[[Any], None],
    submit: Callable[..., Any],
    do: Callable[..., list[str]],
    client: Redis,
) -> Redis:
    """Give the database after everything that a site and its readers can do."""
    world(wiring)
    wiring.erasures.begin()
    submit(wiring, ["waiting"], body="text")
    wiring.articles.remove("travel5")
    wiring.intake.submit([Rejection(place="p", reason="r")])
    wiring.feed_validators.put("https://a.example/feed", '"1"', None)
    for kind in ("impression", "click", "read", "hide", "share"):
        do(wiring, ANNA, kind, "food0", "travel0")
    do(wiring, "anonymous", "click", "food1")
    wiring.readers.choose(ANNA, Preferences(topics=("food",)))
    wiring.readers.merge(ANNA, ReaderId("anonymous"))
    wiring.rules.replace([SiteRule(action=Action.HOLD_OUT, target=Target.TAG, value="old")])
    wiring.experiments.put(parse_experiment("wider", EXPERIMENT))
    wiring.experiments.publish("wider", b"{}")
    attempt = Attempt(writer=WriterKind.EXTRACTIVE, seconds=1.0, failure="it did not work")
    refusal = Refusal(at=NOW, sources=(), attempts=(attempt,))
    wiring.brief_store.refuse(BRIEF, "food0", 0, refusal)
    client.hset("nf:{main:catalogue}:article:food1", "story", "food1")
    write_and_take_back(wiring.brief_store, brief_id("food1"))
    BriefLeases(wiring.client, wiring.site).take(BRIEF, "a worker", LEASE_SECONDS)
    do(wiring, ANNA, "click", "science0")  # by somebody who read before
    wiring.feed.feed(Ask(reader=ANNA, size=5))
    wiring.feed.feed(Ask(size=5))
    return client


def write_and_take_back(store: BriefStore, name: ArticleId) -> None:
    food = ArticleId("food1")
    ((article, version),) = [each for each in store.read([food]) if each is not None]
    line = Sentence(text="It rains.", sources=(food,))
    revision = NewRevision(
        id=name,
        story="food1",
        after=0,
        status=None,
        draft=Draft(
            headline=line,
            dateline="1 January 2026",
            paragraphs=((line,),),
            language="en",
            writing=Writing(kind=WriterKind.EXTRACTIVE, system="m", version="1"),
        ),
        sources=(
            ListedSource(article=food, version=version, title=article.title, published_at=NOW),
        ),
        attempts=(),
        drafted=StatusChange(status=BriefStatus.DRAFT, by=None, at=NOW),
    )
    assert store.save(revision) is Saving.SAVED
    store.withdraw(name, StatusChange(status=BriefStatus.WITHDRAWN, by="Rhona Cask", at=NOW))


def test_the_table_is_read_whole() -> None:
    assert len(table()) == (keys.__doc__ or "").count("\n``nf:")
    assert {row.type for row in table()} == {"set", "hash", "zset", "stream", "string"}


@pytest.mark.parametrize("row", table(), ids=lambda row: row.pattern.pattern)
def test_every_documented_key_names_its_bound_or_its_time_to_live(row: Row) -> None:
    assert any(word in row.text for word in (*BOUNDS, LAYOUT))


def test_every_key_is_documented_with_its_type(used: Redis) -> None:
    met = set()
    for name in used.scan_iter():
        rows = [row for row in table() if row.pattern.fullmatch(name.decode())]
        assert len(rows) == 1, name
        assert used.type(name).decode() == rows[0].type, name
        met.add(rows[0].pattern.pattern)
    assert met == {row.pattern.pattern for row in table()}, "the journey writes every kind of key"


def test_what_is_kept_of_readers_expires_and_else_only_a_lease_does(used: Redis) -> None:
    days = {b"events": 7, b"pages": 1 / 24}
    for name in used.scan_iter():
        ttl, last = used.ttl(name), name.rpartition(b":")[2]
        if b":co_read:" in name:
            assert 7 * DAY - 60 < ttl <= 7 * DAY, name
        elif b":lease:" in name:
            assert 0 < ttl <= LEASE_SECONDS, name
        elif b":reader:" not in name and b":guest:" not in name:
            assert ttl == -1, name
        else:
            whole = days.get(last, 180) * DAY
            assert whole - 60 < ttl <= whole + 300, name


def test_every_key_belongs_to_one_cluster_slot_of_its_site(used: Redis) -> None:
    for name in used.scan_iter():
        assert name == b"nf:sites" or re.match(rb"nf:\{main:(catalogue|0)\}:", name), name
