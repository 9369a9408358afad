from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.briefs.facts.typography import plain, stem, words


@given(st.text() | st.text(alphabet="5٢²⁵½⅟_ ^\u2044\N{SOFT HYPHEN}⑤㎡e\N{COMBINING ACUTE ACCENT}"))
def test_spelling_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("5–4", "5-4"),
        ("the driver’s", "the driver's"),
        ("14\N{NO-BREAK SPACE}000", "14 000"),
        ("co\N{SOFT HYPHEN}operate", "cooperate"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
        (" a\n\n b ", "a b"),
        ("5½ and 5\N{SOFT HYPHEN}½", "5 1\u20442 and 5 1\u20442"),
        ("10² tonnes, 10\N{ZERO WIDTH SPACE}² tonnes", "10^2 tonnes, 10^2 tonnes"),
        ("40 km², he said³", "40 km, he said"),
        ("1_000_000", "1000000"),
    ],
)
def test_characters_that_mean_the_same_are_spelt_alike(text: str, spelt: str) -> None:
    assert plain(text) == spelt


def test_scripts_without_spaces_have_a_word_in_each_character() -> None:
    assert words("市长 said 5") == ["市", "长", "said", "5"]


def test_forms_of_a_word_share_a_stem() -> None:
    assert stem("terms") == stem("term")
    assert stem("bus") == "bus"
