from __future__ import annotations

import pytest

from recommender.briefs.facts.names import Lexicon, names
from recommender.briefs.facts.typography import plain

TOLD = (
    "Mayor Ingrid Pascoe told the chamber that it was full. The council met at Quay Street.",
    "Dermot Vaile leads the opposition; the National Audit Board of Kell will look at Veldarra.",
)
LEXICON = Lexicon.of(TOLD)


def _names(text: str) -> list[str]:
    text = plain(text)
    return [text[name.start : name.end] for name in names(text, LEXICON)]


def _agree(asked: str, told: str) -> bool:
    (mine,), (theirs,) = names(asked, LEXICON), names(told, LEXICON)
    return mine.agrees(theirs)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Then Ingrid Pascoe spoke.", ["Ingrid Pascoe"]),
        ("Then Mayor Pascoe spoke.", ["Pascoe"]),
        ("Pascoe's council met at Quay Street.", ["Pascoe's", "Quay Street"]),
        ("Council members met.", []),
        ("Meanwhile nothing moved.", []),
        ("Farnaby said nothing.", ["Farnaby"]),
        ("It was the Bank of Kell.", ["Bank of Kell"]),
        ("They met Ludwig van der Rohe.", ["Ludwig van der Rohe"]),
        ("They asked the NAB.", ["NAB"]),
        ("no capitals here", []),
        ("市长说了", []),
        ("", []),
    ],
)
def test_names_are_spans_of_capitals_beyond_beginnings(text: str, found: list[str]) -> None:
    assert _names(text) == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("so Pascoe left", "so Ingrid Pascoe left"),
        ("so President Pascoe left", "so Ingrid Pascoe left"),
        ("the NAB", "the National Audit Board"),
        ("the National Audit Board", "the NAB"),
        ("a Veldarran ship", "a ship of Veldarra"),
    ],
)
def test_a_shorter_form_agrees_with_the_full_name(asked: str, told: str) -> None:
    assert _agree(asked, told)


@pytest.mark.parametrize(
    "asked", ["so Ingrid Vaile left", "so Dermot Pascoe left", "so Marrow left"]
)
def test_a_mixed_or_another_name_does_not_agree(asked: str) -> None:
    assert not _agree(asked, "so Ingrid Pascoe left")


def test_in_title_case_only_what_the_sources_name_is_a_name() -> None:
    assert _names("Angry Council Attacks Pascoe Over Tunnel") == ["Pascoe"]


def test_where_nouns_have_capitals_one_alone_is_no_name() -> None:
    told = "Die Stadt hat den Plan für die Brücke über den Fluss, sagte der Rat am Abend. " * 8
    found = names("Gestern hat das Amt mit Jutta Hansen den Bau gestoppt.", Lexicon.of([told]))
    assert [name.words for name in found] == [("jutta", "hansen")]
