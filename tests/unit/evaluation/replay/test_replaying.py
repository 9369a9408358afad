"""Features come from what was visible strictly before a list, whatever the order of its making."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import NONE, DataSet, Part
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.look_ahead import refuse_look_ahead
from recommender.evaluation.replay.replaying import Replay, ReplayConfig, replay

NOON = 1_767_268_800.0
ANNA, BEN = 0, 1

Make = Callable[..., Part]
Run = Callable[..., dict[str, FeatureTable]]


def of(table: FeatureTable, name: str) -> list[list[float]]:
    """Return the values of one feature, list by list."""
    column = table.rows[:, table.names.index(name)]
    return [part.tolist() for part in np.split(column, table.starts[1:-1])]


def test_a_click_counts_from_the_first_list_after_its_visible_second(
    make_part: Make, run: Run
) -> None:
    part = make_part(
        "p",
        {"at": 0.0, "late": 60.0, "codes": [0, 1], "clicked": [0]},
        {"at": 59.0, "codes": [0], "reader": BEN},
        {"at": 60.0, "codes": [0], "reader": BEN},  # its visible second: not before
        {"at": 60.5, "codes": [0], "reader": BEN},
    )
    table = run(part)["p"]
    assert table.popularity.tolist() == [0, 0, 0, 0, 1]
    clicks = [values[0] for values in of(table, "clicks_24h")]
    assert clicks[:3] == [0.0] * 3
    assert clicks[3] == pytest.approx(np.log1p(0.5 ** (0.5 / 86_400.0)))
    # The lists of seconds 59 and 60 became visible at once.
    assert (table.known_until - NOON).tolist() == [-np.inf, -np.inf, 59.0, 60.0]


def test_a_list_that_is_visible_at_once_tells_nothing_of_itself_or_of_others_of_its_second(
    make_part: Make, run: Run
) -> None:
    same = {"at": 5.0, "codes": [0, 1], "clicked": [0]}
    table = run(make_part("p", same, {**same, "reader": BEN}, {"at": 6.0, "codes": [0]}))["p"]
    assert table.popularity.tolist() == [0, 0, 0, 0, 2]
    assert of(table, "shown_1h")[:2] == [[0.0, 0.0]] * 2
    refuse_look_ahead({"p": table})


def test_what_becomes_visible_out_of_order_is_applied_in_order(make_part: Make, run: Run) -> None:
    table = run(
        make_part(
            "p",
            {"at": 0.0, "late": 100.0, "codes": [0], "clicked": [0]},
            {"at": 1.0, "late": 2.0, "codes": [1], "clicked": [1], "reader": BEN},
            {"at": 50.0, "codes": [0, 1]},
            {"at": 101.0, "codes": [0, 1]},
        )
    )["p"]
    assert table.popularity.tolist() == [0, 0, 0, 1, 1, 1]
    assert (table.known_until - NOON).tolist() == [-np.inf, -np.inf, 3.0, 100.0]


def test_what_was_read_before_and_what_all_clicked_is_known_of_each_list(
    make_part: Make, run: Run
) -> None:
    """The reader's own newest comes first; of guests nothing is remembered."""
    part = make_part(
        "p",
        {"at": 0.0, "codes": [0, 1], "clicked": [0]},
        {"at": 1.0, "codes": [2, 3], "clicked": [2]},
        {"at": 2.0, "codes": [3, 4]},
        {"at": 2.0, "codes": [3], "reader": BEN},
        {"at": 2.0, "codes": [3], "reader": NONE},
        past={ANNA: [(5, -60.0, 9.0)]},
    )
    table = run(part)["p"]
    assert table.crowd is not None
    assert table.crowd.tolist() == [0, 1, 2, 2, 2]
    assert table.read is not None
    read = [each.tolist() for each in np.split(table.read.articles, table.read.starts[1:-1])]
    assert read == [[5], [0, 5], [2, 0, 5], [], []]


@pytest.mark.parametrize("late", [-0.5, float("nan")])
def test_a_list_visible_before_it_was_shown_is_refused_by_name(
    make_part: Make, run: Run, late: float
) -> None:
    part = make_part(
        "dev", {"at": 0.0, "codes": [0]}, {"at": 9.0, "late": late, "codes": [0], "clicked": [0]}
    )
    told = f"{-late:g} seconds before"
    with pytest.raises(InvalidInput, match=rf"dev\.impressions\.dev1\.visible: .*{told}.*\(1 "):
        run(part)


def test_lists_out_of_order_are_refused_by_name(make_part: Make, run: Run) -> None:
    part = make_part("dev", {"at": 9.0, "codes": [0]}, {"at": 7.0, "codes": [0]})
    with pytest.raises(InvalidInput, match=r"dev\.impressions\.dev1\.at: .*2 seconds before"):
        run(part)


def test_a_part_of_nothing_is_refused(make_part: Make, run: Run) -> None:
    with pytest.raises(InvalidInput, match=r"dev\.impressions: at least one"):
        run(make_part("p", {"at": 0.0, "codes": [0]}), make_part("dev"))


