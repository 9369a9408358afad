"""Where sentences end."""

from __future__ import annotations

import pytest

from recommender.briefs.sentences import sentences_of


@pytest.mark.parametrize(
    "told",
    [
        ["Mr. Ali met J. K. Rowe in the U.S. Senate.", "It rained."],
        ["He left Warren, Ark. Monday night.", "Nobody knew."],
        ["It rose to 3.25 per cent.", "Nobody knew."],
        ["“Too late!” he said.", "“Yes.”", "Then nothing…", "Rain."],
        ["Am 14. Oktober regnete es z.B. in Bonn.", "Danach nicht."],
        ["« Bonjour ! » dit-il.", "Elle rit."],
        ["¿Quién?", "¡Nadie!", "Llovió."],
        ["Det skete d. 14. oktober.", "Så regnede det."],
        ["She was born in 1987.", "The rest is known."],
    ],
)
def test_each_is_one_sentence(told: list[str]) -> None:
    assert sentences_of(" ".join(told)) == told


def test_a_paragraph_ends_a_sentence() -> None:
    assert sentences_of("No stop\n\nnor here\nbut one line") == ["No stop", "nor here but one line"]


@pytest.mark.parametrize(
    "text",
    ["", " \n\n ", "a" * 50_000, "? ! .. “ ”  »x«\n\n.", "雨。晴れ。", "Дождь. Снег!", "x. " * 900],
)
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(sentences_of(text)).split()) == "".join(text.split())


def test_a_row_of_stops_takes_steps_by_its_length_and_not_by_its_square() -> None:
    """The second would be twenty thousand million steps."""
    assert len(sentences_of("." * 200_000 + "x")) == 1
