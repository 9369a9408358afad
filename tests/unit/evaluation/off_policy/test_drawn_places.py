"""A candidate judged at drawn places: by eye, and in a world that the service's own draws made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.errors import InvalidInput, NoSupport
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.off_policy import drawn_places
from recommender.evaluation.off_policy.drawn_places import compare, judge, pairs_of, summary_of
from recommender.reranking.exploration import ExplorationConfig, place

HOUR = 3_600.0
DRAWN = (6, 16)
"""Positions."""

SEEN = (1.0, 0.5)
"""How much of the clicks an article gets at each of them."""


def _table(
    propensities: list[list[float]],
    clicked: list[list[bool]],
    *,
    positions: list[list[int]] | None = None,
    readers: list[int] | None = None,
) -> FeatureTable:
    """Return pages; each is from position 1 on, an hour after the one before, of another reader."""
    lengths = [len(each) for each in propensities]
    count, rows = len(lengths), sum(lengths)
    places = positions or [list(range(1, length + 1)) for length in lengths]
    at = np.arange(count) * HOUR
    return FeatureTable(
        names=(),
        rows=np.zeros((rows, 0), np.float32),
        impressions=np.arange(count).astype(np.str_),
        readers=np.arange(count) if readers is None else np.array(readers),
        at=at,
        known_until=at - 1.0,
        starts=np.concatenate(([0], np.cumsum(lengths))),
        clicked=np.array([each for page in clicked for each in page]),
        articles=np.arange(rows),
        published=np.zeros(rows),
        popularity=np.zeros(rows),
        positions=np.array([each for page in places for each in page], np.int32),
        propensities=np.array([each for page in propensities for each in page]),
    )


@pytest.fixture
def anyhow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let logs of a few pages be judged."""
    monkeypatch.setattr(drawn_places, "LEAST_EFFECTIVE", 1.0)


FOUR = _table(
    [[1.0, 0.5, 0.25]] * 2 + [[1.0, 0.25, 0.25]] * 2,
    [[True, True, False], [False, False, True], [False, False, False], [False, True, False]],
)
"""Pages of three places, of which the second and the third were drawn."""


@pytest.mark.usefixtures("anyhow")
def test_a_candidate_gains_where_it_prefers_what_is_clicked() -> None:
    pairs = pairs_of(FOUR)
    assert pairs.weights.tolist() == [8 / 12, 8 / 12, 16 / 12, 16 / 12]
    upper_first = np.array([9.0, 1.0, 0.0, 9.0, 0.0, 1.0, 9.0, 0.0, 1.0, 9.0, 1.0, 0.0])
    found = judge(pairs, upper_first)
    coin = (2 / 3 * 0.5 + 2 / 3 * 0.5 + 0 + 4 / 3 * 0.5) / 4
    assert found.coin.mean == pytest.approx(coin)
    usual = (2 / 3 * 1 + 4 / 3 * 1) / 4  # it prefers the upper one on two pages
    gain = (2 / 3 * (1 - usual) - 2 / 3 * (0 - usual) + 4 / 3 * (1 - usual)) / 4
    assert found.gain.mean == pytest.approx(gain)
    assert found.candidate.mean == pytest.approx(coin + gain)
    assert compare(pairs, upper_first, -upper_first).mean == pytest.approx(2 * gain)


