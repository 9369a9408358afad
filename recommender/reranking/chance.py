"""The chance of one slate: the same seed, reader and token draw the same again."""

from __future__ import annotations

from hashlib import sha256
from random import Random

from recommender.domain.ids import ReaderId

GUEST_DRAWS_SECONDS = 3_600
"""Feeds without a reader's data draw alike for so long: all of them are one feed."""


def generator_of(seed: int, reader: ReaderId | None, token: str) -> Random:
    """Return the generator of one slate's draws.

    Parameters
    ----------
    seed : int
        The site's; changing it changes every draw.
    reader : ReaderId or None
        None for a guest.
    token : str
        The slate's; it makes two slates of one reader independent.

    Examples
    --------
    >>> draws = [generator_of(1, ReaderId("anna"), token).random() for token in ("a", "a", "b")]
    >>> draws[0] == draws[1], draws[1] == draws[2]
    (True, False)
    """
    # No id holds the separator, so two different slates never hash the same text.
    text = "\0".join((str(seed), "" if reader is None else f"reader:{reader}", token))
    return Random(int.from_bytes(sha256(text.encode()).digest()))  # noqa: S311  # reproducible
