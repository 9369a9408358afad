"""Which sentences cannot stand alone."""

from __future__ import annotations

import pytest

from recommender.briefs.leaning import (
    called_by_one_word,
    full_names,
    is_closed,
    leans,
    needs_person,
)


@pytest.mark.parametrize(
    "sentence",
    [
        "He added that it would rain.",
        "That is why the bridge closed.",
        "The club refused to pay.",
        "Hours earlier the keeper had dived.",
        "City lawyers confirmed this, up to a limit of six crowns.",
        "Chief executive Lorna Penhale thanked them in a letter.",
        "Union leader Bridie Mallon called it an opening bid.",
        "Planner Yusuf Ambrel argues that the figure is too low.",
        "Fennimore House kept every one.",
        "Many complained that the screens were dark.",
        "Two went on to the final.",
        "Each wears a collar.",
        "“My choice, my fault,” the coach told reporters.",
        "At 18 she was stacking shelves.",
        "On 28 September he woke the astronomer.",
        "Diese Zahl steigt.",
        "Viele haben gewartet.",
        "Elle a quitté la salle.",
        "Certains ont attendu.",
        "Además llovió.",
        "Muchos habían esperado.",
        "Men klubben tabte.",
    ],
)
def test_what_points_back_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Filip Wraysby said that he was late.",
        "When her name was read out, Ilse Tarrant stayed seated.",
        "Nurses said that they were tired.",
        "A homeless man was held after he fled.",
        "In addition to her new ranch, Ada Byron has two flats.",
        "Kestrel City confirmed that they will sign her.",
        "Two people have died.",
        "Many roads were shut.",
        "Each bus carries forty people.",
        "The move to Carrow cost ten crowns.",
        "The estimate of the council was wrong.",
        "“Rain fell,” the captain of the Petrel said.",
        "Die Brücke ist gesperrt.",
        "La ville a voté.",
        "El puente se cerró.",
    ],
)
def test_what_names_whom_it_means_stands_alone(sentence: str) -> None:
    assert not leans(sentence)


def test_somebody_must_be_named_for_a_she_but_not_for_an_it() -> None:
    assert needs_person("Two publishers asked her to wait.")
    assert not needs_person("Publishers asked Ada Byron whether she would wait.")
    assert not needs_person("The roof fell when it rained.")


def test_a_quotation_runs_on_until_its_mark_closes() -> None:
    assert not is_closed("“It rained, he said.")
    assert is_closed("“It rained,” he said.")


def test_a_last_word_alone_calls_whom_a_full_name_introduced() -> None:
    introduced = full_names("On Monday Filip Wraysby met Mr Oriel.")
    assert introduced == {"Wraysby"}
    assert called_by_one_word("Later Wraysby’s train left without Oriel.", introduced) == {
        "Wraysby"
    }
    assert not called_by_one_word("Filip Wraysby left.", introduced)


@pytest.mark.parametrize("letters", ["A", "A-", "A'", "中", "\N{ARABIC LETTER ALEF}"])
def test_a_word_without_end_takes_steps_by_its_length_and_not_by_its_square(letters: str) -> None:
    """The second would be twenty thousand million steps."""
    assert full_names(letters * 200_000) == set()


def test_only_a_space_joins_the_words_of_a_name() -> None:
    assert full_names("Ada, Byron and 'Filip Wraysby' of eBay Inc") == {"Wraysby", "Inc"}
