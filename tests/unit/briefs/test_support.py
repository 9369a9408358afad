"""An invented end is found although the rest of the sentence is told."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.briefs.facts.names import Lexicon, told_name
from recommender.briefs.facts.reading import Reading, read
from recommender.briefs.support import coverage, weakest

TEXT = "Engineers drained the cooling tower of the laundry after Ada Vane asked for it"
LEXICON = Lexicon.of([f"{TEXT}."])
COURIER = told_name("Harbour Courier")


def _read(text: str) -> Reading:
    return read(text, LEXICON, date(2026, 10, 7))


TOLD = [_read(TEXT)]


def test_four_words_of_which_one_is_told_are_made_up() -> None:
    asked = _read(f"{TEXT}, prompting Ada Vane to call for inquiry")
    assert coverage(asked, TOLD) == 8 / 11  # not: prompting, call, inquiry
    assert weakest(asked, TOLD, []) == "promp… Ada Vane call… inqui…"


@pytest.mark.parametrize("more", ["", ", prompting anger", ", the Harbour Courier reported early"])
def test_fewer_words_may_be_a_writers_own(more: str) -> None:
    assert weakest(_read(f"{TEXT}{more}"), TOLD, [COURIER]) == ""


def test_without_words_or_sources_nothing_breaks() -> None:
    assert (coverage(_read("..."), TOLD), weakest(_read("..."), TOLD, [])) == (1.0, "")
    assert coverage(_read(TEXT), []) == 0.0
    assert weakest(_read(TEXT), [], []) != ""