@pytest.mark.usefixtures("anyhow")
@pytest.mark.parametrize("scores", [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
def test_to_prefer_a_place_gains_nothing(scores: list[float]) -> None:
    assert judge(pairs_of(FOUR), np.array(scores * 4)).gain.mean == 0.0


@pytest.mark.usefixtures("anyhow")
def test_a_judgement_says_what_it_is_from() -> None:
    told = summary_of(FOUR, pairs_of(FOUR))
    assert (told.pairs, told.pages, told.draws, told.clicks, told.units) == (4, 4, 8, 3, 4)
    assert (told.impressions, told.supported) == (12, 8 / 12)
    assert told.effective_sample_size == pytest.approx(48**2 / (2 * 8**2 + 2 * 16**2))
    assert told.largest_weight == 16 / 12


@pytest.mark.usefixtures("anyhow")
def test_three_draws_of_a_page_are_three_pairs() -> None:
    pairs = pairs_of(_table([[0.5, 0.5, 0.5], [0.5, 1.0, 0.5]], [[True, False, False]] * 2))
    found = sorted(zip(pairs.upper.tolist(), pairs.lower.tolist(), strict=True))
    assert found == [(0, 1), (0, 2), (1, 2), (3, 5)]


@pytest.mark.usefixtures("anyhow")
def test_later_pages_are_left_out() -> None:
    table = _table([[0.5, 0.5]] * 3, [[True, False]] * 3, positions=[[1, 2], [21, 22], [1, 2]])
    assert pairs_of(table).pages.tolist() == [0, 2]


@pytest.mark.usefixtures("anyhow")
def test_guests_of_one_hour_are_one_unit_for_they_draw_with_the_same_luck() -> None:
    table = _table([[0.5, 0.5]] * 4, [[True, False]] * 4, readers=[-1, -1, 5, 5])
    guests = replace(table, at=np.array([10.0, HOUR - 1, 0.0, 9 * HOUR]))
    assert len(np.unique(pairs_of(guests).units)) == 2
    assert len(np.unique(pairs_of(table).units)) == 3


@pytest.mark.parametrize(
    "propensities",
    [[[1.0, 1.0, 1.0]], [[1.0, 0.5, 1.0]] * 3, [[1.0, 0.5, 1.0], [1.0, 1.0, 0.5]]],
)
def test_where_no_page_has_two_drawn_places_it_is_said_what_to_change(
    propensities: list[list[float]],
) -> None:
    table = _table(propensities, [[True, True, True]] * len(propensities))
    with pytest.raises(NoSupport, match=r"not left to chance: .*EXPLORATION__ENABLED=true"):
        pairs_of(table)


def test_a_log_that_says_too_little_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"size of 50 pairs; .*UNIFORM_SHARE.*, got 3\.6 from 4"):
        pairs_of(FOUR)
    with pytest.raises(InvalidInput, match=r"a click at a drawn place.*got none"):
        pairs_of(replace(FOUR, clicked=np.zeros(12, np.bool_)))
    for changes in ({"positions": None}, {"propensities": None}):
        with pytest.raises(InvalidInput, match="got a log without them"):
            pairs_of(replace(FOUR, **changes))
    with pytest.raises(InvalidInput, match=r"above 0 and at most 1.*got 0"):
        pairs_of(replace(FOUR, propensities=np.zeros(12)))


Candidate = Callable[[NDArray[np.float64], float, np.random.Generator], NDArray[np.float64]]
"""From how good a page's articles are, and how keen its reader is, to scores."""


def _good(
    good: NDArray[np.float64], keen: float, chance: np.random.Generator
) -> NDArray[np.float64]:
    return good + 2.0 * keen + chance.normal(size=len(good))


def _blind(
    good: NDArray[np.float64], keen: float, chance: np.random.Generator
) -> NDArray[np.float64]:
    return keen + (1.0 + abs(keen)) * chance.normal(size=len(good))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Of the two drawn places; and of all ``pairs`` that could be drawn, the means."""

    propensities: list[float]
    clicked: list[bool]
    scores: list[float]
    pairs: int
    prefers_upper: float
    upper_gains: float
    upper_less_lower: float


def _page(candidate: Candidate, chance: np.random.Generator, luck: Random) -> Page:
    """Return a page as the service draws it, by a ranker that knows a little of what is good.

    Keen readers click everything more often.
    """
    keen, good = chance.normal(), chance.normal(size=int(chance.integers(12, 31)))
    logging = np.concatenate([0.2 * good + 0.3 * chance.normal(size=len(good)), np.zeros(40)])
    order = np.argsort(-logging[: len(good)]).tolist()
    exploited = range(len(good), len(logging))
    placed = place(exploited, order, logging, depth=40, generator=luck, config=ExplorationConfig())
    drawn = [placed.order[position - 1] for position in DRAWN]
    chances, scores = 1.0 / (1.0 + np.exp(2.5 - 0.8 * good - keen)), candidate(good, keen, chance)
    upper, lower = order[0::4], order[1::4]
    prefers = scores[upper][:, None] > scores[lower][None, :]
    more = SEEN[0] * chances[upper][:, None] - SEEN[1] * chances[lower][None, :]
    return Page(
        propensities=[float(placed.propensities[position - 1]) for position in DRAWN],
        clicked=[chance.random() < chances[a] * seen for a, seen in zip(drawn, SEEN, strict=True)],
        scores=scores[drawn].tolist(),
        pairs=prefers.size,
        prefers_upper=float(prefers.mean()),
        upper_gains=float((prefers * more).mean()),
        upper_less_lower=float(more.mean()),
    )


def _drawn_world(
    seed: int, candidate: Candidate
) -> tuple[FeatureTable, NDArray[np.float64], float]:
    """Return 600 pages of 300 readers, the candidate's scores of them, and its true gain."""
    chance, luck = np.random.default_rng(seed), Random(seed)
    pages = [_page(candidate, chance, luck) for _ in range(600)]
    counted = np.array([each.pairs for each in pages]) / sum(each.pairs for each in pages)
    usual = counted @ np.array([each.prefers_upper for each in pages])
    gains = np.array([each.upper_gains - usual * each.upper_less_lower for each in pages])
    table = _table(
        [each.propensities for each in pages],
        [each.clicked for each in pages],
        positions=[[1, DRAWN[1]]] * len(pages),  # of a first page; the others do not matter
        readers=[number // 2 for number in range(len(pages))],
    )
    return table, np.array([score for each in pages for score in each.scores]), counted @ gains


@pytest.mark.parametrize(
    ("candidate", "least", "most"), [(_good, 0.015, 0.04), (_blind, -0.004, 0.004)]
)
def test_the_gain_is_right_on_average_and_held_by_its_interval(
    candidate: Candidate, least: float, most: float
) -> None:
    errors, held = [], 0
    for seed in range(20):
        table, scores, truth = _drawn_world(seed, candidate)
        assert least < truth < most
        found = judge(pairs_of(table), scores).gain
        errors.append(found.mean - truth)
        held += found.low <= truth <= found.high
    assert abs(np.mean(errors)) < 2 * np.std(errors) / np.sqrt(len(errors))
    assert held >= 18
