"""Only an unchanged cursor, in its reader's hands and in its time, leads anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from recommender.domain.ids import ReaderId
from recommender.errors import CursorExpired, InvalidInput
from recommender.services.cursors import CursorConfig, CursorSigner

NOW = 1_767_225_600.0
FIRST = "0123456789abcdef"
ANNA = ReaderId("anna")
SIGNER = CursorSigner(b"a secret of some length")
CURSOR = SIGNER.sign(FIRST, ANNA, NOW + 60)
readers = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(ReaderId)


@given(
    token=st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}"),
    reader=readers,
    expires_at=st.floats(0.0, 4e9),
)
def test_what_was_signed_is_read_until_it_expires(
    token: str, reader: ReaderId | None, expires_at: float
) -> None:
    cursor = SIGNER.sign(token, reader, expires_at)
    assert cursor.isascii()
    assert len(cursor) < 64
    assert SIGNER.read(cursor, reader, expires_at - 1e-3) == token
    with pytest.raises(CursorExpired, match="no longer kept; ask for the feed anew"):
        SIGNER.read(cursor, reader, expires_at)


def test_no_cursor_comes_twice() -> None:
    assert len({SIGNER.sign(FIRST, ANNA, NOW) for _ in range(50)}) == 50


@given(mine=readers, theirs=readers)
def test_a_cursor_is_its_readers_own(mine: ReaderId | None, theirs: ReaderId | None) -> None:
    cursor = SIGNER.sign(FIRST, mine, NOW)
    if mine != theirs:
        with pytest.raises(InvalidInput, match="for the same reader"):
            SIGNER.read(cursor, theirs, NOW - 1)


@given(place=st.integers(0, len(CURSOR) - 1), letter=st.characters())
def test_no_changed_cursor_is_read(place: int, letter: str) -> None:
    changed = CURSOR[:place] + letter + CURSOR[place + 1 :]
    if changed != CURSOR:
        with pytest.raises(InvalidInput) as refused:
            SIGNER.read(changed, ANNA, NOW)
        assert refused.value.field == "cursor"


@given(text=st.text())
def test_no_other_text_is_read(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        SIGNER.read(text, ANNA, NOW)
    assert refused.value.got is not None
    assert len(refused.value.got) < 1_000


@pytest.mark.parametrize("text", ["", "=", CURSOR + "=", CURSOR + "A", CURSOR[:-1], CURSOR * 2])
def test_a_cursor_has_one_spelling(text: str) -> None:
    with pytest.raises(InvalidInput):
        SIGNER.read(text, ANNA, NOW)


def test_another_site_with_another_secret_refuses_it() -> None:
    with pytest.raises(InvalidInput):
        CursorSigner(b"another secret").read(CURSOR, ANNA, NOW)


def test_a_forged_cursor_is_told_as_forged_even_when_expired() -> None:
    with pytest.raises(InvalidInput):
        CursorSigner(b"another secret").read(CURSOR, ANNA, NOW + 9_999)


def test_a_short_secret_is_refused_and_a_good_one_is_not_shown() -> None:
    with pytest.raises(ValidationError, match="at least 16"):
        CursorConfig.model_validate({"secret": "short"})
    assert "hidden" not in repr(CursorConfig.model_validate({"secret": "hidden-hidden-hidden"}))
