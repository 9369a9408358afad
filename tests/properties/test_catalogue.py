"""The live catalogue against the plainest model of it: a dictionary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.catalogue import live as live_module
from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.catalogue.view import UNKNOWN
from recommender.domain.ids import ArticleId

DIMENSION = 3
NOW = 1_000.0
TAGS = ("t0", "t1")

ids = st.sampled_from([f"a{n}" for n in range(12)])
batches = st.lists(
    st.tuples(st.lists(ids, max_size=9), st.lists(ids, max_size=4)), min_size=1, max_size=12
)
"""Turns of (ids that became live or changed, ids that left)."""


def entry_of(name: str, revision: int) -> tuple[CatalogueEntry, np.ndarray]:
    angle = revision + hash(name) % 7
    vector = np.array([np.cos(angle), np.sin(angle), 0.0], np.float32)
    made = CatalogueEntry(
        id=ArticleId(name),
        title=f"{name}@{revision}",
        card=f"{name}@{revision}".encode(),
        category=(None, "food", "travel")[revision % 3],
        source=(None, "Post")[revision % 2],
        story=f"s{revision % 4}",
        tags=tuple(f"t{n}" for n in range(revision % 3)),
        generated_with_ai=(None, True, False)[revision % 3],
        is_brief=revision % 4 == 1,
        published_at=float(revision),
        expires_at=None if revision % 2 else NOW + revision,
    )
    return made, vector


def check(catalogue: LiveCatalogue, model: dict[str, tuple[CatalogueEntry, np.ndarray]]) -> None:
    view = catalogue.view
    assert {view.ids[row] for row in np.flatnonzero(view.alive)} == model.keys()
    assert len(catalogue) == len(model) == int(view.alive.sum())
    for name, (entry, vector) in model.items():
        row = view.row(ArticleId(name))
        assert row is not None
        assert (view.titles[row], view.cards[row]) == (entry.title, entry.card)
        assert view.category.name(row) == entry.category
        assert view.source.name(row) == entry.source
        assert view.story.name(row) == entry.story
        assert view.with_ai[row] == {None: UNKNOWN, True: 1, False: 0}[entry.generated_with_ai]
        assert view.is_brief[row] == entry.is_brief == (row in view.briefs)
        assert {tag for tag in TAGS if view.tags.with_any([tag])[row]} == set(entry.tags)
        told = {view.ids[other] for other in view.told_with(row)}
        assert told == {n for n, (e, _) in model.items() if e.story == entry.story and n != name}
        assert view.published[row] == entry.published_at
        assert view.expires[row] == (entry.expires_at or np.inf)
        assert np.array_equal(view.vectors[row], vector)
        assert np.allclose(view.sketches[row], view.sketcher.sketch(vector), atol=1e-6)


@pytest.fixture
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make compaction happen every few changes."""
    monkeypatch.setattr(live_module, "SPARE", 2)


@pytest.mark.usefixtures("_little_room")
@given(batches)
def test_any_sequence_of_changes_leaves_what_a_dictionary_would_hold(
    turns: list[tuple[list[str], list[str]]],
) -> None:
    catalogue, model, revision = LiveCatalogue(DIMENSION), {}, 0
    for names, gone in turns:
        entries = []
        for name in names:
            revision += 1
            entries.append(entry_of(name, revision))
        for name in gone:
            model.pop(name, None)
        model.update({entry.id: (entry, vector) for entry, vector in entries})
        vectors = np.array([v for _, v in entries], np.float32).reshape(-1, DIMENSION)
        catalogue.apply([e for e, _ in entries], vectors, [ArticleId(name) for name in gone])
        check(catalogue, model)