def test_a_planted_click_before_the_list_is_refused_by_the_guard(
    make_set: Callable[..., DataSet],
    make_part: Make,
    vectors: NDArray[np.float32],
    config: ReplayConfig,
) -> None:
    """The state is told of a list's own click before its features are made."""
    part = make_part("p", {"at": 0.0, "codes": [0, 1]}, {"at": 9.0, "codes": [0], "clicked": [0]})

    class Leaking(Replay):
        def _catch_up(self, now: float) -> None:
            super()._catch_up(now)
            if now == NOON + 9.0:
                self._apply(part.impressions, 1, now)
                self._known_until = now

    leaking = Leaking(make_set(part).articles, vectors, config, vectors.mean(axis=0))
    table = leaking.table(part.impressions, lambda _: None)
    assert of(table, "clicks_1h")[1] == pytest.approx([np.log(2.0)])
    with pytest.raises(InvalidInput, match=r"p\.impressions\.p1: .*0 seconds after it \(1 of 2 "):
        refuse_look_ahead({"p": table})


def test_a_history_that_reaches_past_a_list_is_refused_by_the_guard(
    make_part: Make, run: Run
) -> None:
    part = make_part("p", {"at": 10.0, "codes": [0]}, past={ANNA: [(1, 0.0, 5.0), (2, 12.0, 5.0)]})
    with pytest.raises(InvalidInput, match=r"p\.impressions\.p0: .*2 seconds after"):
        refuse_look_ahead(run(part))


def test_a_part_carries_counts_over_and_begins_with_its_own_histories(
    make_part: Make, run: Run
) -> None:
    first = make_part(
        "first",
        {"at": 0.0, "late": 5.0, "codes": [0, 1], "clicked": [0]},
        {"at": 1.0, "late": 50.0, "codes": [2, 3], "clicked": [2]},
        past={ANNA: [(4, -60.0, 20.0)]},
    )
    then = make_part(
        "then",
        {"at": 20.0, "codes": [0, 2]},
        {"at": 52.0, "codes": [0, 2]},
        past={ANNA: [(1, 7.0, np.nan), (3, 8.0, 9.0)]},
    )
    tables = run(first, then)
    # Of the first part a click, and a read of before; of the second only what it brought along,
    # and what became visible after it had begun.
    lengths = [np.log1p(count) for count in (1, 1, 2, 3)]
    measured = [
        values[0] for name in ("first", "then") for values in of(tables[name], "history_length")
    ]
    assert measured == pytest.approx(lengths)
    assert tables["then"].popularity.tolist() == [1, 0, 1, 1]
    assert of(tables["then"], "own_read") == [[0.0, 0.0], pytest.approx([0.0, np.log(2.0)])]
    assert of(tables["then"], "own_clicked")[0] == pytest.approx([np.log(2.0), 0.0])


def test_guests_share_no_memory(make_part: Make, run: Run) -> None:
    guest = {"reader": NONE, "codes": [0, 1, 2]}
    table = run(
        make_part(
            "p",
            {**guest, "at": 0.0, "clicked": [0, 1], "reading": 3, "dwell": 30.0},
            {**guest, "at": 60.0, "reading": 3},
            {"reader": ANNA, "at": 60.0, "codes": [0, 1, 2], "reading": 3},
        )
    )["p"]
    personal = [name for name in table.names if name.startswith(("own_", "history", "last_seen"))]
    assert personal
    for name in (*personal, "similarity", "session", "affinity", "co_read"):
        assert of(table, name)[1] == [0.0] * 3, name
    assert (table.popularity[3:6] == [1, 1, 0]).all()  # they count for articles nevertheless
    assert table.rows[3:6] == pytest.approx(table.rows[6:])  # as for somebody who is new
    assert table.known_until[1] == NOON


def test_an_article_without_a_date_is_as_old_as_the_list_that_made_it_known(
    make_part: Make, run: Run
) -> None:
    table = run(
        make_part(
            "p",
            {"at": 0.0, "late": 60.0, "codes": [5, 0]},
            {"at": 30.0, "codes": [5, 0]},
            {"at": 3_660.0, "codes": [5, 0]},
        )
    )["p"]
    hour = 3_600.0
    assert (table.published - NOON).tolist() == [0.0, -hour, 30.0, -hour, 30.0, -hour]
    ages = [0.0, hour, 0.0, hour + 30.0, 3_630.0, hour + 3_660.0]
    assert np.ravel(of(table, "age")) == pytest.approx(np.log1p(np.array(ages) / hour))


def test_no_article_is_younger_than_the_list_that_made_it_known(
    make_set: Callable[..., DataSet],
    make_part: Make,
    vectors: NDArray[np.float32],
    config: ReplayConfig,
) -> None:
    part = make_part("p", {"at": 0.0, "codes": [0, 1], "reading": 2}, {"at": 7_300.0, "codes": [0]})
    data_set = make_set(part)
    dates = data_set.articles.published.copy()
    dates[0] = NOON + 7_200.0
    ahead = replace(data_set, articles=replace(data_set.articles, published=dates))
    table = replay(ahead, vectors, config, lambda _: None)["p"]
    assert (table.published - NOON).tolist() == [0.0, -3_600.0, 0.0]
    # Its hour to the article that is open is that of the list, not that of the date.
    assert of(table, "apart_from_open")[0] == pytest.approx([np.log(2.0), 0.0])
