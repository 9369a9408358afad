"""What is in the database after everything was used: only what the table of keys documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from recommender.ingest.documents import Rejection
from recommender.store import keys
from recommender.store.connection import Redis

DAY = 86_400
BOUNDS = ("at most", "trimmed to about", "one for each", "Removed when", "as many", "subset", "TTL")
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
    return re.compile(re.sub(r":(ID|R|CATEGORY)\b", ":[^{}]+", pattern))


@pytest.fixture
def used(
    wiring: Any,
    world: Callable[[Any], None],
    submit: Callable[..., Any],
    do: Callable[..., list[str]],
    client: Redis,
) -> Redis:
    """Give the database after articles, interactions, feeds, rejections and removals."""
    world(wiring)
    submit(wiring, ["waiting"], body="text")
    wiring.articles.remove("travel5")
    wiring.intake.submit([Rejection(place="p", reason="r")])
    wiring.feed_validators.put("https://a.example/feed", '"1"', None)
    for kind in ("impression", "click", "read", "hide", "share"):
        do(wiring, "anna:history", kind, "food0", "travel0")
    wiring.feed.feed("anna:history", 5)
    wiring.feed.feed(None, 5)
    return client


def test_the_table_is_read_whole() -> None:
    assert len(table()) == 18
    assert {row.type for row in table()} == {"set", "hash", "zset", "stream"}


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


def test_only_and_all_keys_of_readers_expire(used: Redis) -> None:
    for name in used.scan_iter():
        ttl = used.ttl(name)
        if b":reader:" not in name:
            assert ttl == -1, name
        elif name.endswith(b":events"):
            assert 7 * DAY <= ttl <= 7 * DAY + 300, name
        else:
            assert 180 * DAY - 60 < ttl <= 180 * DAY, name


def test_every_key_belongs_to_one_cluster_slot_of_its_site(used: Redis) -> None:
    for name in used.scan_iter():
        assert name == b"nf:sites" or re.match(rb"nf:\{main:(catalogue|0)\}:", name), name
