from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from recommender.catalogue.live import SPARE, CatalogueEntry, LiveCatalogue
from recommender.domain.ids import ArticleId

NOW = 1_767_225_600.0
Entry = Callable[..., CatalogueEntry]


def units(count: int, dimension: int = 4, seed: int = 7) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_new_catalogue_is_empty_and_can_be_asked() -> None:
    view = LiveCatalogue(3).view
    assert view.count == 0
    assert view.row(ArticleId("a")) is None
    rows, cosines = view.nearest(np.ones(3, np.float32), 5, view.eligible(NOW))
    assert (len(rows), len(cosines), len(view.newest)) == (0, 0, 0)


def test_a_changed_article_gets_a_new_row_and_its_old_one_dies(entry: Entry) -> None:
    live = LiveCatalogue(4)
    live.apply([entry("a"), entry("b")], units(2))
    live.apply([entry("a", title="Changed", category="food")], units(1, seed=8))
    view = live.view
    row = view.row(ArticleId("a"))
    assert row == 2
    assert view.titles[row] == "Changed"
    assert view.category.name(row) == "food"
    assert view.alive.tolist() == [False, True, True]
    assert len(live) == 2


def test_the_tags_of_a_row_are_told_in_their_order(entry: Entry) -> None:
    live = LiveCatalogue(4)
    live.apply(
        [entry("a", tags=("x", "y")), entry("b"), entry("c", tags=("y", "z", "x"))], units(3)
    )
    tags = live.view.tags
    assert [tags.names_of(row) for row in range(3)] == [["x", "y"], [], ["y", "z", "x"]]


def test_an_article_that_left_is_in_no_answer(entry: Entry) -> None:
    live = LiveCatalogue(4)
    vectors = units(3)
    live.apply([entry("a"), entry("b"), entry("c")], vectors)
    live.apply([], np.empty((0, 4), np.float32), [ArticleId("b"), ArticleId("never-here")])
    view = live.view
    assert view.row(ArticleId("b")) is None
    assert view.rows_of([ArticleId("c"), ArticleId("b"), ArticleId("a")]).tolist() == [2, 0]
    assert view.eligible(NOW).tolist() == [True, False, True]
    rows, _ = view.nearest(vectors[1], 3, view.eligible(NOW))
    assert sorted(rows.tolist()) == [0, 2]


def test_the_last_of_two_entries_of_one_id_in_one_batch_counts(entry: Entry) -> None:
    live = LiveCatalogue(4)
    live.apply([entry("a", title="First"), entry("a", title="Second")], units(2))
    assert live.view.titles[live.view.rows[ArticleId("a")]] == "Second"
    assert live.view.alive.tolist() == [False, True]


def test_an_article_is_eligible_from_its_publication_until_it_expires(entry: Entry) -> None:
    live = LiveCatalogue(4)
    articles = [
        entry("now", published_at=NOW),
        entry("later", published_at=NOW + 1),
        entry("expiring", expires_at=NOW + 1),
        entry("expired", expires_at=NOW),
    ]
    live.apply(articles, units(4))
    assert live.view.eligible(NOW).tolist() == [True, False, True, False]
    assert live.view.eligible(NOW + 1).tolist() == [True, True, False, False]


def test_an_eligible_mask_is_the_callers_own(entry: Entry) -> None:
    live = LiveCatalogue(4)
    live.apply([entry("a")], units(1))
    live.view.eligible(NOW)[0] = False
    assert live.view.eligible(NOW)[0]


def test_newest_lists_rows_by_publication(entry: Entry) -> None:
    live = LiveCatalogue(4)
    live.apply(
        [entry(name, published_at=NOW - age) for name, age in (("a", 2), ("b", 0))], units(2)
    )
    live.apply([entry("c", published_at=NOW - 1)], units(1))
    assert live.view.newest.tolist() == [1, 2, 0]


def columns(view: Any) -> dict[str, Any]:
    return {
        each.name: getattr(view, each.name)[: view.count].copy()
        for each in fields(view)
        if each.name in {"vectors", "sketches", "published", "expires", "with_ai"}
    } | {
        "ids": list(view.ids[: view.count]),
        "titles": list(view.titles[: view.count]),
        "cards": list(view.cards[: view.count]),
        "category": [view.category.name(row) for row in range(view.count)],
        "tagged": view.tags.with_any(["rain"]),
    }


def test_a_view_that_is_held_keeps_its_rows_while_the_catalogue_grows_and_compacts(
    entry: Entry,
) -> None:
    live = LiveCatalogue(4)
    live.apply(
        [entry(f"a{n}", category=f"c{n % 3}", tags=("rain",)) for n in range(100)], units(100)
    )
    held = live.view
    before = columns(held)
    for batch in range(4):
        live.apply([entry(f"b{batch}-{n}") for n in range(SPARE)], units(SPARE, seed=batch))
        live.apply([entry(f"a{n}", title="New") for n in range(50)], units(50, seed=batch))
    after = columns(held)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert live.view.count > held.count


class Watched(Sequence[CatalogueEntry]):
    """Entries that look at the catalogue whenever they are read: as a request does meanwhile."""

    def __init__(self, entries: list[CatalogueEntry], live: LiveCatalogue) -> None:
        self._entries, self._live = entries, live
        self.met: list[tuple[int, bool]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, place: Any) -> Any:
        return self._entries[place]

    def __iter__(self) -> Iterator[CatalogueEntry]:
        for each in self._entries:
            view = self._live.view
            self.met.append((view.count, view.row(ArticleId("a0")) is not None))
            yield each


def test_a_request_during_compaction_still_sees_the_whole_catalogue(entry: Entry) -> None:
    live = LiveCatalogue(4)
    live.apply([entry(f"a{n}") for n in range(SPARE - 1)], units(SPARE - 1))
    entries = Watched([entry("b"), entry("c")], live)
    live.apply(entries, units(2))
    assert live.view.count == SPARE + 1
    assert set(entries.met) == {(SPARE - 1, True)}


def test_compaction_leaves_the_dead_behind(entry: Entry) -> None:
    live = LiveCatalogue(4)
    for turn in range(6):
        live.apply([entry(f"a{n}", title=str(turn)) for n in range(500)], units(500, seed=turn))
    assert len(live) == 500
    assert live.view.count <= 2 * (500 + 500) + SPARE
    assert np.allclose(live.view.vectors[live.view.alive], units(500, seed=5))
