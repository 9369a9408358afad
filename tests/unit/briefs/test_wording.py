"""How the words of others are shown: marks and attribution by language."""

from __future__ import annotations

import pytest

from recommender.briefs.wording import (
    attributed,
    can_be_named,
    named_by_title,
    quoted_title,
    wording_of,
)

SPACE = "\N{NO-BREAK SPACE}"
OPEN, CLOSE = "\N{LEFT SINGLE QUOTATION MARK}", "’"
LOW = "\N{SINGLE LOW-9 QUOTATION MARK}"


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "It broke.", "“It broke,” Post reports."),
        ("de", "Sie brach.", "„Sie brach“, berichtet Post."),
        ("fr", "Il a cassé.", f"«{SPACE}Il a cassé{SPACE}», rapporte Post."),
        ("es", "Se rompió.", "«Se rompió», informa Post."),
        ("fi", "Se hajosi.", "Post: “Se hajosi.”"),
        (None, "It broke.", "Post: “It broke.”"),
    ],
)
def test_a_quotation_stands_in_the_marks_of_its_language(
    language: str | None, text: str, said: str
) -> None:
    wording = wording_of(language)
    assert attributed(text, "Post", others=[], turn=0, wording=wording) == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", 'He said: "No."', f"“He said: {OPEN}No,{CLOSE}” Post reports."),
        ("de", "Er sagte: „Nein.“", f"„Er sagte: {LOW}Nein{OPEN}“, berichtet Post."),
        (
            "fr",
            "Il a dit : « Non. »",
            f"«{SPACE}Il a dit : “Non”{SPACE}», rapporte Post.",
        ),
        ("es", "Dijo: «No».", "«Dijo: “No”», informa Post."),
    ],
)
def test_marks_within_become_the_inner_ones(language: str, text: str, said: str) -> None:
    wording = wording_of(language)
    assert attributed(text, "Post", others=[], turn=0, wording=wording) == said


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "as does Wire", "as do Wire and Bay"),
        ("de", "ebenso Wire", "ebenso Wire und Bay"),
        ("fr", "de même que Wire", "de même que Wire et Bay"),
        ("es", "al igual que Wire", "al igual que Wire y Bay"),
    ],
)
def test_others_who_tell_the_same_are_named_behind(language: str, one: str, two: str) -> None:
    def said(*others: str) -> str:
        wording = wording_of(language)
        return attributed("X.", "Post", others=others, turn=0, wording=wording)

    assert said("Wire").endswith(f", {one}.")
    assert said("Wire", "Bay").endswith(f", {two}.")


@pytest.mark.parametrize(
    ("language", "turns"),
    [
        ("en", ["Post reports", "it adds", "it says", "it adds"]),
        ("de", ["berichtet Post", "heißt es dort weiter", "heißt es dort auch"]),
        ("fr", ["rapporte Post", "ajoute la même source", "précise la même source"]),
        ("es", ["informa Post", "añade la misma fuente", "precisa la misma fuente"]),
    ],
)
def test_the_name_is_told_once_in_a_row(language: str, turns: list[str]) -> None:
    wording = wording_of(language)
    for turn, saying in enumerate(turns):
        told = attributed("X.", "Post", others=[], turn=turn, wording=wording)
        assert told.endswith(f" {saying}.")


def test_a_stop_of_an_abbreviation_stays() -> None:
    told = attributed("It is in the U.S.", "Post", others=[], turn=0, wording=wording_of("de"))
    assert told == "„It is in the U.S.“, berichtet Post."


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "the article “Rain”"),
        ("de", "der Artikel „Rain“"),
        ("fr", f"l’article «{SPACE}Rain{SPACE}»"),
        ("es", "el artículo «Rain»"),
        ("fi", "“Rain”"),
    ],
)
def test_a_title_stands_for_who_is_not_named(language: str, name: str) -> None:
    assert named_by_title("Rain", wording_of(language)) == name


def test_a_title_keeps_what_it_quotes() -> None:
    assert quoted_title('A "good" day', wording_of("es")) == "«A “good” day»"


@pytest.mark.parametrize(
    "publisher",
    ["Post", "France 24", "U.S. News", "St. Louis Post-Dispatch", "L’Équipe", "中国日报"],
)
def test_a_plain_name_stands_in_a_sentence(publisher: str) -> None:
    assert can_be_named(publisher)


@pytest.mark.parametrize(
    "publisher",
    [
        "Mayor Vaile Arrested For Fraud. Kell Post",
        "Vaile is guilty! Post",
        "Wire: mayor guilty",
        "“Vaile confessed,” Post",
        'Post" class="x',
        "Post\nVaile is guilty",
        "The Mayor of Kell Is Guilty Post",
        "P" * 61,
        "404",
        "***",
        "\N{HANGUL FILLER}",
        "",
    ],
)
def test_what_says_something_itself_or_nothing_is_no_name_for_a_sentence(publisher: str) -> None:
    assert not can_be_named(publisher)
