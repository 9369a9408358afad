from __future__ import annotations

from recommender.domain.ids import ReaderId
from recommender.reranking.chance import generator_of

ANNA = ReaderId("anna")


def test_the_same_slate_draws_the_same_again() -> None:
    assert generator_of(7, ANNA, "t").random() == generator_of(7, ANNA, "t").random()


def test_another_seed_reader_or_token_draws_anew() -> None:
    slates = [(7, ANNA, "t"), (8, ANNA, "t"), (7, ReaderId("ben"), "t"), (7, ANNA, "u")]
    draws = {generator_of(*each).random() for each in slates}
    assert len(draws) == len(slates)


def test_a_guest_is_no_reader_of_any_name() -> None:
    guest = generator_of(7, None, "t").random()
    assert guest not in {
        generator_of(7, ReaderId(name), "t").random() for name in ("None", "guest", "reader:")
    }
