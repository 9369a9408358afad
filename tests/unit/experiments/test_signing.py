"""Only an unchanged parameter, in its time, forces a variant."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.experiments import ForcedVariant
from recommender.errors import InvalidInput
from recommender.experiments.signing import MAC_BYTES, VariantSigner
from recommender.services.cursors import CursorSigner

SECRET = b"a secret of some length"
SIGNER = VariantSigner(SECRET)
WIDE = ForcedVariant(experiment="dial", variant="wide")
SIGNED = SIGNER.sign(WIDE, 60.0)
keys = st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True)


@given(experiment=keys, variant=keys, expires_at=st.floats(1.0, 4e9))
def test_what_was_signed_is_read_until_it_expires(
    experiment: str, variant: str, expires_at: float
) -> None:
    wanted = ForcedVariant(experiment=experiment, variant=variant)
    text = SIGNER.sign(wanted, expires_at)
    assert text.isascii()
    assert SIGNER.read(text, expires_at - 1e-3) == wanted
    with pytest.raises(InvalidInput, match="not expired"):
        SIGNER.read(text, expires_at)


@given(place=st.integers(0, len(SIGNED) - 1), letter=st.characters())
def test_no_changed_parameter_is_read(place: int, letter: str) -> None:
    changed = SIGNED[:place] + letter + SIGNED[place + 1 :]
    if changed != SIGNED:
        with pytest.raises(InvalidInput) as refused:
            SIGNER.read(changed, 0.0)
        assert refused.value.field == "variant"


@given(text=st.text())
def test_no_other_text_is_read(text: str) -> None:
    with pytest.raises(InvalidInput):
        SIGNER.read(text, 0.0)


@pytest.mark.parametrize("text", ["", "=", SIGNED + "=", SIGNED + "A", SIGNED[:-1], SIGNED * 20])
def test_a_parameter_has_one_spelling(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        SIGNER.read(text, 0.0)
    assert len(str(refused.value)) < 300


def test_another_secret_signs_otherwise() -> None:
    with pytest.raises(InvalidInput, match="unchanged"):
        VariantSigner(b"another secret").read(SIGNED, 0.0)


def test_what_was_signed_for_cursors_forces_nothing() -> None:
    raw = base64.urlsafe_b64decode(SIGNED + "=" * (-len(SIGNED) % 4))
    body = raw[MAC_BYTES:]
    forged = CursorSigner(SECRET)._mac(b"cursor", body) + body
    with pytest.raises(InvalidInput, match="unchanged"):
        SIGNER.read(base64.urlsafe_b64encode(forged).rstrip(b"=").decode(), 0.0)
