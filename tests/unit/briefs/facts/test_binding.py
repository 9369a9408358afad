from __future__ import annotations

from datetime import date

import pytest

from recommender.briefs.facts.binding import misplaced
from recommender.briefs.facts.names import Lexicon
from recommender.briefs.facts.reading import read

DAY = date(2026, 10, 7)
TOLD = (
    "On Sunday evening Ingrid Pascoe beat Dermot Vaile by 1,900 votes in the harbour ward.",
    "The tunnel, said engineer Colm Ister, carries 37,000 cars and was dug in 1972 for 22,000.",
    "She thanked the voters of Carrowick and promised eight electric buses from 1 March.",
    "Sefa Marrow and Osric Hale asked for a recount on Tuesday.",
    "The council adopted the charge, 19 to 14.",
    "Lona Wick had made seven changes to the side.",
    "Ada Brune, who trains Cold Bay Rovers, had asked for two more weeks.",
)
LEXICON = Lexicon.of(TOLD)


def _misplaced(sentence: str) -> set[str]:
    asked = read(sentence, LEXICON, DAY)
    told = [read(one, LEXICON, DAY) for one in TOLD]
    return {asked.shown(fact) for fact, *_ in misplaced(asked, told)}


@pytest.mark.parametrize(
    "sentence",
    [
        *TOLD,
        "Ingrid Pascoe beat Dermot Vaile by 1,900 votes in the harbour ward on Sunday evening.",
        "By nineteen hundred votes Pascoe beat Vaile in the harbour ward.",
        "Dug in 1972 for 22,000, the tunnel carries 37,000 cars, said engineer Ister.",
        "Osric Hale and Sefa Marrow asked for a recount on Tuesday.",
        "Pascoe thanked the voters of Carrowick and promised eight electric buses from 1 March.",
        "Lona Wick, the coach of Orrin Town, had made seven changes to the side.",
        "Lona Wick (Orrin Town) had made seven changes to the side.",
        "Lona Wick of Orrin Town had made seven changes to the side.",
        "Ada Brune had asked for two more weeks.",
        "The council adopted the charge, 19 to 14, and Pascoe thanked the voters of Carrowick.",
    ],
)
def test_a_faithful_sentence_has_every_fact_in_its_place(sentence: str) -> None:
    assert _misplaced(sentence) == set()


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        (
            "On Sunday evening Dermot Vaile beat Ingrid Pascoe by 1,900 votes in the harbour ward.",
            {"Dermot Vaile", "Ingrid Pascoe"},
        ),
        ("Orrin Town had made seven changes to the side.", {"Orrin Town"}),
        (
            "Cold Bay Rovers, who train Ada Brune, had asked for two more weeks.",
            {"Cold Bay Rovers"},
        ),
        ("The tunnel, said engineer Dermot Vaile, carries 37,000 cars.", {"Dermot Vaile"}),
        ("The tunnel, said engineer Ister, carries 22,000 cars and was dug in 1972.", {"22,000"}),
        ("Sefa Marrow and Osric Hale asked for a recount on Sunday.", {"Sunday"}),
        ("The council adopted the charge, 14 to 19.", {"14", "19"}),
    ],
)
def test_a_fact_in_the_place_of_another_is_found(sentence: str, wrong: set[str]) -> None:
    assert _misplaced(sentence) == wrong
