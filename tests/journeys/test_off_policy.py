"""From pages that the service drew, through the archive, to the judgement of a candidate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from recommender.domain.ids import EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.services.asking import Ask
from scripts import archive, evaluate

PAGES = 150
SIZE = 20
DRAWN = (6, 16)
"""Positions of a first page under the settings that come with the service."""


@pytest.fixture
def archived(
    make_wiring: Callable[..., Any],
    make_live: Callable[..., None],
    clock: Any,
    redis_server_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Give the archive of a site of 120 new articles whose readers click here and there."""
    wiring, luck = make_wiring(), Random(1)
    vectors = np.random.default_rng(1).normal(size=(120, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    make_live(wiring, {f"a{number}": tuple(each) for number, each in enumerate(vectors.tolist())})
    for number in range(PAGES):
        reader = ReaderId(f"r{number}")
        clock.advance(90.0)
        served = wiring.feed.feed(Ask(reader=reader, size=SIZE))
        drawn = [served.slate.ordering.articles[position - 1] for position in DRAWN]
        click = Interaction(
            id=EventId(f"e{number}"),
            reader=reader,
            article=luck.choice(drawn),
            kind=Kind.CLICK,
            occurred_at=clock.now(),
            slate=served.id,
        )
        wiring.interactions.record([click])
    monkeypatch.setenv("NEWSFEED_REDIS_URL", redis_server_url)
    done = CliRunner().invoke(archive.main, ["run", "--to", str(tmp_path / "archive")])
    assert done.exit_code == 0, done.output
    return tmp_path / "archive"


def test_a_candidate_is_judged_from_what_the_service_itself_drew(
    archived: Path, clock: Any, tmp_path: Path
) -> None:
    file = tmp_path / "out.json"
    first = clock.now() - 90.0 * (PAGES - 1)
    given = ("--dataset", "archive", "--data", str(archived), "--ranker", "weighted")
    begins = np.datetime_as_string(np.datetime64(int(first) + 1, "s"))
    options = ("--test-from", str(begins), "--json", str(file))
    done = CliRunner().invoke(evaluate.main, ["off-policy", *given, *options])
    assert done.exit_code == 0, done.output
    told = orjson.loads(file.read_bytes())
    assert told["log"]["pages"] == told["log"]["units"] == PAGES - 1
    assert told["log"]["impressions"] == SIZE * (PAGES - 1)
    assert told["log"]["supported"] == len(DRAWN) / SIZE
    assert told["clicks_per_choice"]["coin"]["mean"] == 1 / 2  # one of two is clicked, always
