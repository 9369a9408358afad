"""A small data set in MIND's form, evaluated as a program with the real model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

TITLES = {
    "sports": (
        "Late goal wins the cup final",
        "Striker signs for a rival club",
        "Goalkeeper saves three penalties",
        "Coach praises young defenders",
    ),
    "foodanddrink": (
        "How to bake bread with rye flour",
        "A soup of roasted pumpkin",
        "Ten ways to cook lentils",
        "The right pan for pancakes",
    ),
    "finance": (
        "Central bank raises interest rates",
        "Shares fall after weak earnings",
        "How to save for a pension",
        "Inflation slows for a third month",
    ),
}
"""Of each category the last one is in the readers' history, the others are offered."""

NOON = datetime(2019, 11, 9, 12, tzinfo=UTC)
DAYS = 4
OF_DAY = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the data set: readers of one category each, who click what is of it."""
    folder = tmp_path_factory.mktemp("mind")
    news = {
        f"N{category}{number}": (category, title)
        for category, titles in TITLES.items()
        for number, title in enumerate(titles)
    }
    (folder / "news.tsv").write_text(
        "".join(f"{name}\t{c}\t{c}\t{title}\t\t\t[]\t[]\n" for name, (c, title) in news.items()),
        encoding="utf-8",
    )
    rows, tastes = [], cycle(TITLES)
    for number in range(DAYS * OF_DAY):
        taste, chosen = next(tastes), number % 3
        at = NOON + timedelta(days=number // OF_DAY, minutes=number % OF_DAY)
        offered = " ".join(f"N{each}{chosen}-{int(each == taste)}" for each in TITLES)
        history = f"N{taste}3"
        rows.append(f"{number}\tU{taste}\t{at:%m/%d/%Y %I:%M:%S %p}\t{history}\t{offered}\n")
    (folder / "behaviors.tsv").write_text("".join(rows), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def told(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give what the program found; its page is beside the data."""
    pytest.importorskip("sentence_transformers")
    outputs = ("--json", folder / "out.json", "--html", folder / "out.html")
    arguments = ("--dataset", "mind", "--data", folder, "--protocol", "a,b,c", "--jobs", "1")
    command = [sys.executable, "-m", "scripts.evaluate", "ranking", *map(str, arguments + outputs)]
    around = os.environ | {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}
    done = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, env=around
    )
    assert done.returncode == 0, done.stderr
    for said in ("similar − trending", "beyond accuracy", "topic calibration", "AUC lost"):
        assert said in done.stdout
    document: dict[str, Any] = json.loads((folder / "out.json").read_bytes())
    return document


def test_days_are_measured_by_what_was_learned_on_those_before(told: dict[str, Any]) -> None:
    assert told["protocol"]["prequential"]
    assert told["protocol"]["folds"] == [
        {"name": "2019-11-11", "learned_from": 2 * OF_DAY, "impressions": OF_DAY},
        {"name": "2019-11-12", "learned_from": 3 * OF_DAY, "impressions": OF_DAY},
    ]
    assert told["impressions"] == 2 * OF_DAY
    assert told["all_given"]["impressions"] == DAYS * OF_DAY


def test_the_model_finds_what_readers_of_one_category_click(told: dict[str, Any]) -> None:
    assert told["all_given"]["rankers"]["similar"]["auc"]["mean"] > 0.9
    assert told["rankers"]["linear"]["auc"]["mean"] > 0.9


def test_the_first_articles_of_what_is_similar_are_truest_to_the_topics_read(
    told: dict[str, Any],
) -> None:
    """What is on top counts most, so the three topics offered everywhere weigh unequally."""
    beyond = {name: of["beyond_accuracy"]["5"] for name, of in told["rankers"].items()}
    of_similar, of_random = (beyond[name]["topic_calibration"] for name in ("similar", "random"))
    assert of_similar["high"] < of_random["low"]
    assert beyond["similar"]["undefined"]["serendipity"] == 0


def test_every_protocol_is_reported(told: dict[str, Any]) -> None:
    assert {name: set(each["rankers"]) for name, each in told["protocols"].items()} == {
        "B": {"linear", "boosted"},
        "C": {"linear", "boosted"},
    }


def test_the_page_is_written(told: dict[str, Any], folder: Path) -> None:
    text = (folder / "out.html").read_text(encoding="utf-8")
    assert told["data"]["digest"] in text
    assert text.count("<svg") == text.count("</svg>") > 0
