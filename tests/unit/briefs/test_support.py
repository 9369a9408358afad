"""An invented end is found although the rest of the sentence is told."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.briefs.arranging import TOGETHER_MOST
from recommender.briefs.facts.names import Lexicon
from recommender.briefs.facts.reading import Reading, read
from recommender.briefs.support import coverage, weakest
from recommender.briefs.wording import attributed, wording_of

TEXT = "Engineers drained the cooling tower of the laundry after Ada Vane asked for it"
LEXICON = Lexicon.of([f"{TEXT}."])


def _read(text: str) -> Reading:
    return read(text, LEXICON, date(2026, 10, 7))


TOLD = [_read(TEXT)]


def test_four_words_of_which_one_is_told_are_made_up() -> None:
    asked = _read(f"{TEXT}, prompting Ada Vane to call for inquiry")
    assert coverage(asked, TOLD) == 8 / 11  # not: prompting, call, inquiry
    assert weakest(asked, TOLD) == "promp… Ada Vane call… inqui…"


@pytest.mark.parametrize("more", ["", ", prompting anger"])
def test_fewer_words_may_be_a_writers_own(more: str) -> None:
    assert weakest(_read(f"{TEXT}{more}"), TOLD) == ""


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", None])
@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize("others", [[], ["Ada Vane"], ["Ada Vane", "Ada Vane"]])
def test_saying_who_tells_it_is_nothing_made_up(
    language: str | None, turn: int, others: list[str]
) -> None:
    wording = wording_of(language)
    said = attributed(f"{TEXT}.", "Ada Vane", others=others, turn=turn, wording=wording)
    assert weakest(_read(said), TOLD) == ""


def test_a_fact_that_is_left_out_need_not_be_told() -> None:
    asked = _read(f"{TEXT}, Harbour Courier")
    said = asked.without(lambda fact: asked.shown(fact) == "Harbour Courier")
    assert (coverage(asked, TOLD), coverage(said, TOLD)) == (7 / 8, 1)


def test_without_words_or_sources_nothing_breaks() -> None:
    assert (coverage(_read("..."), TOLD), weakest(_read("..."), TOLD)) == (1.0, "")
    assert coverage(_read(TEXT), []) == 0.0
    assert weakest(_read(TEXT), []) != ""


def test_as_many_sentences_as_are_quoted_together_bear_one_out() -> None:
    told = [_read(f"word{place} tower{place}") for place in range(TOGETHER_MOST)]
    asked = _read(" ".join(one.text for one in told))
    assert coverage(asked, told) == 1
