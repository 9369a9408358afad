"""A "not" too many or too few is found; what merely looks like one is not."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.briefs.facts.names import Lexicon
from recommender.briefs.facts.polarity import contradicted
from recommender.briefs.facts.reading import Reading, read
from recommender.briefs.facts.typography import plain

NOTHING = Lexicon.of([])


def _read(text: str) -> Reading:
    return read(plain(text), NOTHING, date(2026, 10, 7))


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("the council has approved the charge", "the council has not approved the charge"),
        ("the council approved the charge", "the council never approved the charge"),
        ("the ferries sailed on time", "the ferries didn't sail on time"),
        ("the harbour said ferries would sail", "the harbour said no ferries would sail"),
        ("the tower shut with warning signs", "the tower shut without warning signs"),
        ("she said that funds were missing", "she denied that funds were missing"),
        ("der Rat hat die Maut beschlossen", "der Rat hat die Maut nicht beschlossen"),
        ("die Stadt hatte Geld gefunden", "die Stadt hatte kein Geld gefunden"),
        ("le conseil a approuvé le péage", "le conseil n'a pas approuvé le péage"),
        ("el consejo aprobó el peaje", "el consejo no aprobó el peaje"),
        ("rådet har vedtaget afgiften", "rådet har ikke vedtaget afgiften"),
    ],
)
def test_a_negation_too_many_or_too_few_contradicts(yes: str, no: str) -> None:
    one, other = _read(yes), _read(no)
    assert contradicted(one, [other]) is other
    assert contradicted(other, [one]) is one
    assert contradicted(one, [one]) is contradicted(other, [other]) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the council approved the charge", "the council rejected the charge"),
        ("the council approved the charge", "the charge was rejected by the council"),
        ("rents in the valley rose by a fifth", "rents in the valley fell by a fifth"),
        ("the jury found the mayor guilty", "the jury found the mayor innocent"),
        ("the novel won the prize in May", "the novel lost the prize in May"),
        ("die Mieten im Tal sind gestiegen", "die Mieten im Tal sind gesunken"),
        ("le conseil a adopté le péage", "le conseil a rejeté le péage"),
        ("el consejo aprobó el peaje", "el consejo rechazó el peaje"),
    ],
)
def test_the_opposite_word_among_the_same_words_contradicts(one: str, other: str) -> None:
    first, second = _read(one), _read(other)
    assert contradicted(first, [second]) is second
    assert contradicted(second, [first]) is first
    assert contradicted(first, [second, first]) is None


def test_it_is_enough_that_one_cited_sentence_says_so() -> None:
    yes, no = _read("the council approved the charge"), _read("the council never approved a charge")
    assert contradicted(yes, [no, yes]) is None


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("the fire killed no more than 40 sheep", "the fire killed 40 sheep"),
        ("not only vans paid the new charge", "vans paid the new charge"),
        ("the town was not without power", "the town was with power"),
        ("the club did not pay the wages", "the club failed to pay the wages"),
        ("the club has not paid the players", "the club and the city met the players at a hotel"),
        ("the charge was not rejected", "the council approved the charge"),
        ("rents rose while wages fell", "wages fell while rents rose"),
        ("the valley won the cup against the harbour", "the harbour lost the cup to the valley"),
        ("the fund bought the ground from the club", "the club sold the ground to the fund"),
        ("no samples of June are on record", "samples are due in June, and none is on record"),
        ("rain fell and the mayor spoke", "no tram ran, rain fell and the mayor spoke"),
    ],
)
def test_what_looks_like_another_polarity_and_is_none(asked: str, told: str) -> None:
    assert contradicted(_read(asked), [_read(told)]) is None
