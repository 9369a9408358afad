"""A snapshot survives its packing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.slates import Ordering, Reason, Snapshot
from recommender.store.pages import pack, unpack

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    n, f = draw(st.integers(0, 6)), draw(st.integers(0, 3))

    def column() -> st.SearchStrategy[list[str]]:
        return st.lists(texts, min_size=n, max_size=n)

    def matrix(kind: type, width: int) -> np.ndarray:
        return draw(arrays.arrays(kind, (n, f), elements=st.floats(width=width, allow_nan=False)))

    abouts = st.lists(st.none() | texts, min_size=n, max_size=n)
    return Snapshot(
        token=draw(texts),
        reader=draw(st.none() | texts.map(ReaderId)),
        created_at=draw(values),
        expires_at=draw(values),
        version=draw(st.integers(0, 99)),
        next_position=draw(st.integers(1, 99)),
        policy=draw(texts),
        variant=draw(st.none() | texts),
        customised=draw(st.booleans()),
        left=Ordering(
            articles=tuple(map(ArticleId, draw(column()))),
            scores=draw(arrays.arrays(np.float64, n, elements=values)),
            sources=tuple(draw(column())),
            propensities=draw(arrays.arrays(np.float64, n, elements=values)),
            features=matrix(np.float32, 32),
            contributions=matrix(np.float64, 64),
            reasons=tuple(
                Reason(code=code, about=about)
                for code, about in zip(draw(column()), draw(abouts), strict=True)
            ),
            teams=draw(st.none() | column().map(tuple)),
            credits=draw(st.none() | st.lists(values, min_size=n, max_size=n).map(tuple)),
        ),
        feature_names=tuple(draw(st.lists(texts, min_size=f, max_size=f, unique=True))),
        schema=draw(texts),
        shown=tuple(map(ArticleId, draw(st.lists(texts, max_size=4)))),
        complete=draw(st.booleans()),
        page_size=draw(st.integers(1, 100)),
        request=draw(texts).encode(),
        failures=draw(st.none() | st.integers(0, 9)),
    )


@given(snapshot=snapshots())
def test_what_was_packed_is_unpacked_to_the_last_bit(snapshot: Snapshot) -> None:
    found = unpack(pack(snapshot))
    assert replace(found, left=snapshot.left) == snapshot
    was, now = snapshot.left, found.left
    assert (now.articles, now.sources, now.reasons) == (was.articles, was.sources, was.reasons)
    assert (now.teams, now.credits) == (was.teams, was.credits)
    for name in ("scores", "propensities", "features", "contributions"):
        before, after = getattr(was, name), getattr(now, name)
        assert (after.shape, after.dtype) == (before.shape, before.dtype)
        assert np.array_equal(after, before)
