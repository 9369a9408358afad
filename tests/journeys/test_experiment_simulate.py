"""A simulated experiment through HTTP: its report says what the raw log says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from recommender.store.connection import connect
from scripts.console import read_settings
from scripts.experiment_simulate import Simulated, simulated
from scripts.simulated_days import KEY, VARIANTS, Script
from scripts.simulated_service import simulated_service

Raw = list[tuple[str, Any]]


def played(kind: str, folder: Path) -> tuple[Simulated, Raw, Raw]:
    """Play few readers; return what was found, and the slates and interactions of Redis."""
    server = {"port": 0, "processes": 1}
    settings = read_settings(data_dir=folder, redis_url=None, server=server)
    script = Script(kind=kind, readers=30, likes=10, days=2, seed=1)
    with simulated_service(settings) as running:
        found = simulated(settings, running, script, folder / "page.html")
        with connect(running.redis_url) as client:
            slates, done = (
                [
                    (f"{entry.decode()}-0-", orjson.loads(fields[field]))
                    for name in client.scan_iter(f"nf:*:{log}", _type="stream")
                    for entry, fields in client.xrange(name)
                ]
                for log, field in (("slates", b"s"), ("interactions", b"e"))
            )
    return found, slates, done


def test_the_page_of_an_a_b_test_tells_what_the_raw_log_tells(tmp_path: Path) -> None:
    found, slates, done = played("ab", tmp_path)
    values = {each.variant: each for each in found.analysis["results"].metrics[0].values}
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for name in VARIANTS:
        own = {entry: each for entry, each in slates if each["variant"] == f"{KEY}:{name}"}
        clicks = {
            (each["slate_id"], each["article_id"])
            for _, each in done
            if each["kind"] == "click" and (each.get("slate_id") or "").startswith(tuple(own))
        }
        value = values[name]
        assert value.readers == len({each["user_id"] for each in own.values()}) > 0
        assert value.of == sum(len(each["articles"]) for each in own.values()) > 0
        assert value.total == len(clicks)
        for figure in (value.readers, value.total, value.of):
            assert f"{figure:,.6g}" in page
    assert len(found.checks) == 6
    assert all(each.is_right for each in found.checks)
    days = {each["created_at"] // 86_400 for _, each in slates}
    assert len(days) == 2
    assert found.truth.lift > 0.2


def test_whom_clicks_are_credited_to_is_what_the_raw_log_tells(tmp_path: Path) -> None:
    found, slates, done = played("interleave", tmp_path)
    clicked: dict[str, set[str]] = {}
    for _, each in done:
        if each["kind"] == "click" and each.get("slate_id"):
            clicked.setdefault(each["slate_id"].rsplit("-", 1)[0] + "-", set()).add(
                each["article_id"]
            )
    merged = [row for row in slates if row[1]["variant"] == f"{KEY}:interleaved"]
    credited = [
        credit
        for entry, each in merged
        for article, team, credit in zip(
            each["articles"], each["teams"], each["credits"], strict=True
        )
        if team and article in clicked.get(entry, ())
    ]
    told = found.analysis["preference"]
    assert told.slates == len(merged) > 0
    assert told.clicks == len(credited) > 0
    assert told.first - told.second == pytest.approx(sum(credited))
    assert told.first + told.second == pytest.approx(len(credited))
    assert len(found.checks) == 5
    assert all(each.is_right for each in found.checks)
