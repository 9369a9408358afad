"""Plain text out of markup."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ingest.entries import text_as_markup
from recommender.ingest.text import plain_text, single_line

FRAGMENTS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b",
        ">",
        "<",
        "&",
        "&amp;",
        "&lt;",
        "&#x200b;",
        "&#",
        ";",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<![CDATA[",
        "]]>",
        "</",
        "<?",
        "=",
        '"',
        " ",
        "\n",
        "́",
        "x",
    ]
)
MARKUP = st.one_of(st.text(), st.lists(st.one_of(FRAGMENTS, st.characters()), max_size=40))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two</p>", "One\n\ntwo"),
        ("un<b>believ</b>able", "unbelievable"),
        ("one<br>line", "one line"),
        ("one<br><br>two", "one\n\ntwo"),
        ("<ul><li>milk<li>eggs</ul>", "milk\n\neggs"),
        ("<table><tr><td>a<td>b</table>", "a\n\nb"),
        ("a<script>x < 1</script>b<style>p {}</style>", "ab"),
        ("<!-- hidden -->seen", "seen"),
        ("<![CDATA[seen]]>", "seen"),
        ("<img alt='a > b'>seen", "seen"),
        ("<a onclick=\"x('>')\">link</a>", "link"),
    ],
)
def test_tags_vanish_and_blocks_part_paragraphs(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "headline",
    ["a < b", "5 > 3", "AT&T", "R&LTD", "I <3 NY", "I </3 it", "x<y", "Q&A", "Mail <jo@a.example>"],
)
def test_a_headline_that_only_looks_like_markup_survives(headline: str) -> None:
    assert plain_text(headline) == headline


def test_markup_cut_off_in_its_middle_is_dropped() -> None:
    assert plain_text('Read on <a href="https://a.example/long') == "Read on"
    assert plain_text("Read on <!-- not") == "Read on"


def test_entities_are_decoded_once() -> None:
    assert plain_text("caf&eacute; &amp; bar&#8217;s") == "café & bar’s"
    assert plain_text("write &amp;lt;b&amp;gt;") == "write &lt;b&gt;"


def test_an_entity_that_is_none_stays() -> None:
    assert plain_text("&nonsense; &copy 2026 &#" + "1" * 5000 + ";").startswith("&nonsense; &copy")


@pytest.mark.parametrize(
    "invisible", ["\x00", "\x1b", "\u200b", "\u202e", "\u2066", "\ufeff", "\xad", "\ud800"]
)
def test_invisible_characters_are_dropped(invisible: str) -> None:
    assert plain_text(f"ra{invisible}in") == "rain"


def test_invisible_characters_are_dropped_where_an_entity_stands_for_them() -> None:
    assert plain_text("ra&#x200b;&#x202e;in") == "rain"


def test_text_is_composed() -> None:
    assert plain_text("cafe\u0301") == "caf\u00e9"


def test_white_space_is_folded_and_a_blank_line_parts_paragraphs() -> None:
    assert plain_text("  one\t two\r\nthree \r\n \r\n\r\nfour\xa0 ") == "one two three\n\nfour"


def test_a_single_line_has_no_paragraphs() -> None:
    assert single_line("<p>one</p><p>two</p>") == "one two"


@given(MARKUP)
def test_any_text_gives_clean_text(given_markup: str | list[str]) -> None:
    text = plain_text("".join(given_markup))
    assert text == unicodedata.normalize("NFC", text)
    assert text == text.strip()
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in text if c != "\n")
    assert "  " not in text
    assert "\n" not in text.replace("\n\n", "")
    text.encode()


@given(MARKUP)
def test_text_without_brackets_and_ampersands_is_left_as_it_is(given_markup: str) -> None:
    text = plain_text("".join(given_markup))
    if "<" not in text and "&" not in text:
        assert plain_text(text) == text


@given(MARKUP)
def test_escaped_text_comes_out_as_it_went_in(given_markup: str) -> None:
    text = plain_text("".join(given_markup))
    assert plain_text(text_as_markup(text)) == text


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 100_000,
        "".join(f"<b a{n}=1>" for n in range(50_000)),
        "<b " + " ".join(f"a{n}=1" for n in range(50_000)) + ">",
        "<a " * 200_000,
        "<a =" * 200_000,
        "&" * 500_000,
        " \n" * 300_000,
        "a" + "\u0301\u0316" * 100_000,
    ],
    ids=["nested", "formatting", "attributes", "open", "cut", "ampersands", "space", "marks"],
)
def test_half_a_megabyte_of_hostile_markup_is_read_in_linear_time(hostile: str) -> None:
    """Each of these takes minutes where some step is quadratic."""
    began = time.perf_counter()
    plain_text(hostile)
    assert time.perf_counter() - began < 5


def test_fifty_thousand_headlines_pass_in_a_second_or_two() -> None:
    began = time.perf_counter()
    for number in range(50_000):
        plain_text(f"Headline {number} that has no markup, and the usual length of one")
    assert time.perf_counter() - began < 2
