"""Rephrasing keeps the meaning: other words, the same statement."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from recommender.evaluation.briefs.clauses import (
    attributed,
    clause_moved,
    day_moved,
    joined,
    part_dropped,
    role_moved,
    speech_moved,
)
from recommender.evaluation.briefs.told import Change, Told
from recommender.evaluation.briefs.wording import (
    day_rewritten,
    name_rewritten,
    number_rewritten,
    phrase_replaced,
)

Tell = Callable[[str], Told]


def _all(change: Change, told: Told) -> set[str | None]:
    return {change(told, Random(seed)) for seed in range(60)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("After the rain stopped, the river fell.", "The river fell after the rain stopped."),
        ("The river rose after heavy rain.", "After heavy rain, the river rose."),
        ("Ada Vane left until the rain stopped.", "Until the rain stopped, Ada Vane left."),
        ("When Ada Vane came, she was wet.", None),
        ("The mayor said the river rose after rain.", None),
        ("They waited and slept until noon came.", None),
        ("“After it rained, I left,” she said.", None),
    ],
)
def test_a_clause_moves_where_it_can_belong_to_one_statement_only(
    tell: Tell, text: str, wanted: str | None
) -> None:
    assert clause_moved(tell(text), Random(1)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The bridge was closed on Tuesday.", "On Tuesday, the bridge was closed."),
        ("On Tuesday night, Elmport was dark.", "Elmport was dark on Tuesday night."),
        (
            "The trust refused on Tuesday night to pay, and left.",
            "On Tuesday night, the trust refused to pay, and left.",
        ),
        ("Vane said on Tuesday that it rained.", "On Tuesday, Vane said that it rained."),
        ("They agreed to meet on Tuesday.", None),
        ("It rained and they left on Tuesday.", None),
        ("The mayor said they left on Tuesday.", None),
        ("The wall broke early on Tuesday.", None),
        ("Should they take the deal shown on Tuesday, they win.", None),
        ("The tower shut on Tuesday was old.", None),
    ],
)
def test_a_day_moves_where_only_one_verb_can_have_it(
    tell: Tell, text: str, wanted: str | None
) -> None:
    assert day_moved(tell(text), Random(1)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The mayor said that help was near.", "Help was near, the mayor said."),
        ("Help was near, the mayor said.", "The mayor said that help was near."),
        ("Bo Lark warned that Elmport was lost.", "Elmport was lost, Bo Lark warned."),
        ("Bo Lark warned Elmport of the river.", None),
        ("The mayor said that it rained and went home.", None),
        ("The trust said it would pay.", None),
    ],
)
def test_speech_keeps_its_speaker(tell: Tell, text: str, wanted: str | None) -> None:
    assert speech_moved(tell(text), Random(1)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ada Vane, who chairs it, was late at noon.", "Ada Vane was late at noon."),
        ("They left the town early, because the river rose.", "They left the town early."),
        ("The trust has paid nothing, and the mayor left.", "The trust has paid nothing."),
        ("It cost 412,000 crowns for the whole town.", None),
        ("The river rose, the trust slept.", None),
    ],
)
def test_what_is_left_out_leaves_the_statement(tell: Tell, text: str, wanted: str | None) -> None:
    assert part_dropped(tell(text), Random(1)) == wanted


def test_a_role_stands_before_the_name_or_after(tell: Tell) -> None:
    before, after = "Chief executive Bo Lark was there.", "Bo Lark, the chief executive, was there."
    assert role_moved(tell(before), Random(1)) == after
    assert role_moved(tell(after), Random(1)) == before
    assert role_moved(tell("The chief executive was there."), Random(1)) is None


def test_an_attribution_names_the_publisher(tell: Tell) -> None:
    assert _all(attributed, tell("The river rose.")) == {
        "According to Paper 1, the river rose.",
        "The river rose, according to Paper 1.",
        "The river rose, Paper 1 reported.",
    }
    assert _all(attributed, tell("According to Bo Lark, it rained.")) == {None}


def test_two_sentences_become_one_that_rests_on_both(tell: Tell) -> None:
    first, second = tell("The river rose."), tell("The trust slept.")
    made = {each.text for s in range(9) if (each := joined(first, second, Random(s)))}
    assert made == {
        "The river rose, and the trust slept.",
        "The river rose, while the trust slept.",
    }
    assert joined(tell("Vane said it rose."), second, Random(1)) is None
    assert joined(first, tell("But the trust slept."), Random(1)) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It took 340 houses.", {"It took three hundred and forty houses."}),
        ("Nine million crowns came.", {"9 million crowns came."}),
        ("It cost 1.8 billion crowns.", {"It cost 1,800 million crowns."}),
        ("It sold 38,000.", {"It sold 38 thousand.", "It sold thirty-eight thousand."}),
        ("It gave 7 million.", {"It gave 7,000,000.", "It gave 7m."}),
        ("It came at 04:12 on 3 May 2020, one of many.", {None}),
        ("“We saw 12 boats,” she said.", {None}),
        ("A 40-metre gap in Unit 3 and 5-4.", {None}),
    ],
)
def test_a_number_keeps_its_value(tell: Tell, text: str, wanted: set[str | None]) -> None:
    assert _all(number_rewritten, tell(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "It broke on Tuesday.",
            {
                "It broke on 6 October.",
                "It broke on 6 October 2026.",
                "It broke on Tuesday 6 October.",
                "It broke on 2026-10-06.",
            },
        ),
        ("It broke on Friday night.", {"It broke on the night of 2 October."}),
        (
            "It broke on 12 November.",
            {
                "It broke on November 12.",
                "It broke on 12 November 2025.",
                "It broke on 2025-11-12.",
            },
        ),
        ("It will break on 12 November.", {"It will break on November 12."}),
        ("It will break on Friday.", {None}),
        ("It fell after Friday's rain.", {None}),
    ],
)
def test_a_day_stays_the_day_meant_where_the_source_was_published(
    tell: Tell, text: str, wanted: set[str | None]
) -> None:
    """The source is of Wednesday, 7 October 2026."""
    assert _all(day_rewritten, tell(text)) == wanted


def test_a_person_is_called_by_the_surname_or_in_full(tell: Tell) -> None:
    assert _all(name_rewritten, tell("Mayor Ada Vane slept.")) == {"Mayor Vane slept."}
    assert _all(name_rewritten, tell("Ms Vane slept.")) == {"Ada Vane slept."}
    assert _all(name_rewritten, tell("“Ada Vane slept,” they said.")) == {None}


def test_a_set_phrase_is_replaced_outside_quotations(tell: Tell) -> None:
    assert _all(phrase_replaced, tell("Some 60 boats came.")) == {"About 60 boats came."}
    assert _all(phrase_replaced, tell("It lost 3 per cent.")) == {
        "It lost 3%.",
        "It lost 3 percent.",
    }
    assert _all(phrase_replaced, tell("“It began,” they sang.")) == {None}
