"""What every encoder promises; the fixture ``encoder`` runs each test on each implementation."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.embedding.encoder import Encoder

HEADLINES = (
    "Central bank raises interest rates to slow inflation",
    "Rates go up as the central bank fights rising prices",
    "Striker scores three goals in the cup final",
    "Hat-trick decides the cup final",
    "Rain",
    "How to bake bread with a crisp crust at home, even in a small oven and without a stone",
)
ROUNDING = 0.01
"""Cosine distance that padding and the company in a batch may cost in bfloat16."""

STRANGE = {
    "empty": "",
    "spaces": " \t\n ",
    "nul": "bank\0 raises\0 rates",
    "only nul": "\0",
    "emoji": "🙂🏳️‍🌈" * 50,
    "unpaired surrogate": "rates \ud83d rise",
    "right to left": "\u202e البنك المركزي يرفع الفائدة",
    "no spaces": "x" * 100_000,
    "100,000 characters": "rates rise " * 9_091,
    "special tokens": "[CLS] [SEP] [PAD] [MASK]",
}


def test_it_gives_one_float32_row_of_its_dimension_per_text(encoder: Encoder) -> None:
    vectors = encoder.encode(HEADLINES)
    assert vectors.shape == (len(HEADLINES), encoder.dimension)
    assert vectors.dtype == np.float32


def test_rows_have_unit_length(encoder: Encoder) -> None:
    lengths = np.linalg.norm(encoder.encode(HEADLINES), axis=1)
    np.testing.assert_allclose(lengths, 1.0, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    vectors = encoder.encode([])
    assert vectors.shape == (0, encoder.dimension)
    assert vectors.dtype == np.float32


def test_row_i_belongs_to_text_i_however_long_the_texts_are(encoder: Encoder) -> None:
    texts = [f"{'long ' * (37 * n % 101)}{HEADLINES[n % 6]}" for n in range(30)]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 1 - ROUNDING


def test_the_same_texts_give_the_same_bits(encoder: Encoder) -> None:
    np.testing.assert_array_equal(encoder.encode(HEADLINES), encoder.encode(list(HEADLINES)))


def test_texts_about_one_thing_are_closer_than_texts_about_two(encoder: Encoder) -> None:
    rates, also_rates, football, also_football, *_ = encoder.encode(HEADLINES)
    across = max(rates @ football, rates @ also_football, also_rates @ football)
    assert rates @ also_rates > across + 0.3
    assert football @ also_football > across + 0.3


@pytest.mark.parametrize("name", STRANGE)
def test_any_text_has_a_vector_of_unit_length(encoder: Encoder, name: str) -> None:
    vectors = encoder.encode([HEADLINES[0], STRANGE[name]])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_strange_neighbour_changes_nothing(encoder: Encoder) -> None:
    beside = encoder.encode([HEADLINES[0], *STRANGE.values()])[0]
    assert beside @ encoder.encode(HEADLINES[:1])[0] > 1 - ROUNDING


def test_it_says_what_it_computes_in_and_which_model_it_is(encoder: Encoder) -> None:
    assert encoder.precision in {"float32", "bfloat16"}
    assert encoder.model_id
