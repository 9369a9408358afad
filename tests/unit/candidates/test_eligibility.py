from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.candidates.eligibility import EligibilityConfig, eligible_rows, still_eligible
from recommender.candidates.filters import FeedFilter, parse_filter
from recommender.candidates.rules import NO_RULES, CompiledRules, compile_rules
from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId
from recommender.domain.readers import Preferences, ReaderState
from recommender.domain.rules import Action, SiteRule, Target

NOW = 1_767_225_600.0
HOUR = 3_600.0
CONFIG = EligibilityConfig(story_rest_hours=24.0)


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    """Six articles: a and b tell one story, c another, d has not appeared yet, e has expired."""
    return catalogue(
        a=((1.0,), {"story": "flood", "source": "Daily"}),
        b=((1.0,), {"story": "flood", "source": "Herald"}),
        c=((1.0,), {"story": "match", "source": "Herald"}),
        d=((1.0,), {"published_at": NOW + 1}),
        e=((1.0,), {"expires_at": NOW}),
        f=((1.0,), {"category": "sport"}),
    ).view


def reader(**fields: Any) -> ReaderState:
    return ReaderState(**fields)


def shown(
    view: CatalogueView,
    state: ReaderState | None = None,
    wanted: str = "{}",
    rules: CompiledRules = NO_RULES,
    config: EligibilityConfig = CONFIG,
) -> str:
    """Return the ids, a letter each, of what may be shown."""
    state = state or reader()
    mask = eligible_rows(view, NOW, state, parse_filter(wanted), rules, config)
    return "".join(view.ids[row] for row in np.flatnonzero(mask))


def test_a_guest_may_get_all_that_is_out_and_unexpired(view: CatalogueView) -> None:
    assert shown(view) == "abcf"


def test_what_was_seen_or_hidden_does_not_come_back(view: CatalogueView) -> None:
    seen = {ArticleId("f"): NOW - 9 * 24 * HOUR, ArticleId("gone"): NOW}
    assert shown(view, reader(seen=seen)) == "abc"
    assert shown(view, reader(hidden=(ArticleId("c"), ArticleId("gone")))) == "abf"


def test_muted_sources_never_appear(view: CatalogueView) -> None:
    muted = reader(preferences=Preferences(muted_sources=("Herald", "Nobody")))
    assert shown(view, muted) == "af"


def test_the_filter_and_the_sites_rules_leave_out(view: CatalogueView) -> None:
    assert shown(view, wanted='{"source": {"any": ["Herald"]}}') == "bc"
    held = SiteRule(action=Action.HOLD_OUT, target=Target.CATEGORY, value="sport")
    assert shown(view, rules=compile_rules([held], view, NOW)) == "abc"


def test_a_story_rests_for_some_hours_after_one_of_its_articles_was_met(
    view: CatalogueView,
) -> None:
    lately = reader(seen={ArticleId("a"): NOW - 24 * HOUR + 1})
    assert shown(view, lately) == "cf"
    assert shown(view, lately, config=EligibilityConfig(story_rest_hours=0.0)) == "bcf"
    assert shown(view, reader(seen={ArticleId("a"): NOW - 24 * HOUR})) == "bcf"


def test_articles_of_no_story_are_no_story(view: CatalogueView) -> None:
    assert shown(view, reader(seen={ArticleId("f"): NOW})) == "abc"


def test_a_seen_article_that_changes_meanwhile_is_left_out_all_the_same(
    view: CatalogueView,
) -> None:
    # Its new row lies past this view, and its old one died after the mask was begun.
    view = replace(view, rows={**view.rows, ArticleId("f"): 99})
    view.alive[5] = False
    assert shown(view, reader(seen={ArticleId("f"): NOW})) == "abc"
    rows = np.array([5])
    still = still_eligible(view, rows, NOW, reader(), NO_RULES, CONFIG)
    assert still.tolist() == [False]


def test_a_mask_is_the_callers_own(view: CatalogueView) -> None:
    eligible_rows(view, NOW, reader(), FeedFilter(), NO_RULES, CONFIG)[:] = False
    assert shown(view) == "abcf"


def test_no_rows_are_still_eligible_among_none(view: CatalogueView) -> None:
    rows = np.empty(0, np.intp)
    assert still_eligible(view, rows, NOW, reader(), NO_RULES, CONFIG).tolist() == []


LETTERS = "abcdef"
articles = st.fixed_dictionaries(
    {
        "published_at": st.sampled_from([NOW - 1, NOW, NOW + 1]),
        "expires_at": st.sampled_from([None, NOW, NOW + 1]),
        "source": st.sampled_from([None, "Daily", "Herald"]),
        "story": st.sampled_from([None, "flood", "match"]),
    }
)
states = st.builds(
    ReaderState,
    seen=st.dictionaries(
        st.sampled_from(LETTERS), st.sampled_from([NOW - 25 * HOUR, NOW - HOUR]), max_size=3
    ),
    hidden=st.lists(st.sampled_from(LETTERS), max_size=2).map(tuple),
    preferences=st.builds(
        Preferences, muted_sources=st.lists(st.just("Daily"), max_size=1).map(tuple)
    ),
)


@given(
    made=st.lists(articles, min_size=6, max_size=6),
    state=states,
    held=st.lists(st.integers(0, 5), max_size=2),
    died=st.lists(st.integers(0, 5), max_size=2),
)
def test_what_is_still_eligible_is_what_is_eligible_of_the_rows(
    made: list[dict[str, Any]], state: ReaderState, held: list[int], died: list[int]
) -> None:
    live = LiveCatalogue(1)
    entries = [
        CatalogueEntry(id=ArticleId(letter), title="", card=b"", **fields)
        for letter, fields in zip(LETTERS, made, strict=True)
    ]
    live.apply(entries, np.ones((6, 1), np.float32))
    live.view.alive[died] = False
    rules = replace(NO_RULES, held_out=np.array(held, np.intp))
    mask = eligible_rows(live.view, NOW, state, FeedFilter(), rules, CONFIG)
    rows = np.array([5, 0, 3, 1, 4, 2])
    still = still_eligible(live.view, rows, NOW, state, rules, CONFIG)
    assert still.tolist() == mask[rows].tolist()
