"""A planted error changes what a sentence states, and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from recommender.domain.briefs import Event
from recommender.evaluation.briefs.day_errors import day_changed
from recommender.evaluation.briefs.inventions import invented, more_invented, of_another_event
from recommender.evaluation.briefs.name_errors import (
    name_of_another,
    name_of_the_event,
    names_exchanged,
)
from recommender.evaluation.briefs.names import Name, NameKind
from recommender.evaluation.briefs.negations import negation_added, negation_dropped
from recommender.evaluation.briefs.number_errors import (
    number_misread,
    number_of_the_story,
    numbers_exchanged,
    scale_changed,
)
from recommender.evaluation.briefs.told import Change, Told, read

Tell = Callable[[str], Told]


def _all(change: Change, told: Told) -> set[str | None]:
    return {change(told, Random(seed)) for seed in range(200)}


def test_a_number_is_misread_by_a_digit_or_by_two_in_turn(tell: Tell) -> None:
    found = _all(number_misread, tell("It took 340 houses."))
    changed = {each.removeprefix("It took ").removesuffix(" houses.") for each in found if each}
    assert changed == {"240", "440", "330", "350", "341", "430", "304"}


def test_a_number_in_words_becomes_one_near_it(tell: Tell) -> None:
    """12 boats are told of by the other source: that would be true."""
    assert _all(number_misread, tell("Nine boats came.")) - {None} == {
        f"{each} boats came." for each in ("Six", "Seven", "Eight", "Ten", "Eleven")
    }


def test_another_number_of_the_story_counts_what_no_source_counts_so(tell: Tell) -> None:
    """12 boats are told of, 340 houses are; no other figures are of about their sizes."""
    assert _all(number_of_the_story, tell("It took 400 boats.")) == {"It took 340 boats."}
    assert _all(number_of_the_story, tell("It took 10 boats.")) == {None}


def test_a_scale_is_changed(tell: Tell) -> None:
    assert _all(scale_changed, tell("It cost 7 million crowns.")) == {"It cost 7 billion crowns."}
    assert _all(scale_changed, tell("It cost 7 crowns.")) == {None}


def test_numbers_are_exchanged_where_they_count_different_things(tell: Tell) -> None:
    assert _all(numbers_exchanged, tell("It took 40 houses and 12 boats.")) == {
        "It took 12 houses and 40 boats."
    }
    assert _all(numbers_exchanged, tell("It took 40 boats and 12 boats.")) == {None}
    assert _all(numbers_exchanged, tell("Ages range from 41 to 88.")) == {None}


@pytest.mark.parametrize("text", ["More than 340 houses.", "“340 houses,” she said.", "One house."])
def test_a_number_behind_a_bound_or_quoted_is_left(tell: Tell, text: str) -> None:
    """Of more than 340 houses it is as true that they are more than 330."""
    assert _all(number_misread, tell(text)) == {None}


def test_a_name_is_replaced_by_one_of_its_kind(tell: Tell) -> None:
    assert _all(name_of_the_event, tell("Ada Vane slept in Elmport.")) == {
        "Bo Lark slept in Elmport.",
        "Ada Vane slept in Stony Bridge.",
    }
    others = (Name(text="Cy Moor", kind=NameKind.PERSON), Name(text="Wick", kind=NameKind.PLACE))

    def other(told: Told, chance: Random) -> str | None:
        return name_of_another(told, others, chance)

    assert _all(other, tell("Ms Vane slept.")) == {"Ms Moor slept."}


def test_a_name_that_a_noun_follows_is_left(tell: Tell) -> None:
    """The Elmport bridge may well be the Stony Bridge bridge."""
    assert _all(name_of_the_event, tell("The Elmport bridge broke.")) == {None}


def test_names_are_exchanged_where_that_is_another_deed(tell: Tell) -> None:
    assert _all(names_exchanged, tell("Ada Vane asked Bo Lark for boats.")) == {
        "Bo Lark asked Ada Vane for boats."
    }
    assert _all(names_exchanged, tell("Ada Vane and Bo Lark slept.")) == {None}
    assert _all(names_exchanged, tell("Ada Vane met with her friend and Bo Lark.")) == {None}


def test_a_weekday_becomes_another_one_or_a_false_yesterday(tell: Tell) -> None:
    """Told on Wednesday: Wednesday was not yesterday, but Tuesday was."""
    days = {f"It broke on {day}." for day in ("Monday", "Thursday", "Friday", "Saturday", "Sunday")}
    of_wednesday = days | {"It broke on Tuesday.", "It broke yesterday."}
    assert _all(day_changed, tell("It broke on Wednesday.")) == of_wednesday
    of_tuesday = days | {"It broke on Wednesday."}
    assert _all(day_changed, tell("It broke on Tuesday.")) == of_tuesday


def test_a_date_gets_another_day_month_or_year(tell: Tell) -> None:
    found = _all(day_changed, tell("It broke on 3 May 2020."))
    assert None not in found
    for each in found:
        day, month, year = str(each).removeprefix("It broke on ").removesuffix(".").split()
        assert (day != "3") + (month != "May") + (year != "2020") == 1


@pytest.mark.parametrize("text", ["It ends by Friday.", "“It broke on Friday,” she said.", "No."])
def test_a_day_behind_a_bound_or_quoted_is_left(tell: Tell, text: str) -> None:
    assert _all(day_changed, tell(text)) == {None}


def test_an_invented_sentence_is_of_the_events_names_and_in_no_source(flood: Event) -> None:
    reading = read(flood)
    found = {invented(reading, Random(seed)) for seed in range(200)} - {None}
    assert len(found) > 30
    assert all(str(each) not in reading.text for each in found)
    assert any("Ada Vane" in str(each) for each in found)
    assert any("Elmport" in str(each) for each in found)


def test_what_is_added_to_a_sentence_leaves_the_rest(tell: Tell) -> None:
    found = _all(more_invented, tell("The river rose."))
    assert all(str(each).startswith("The river rose") for each in found)
    assert "The river rose, which Harbour Trust later denied." in found


def test_a_sentence_of_another_event_takes_this_events_names(
    tell: Tell, event: Callable[..., Event]
) -> None:
    fair = read(event("fair", "Mayor Cy Moor said so in Wick.", "Cy Moor sang in Wick."))
    told = tell("Ada Vane slept in Elmport.")
    assert of_another_event(told, fair, Random(1)) == "Cy Moor slept in Wick."
    assert of_another_event(tell("It rained all night."), fair, Random(1)) is None


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("The road was closed.", "The road was not closed."),
        ("Ada Vane said that it held.", "Ada Vane denied that it held."),
        ("She has closed it with a gate.", "She has not closed it with a gate."),
        ("She closed it with a gate.", "She closed it without a gate."),
        ("The road was not closed.", None),
        ("“It was closed,” she said.", None),
        ("She has a boat.", None),
    ],
)
def test_a_negation_is_added_outside_quotations(tell: Tell, text: str, denied: str | None) -> None:
    assert denied in _all(negation_added, tell(text))


@pytest.mark.parametrize(
    ("text", "affirmed"),
    [
        ("The road was not closed.", "The road was closed."),
        ("The road wasn't closed.", "The road was closed."),
        ("It shut without warning.", "It shut with warning."),
        ("No boats sailed.", "Boats sailed."),
        ("Not only boats sailed, it is not only that.", None),
        ("“It was not closed,” she said.", None),
    ],
)
def test_a_negation_is_left_out_outside_quotations(
    tell: Tell, text: str, affirmed: str | None
) -> None:
    assert _all(negation_dropped, tell(text)) == {affirmed}
