from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.candidates.rules import NO_RULES, RuleCompiler, compile_rules
from recommender.catalogue.live import LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.rules import Action, SiteRule, Target

NOW = 1_767_225_600.0


def rule(action: str, target: str, value: str, **fields: Any) -> SiteRule:
    return SiteRule(action=Action(action), target=Target(target), value=value, **fields)


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    return catalogue(
        a=((1.0,), {"category": "sport", "source": "Daily", "tags": ("cup",)}),
        b=((1.0,), {"category": "news", "subcategory": "sport", "source": "Herald"}),
        c=((1.0,), {"category": "news", "source": "Daily", "tags": ("cup", "rain")}),
    ).view


def test_without_rules_nothing_is_decreed(view: CatalogueView) -> None:
    assert compile_rules((), view, NOW) is NO_RULES
    assert RuleCompiler().compiled((), view, NOW) is NO_RULES


@pytest.mark.parametrize(
    ("target", "value", "rows"),
    [
        ("article", "b", [1]),
        ("article", "never-here", []),
        ("category", "sport", [0, 1]),
        ("source", "Daily", [0, 2]),
        ("tag", "rain", [2]),
        ("tag", "never-used", []),
    ],
)
def test_a_rule_names_articles_by_its_target(
    view: CatalogueView, target: str, value: str, rows: list[int]
) -> None:
    compiled = compile_rules([rule("hold_out", target, value)], view, NOW)
    assert compiled.held_out.tolist() == rows
    assert compiled.boost is None


def test_a_row_that_two_rules_hold_out_is_named_once(view: CatalogueView) -> None:
    rules = [rule("hold_out", "category", "sport"), rule("hold_out", "article", "a")]
    assert compile_rules(rules, view, NOW).held_out.tolist() == [0, 1]


def test_boosts_and_buries_add_up(view: CatalogueView) -> None:
    rules = [
        rule("boost", "category", "sport", amount=2.0),
        rule("boost", "article", "a", amount=1.0),
        rule("bury", "source", "Daily", amount=0.5),
    ]
    compiled = compile_rules(rules, view, NOW)
    assert compiled.boost is not None
    assert compiled.boost.tolist() == [2.0 + 1.0 - 0.5, 2.0, -0.5]
    assert not len(compiled.held_out)


def test_pins_come_by_position_and_obey_the_hard_rules(view: CatalogueView) -> None:
    rules = [
        rule("pin", "article", "c", position=3),
        rule("pin", "article", "a", position=1),
        rule("pin", "article", "never-here", position=2),
    ]
    compiled = compile_rules(rules, view, NOW)
    assert compiled.pins == ((1, 0), (3, 2))
    assert compiled.pins_among(np.array([True, True, False])) == ((1, 0),)


def test_a_rule_holds_until_its_instant_and_not_at_it(view: CatalogueView) -> None:
    rules = [rule("hold_out", "article", "a", until=NOW + 1)]
    assert compile_rules(rules, view, NOW).held_out.tolist() == [0]
    assert compile_rules(rules, view, NOW + 1).held_out.tolist() == []


def test_the_same_rules_over_the_same_view_are_compiled_once_until_one_ends(
    view: CatalogueView,
) -> None:
    compiler = RuleCompiler()
    rules = (
        rule("hold_out", "article", "a", until=NOW + 10),
        rule("hold_out", "article", "b", until=NOW + 20),
    )
    first = compiler.compiled(rules, view, NOW)
    assert compiler.compiled(rules, view, NOW + 9) is first
    assert compiler.compiled(rules, view, NOW + 10).held_out.tolist() == [1]
    assert compiler.compiled(rules, view, NOW).held_out.tolist() == [0, 1]
    assert compiler.compiled(rules[:1], view, NOW).held_out.tolist() == [0]


def test_another_view_is_compiled_anew(
    catalogue: Callable[..., LiveCatalogue], entry: Callable[..., Any]
) -> None:
    live = catalogue(a=((1.0,), {"category": "sport"}))
    compiler = RuleCompiler()
    rules = (rule("boost", "category", "sport", amount=1.0),)
    assert compiler.compiled(rules, live.view, NOW).boost.tolist() == [1.0]
    live.apply([entry("b", category="sport")], np.ones((1, 1), np.float32))
    assert compiler.compiled(rules, live.view, NOW).boost.tolist() == [1.0, 1.0]
