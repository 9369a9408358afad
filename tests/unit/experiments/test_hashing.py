"""Readers are dealt as every SDK of GrowthBook deals them."""

from __future__ import annotations

from random import Random

import pytest
from growthbook.core import gbhash, getBucketRanges, inNamespace

from recommender.experiments.hashing import (
    bucket,
    bucket_ranges,
    bucket_v1,
    fnv1a,
    namespace_place,
    place_in,
    shares,
)

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz0123456789-_.:",
    "äöüßéèçñøåłżžčšđ",
    "шизнюя日本語ひらがな한국어",
    "😀🎉𝔘𝕟𝒾𐍈🏳️‍🌈\U0010ffff",
)


def random_text(random: Random) -> str:
    letters = "".join(random.sample(ALPHABETS, random.randint(1, len(ALPHABETS))))
    return "".join(random.choices(letters, k=random.randint(0, 40)))


def test_buckets_are_those_of_growthbook() -> None:
    random = Random(1)
    by_version = {1: bucket_v1, 2: bucket}
    outside = 0
    for _ in range(10_000):
        seed, reader, version = random_text(random), random_text(random), random.choice([1, 2])
        assert by_version[version](seed, reader) == gbhash(seed, reader, version)
        outside += any(character > "\uffff" for character in seed + reader)
    assert outside > 1_000


def test_buckets_are_those_of_the_specification() -> None:
    assert bucket("seed", "a") == 0.0505
    assert bucket("foo", "ab") == 0.2575
    assert bucket_v1("", "a") == 0.22


def test_a_character_outside_the_basic_plane_counts_as_two() -> None:
    """As in JavaScript: U+1F600 is the code units D83D and DE00."""
    value = 0x811C9DC5
    for unit in (0xD83D, 0xDE00):
        value = (value ^ unit) * 0x01000193 % 2**32
    assert fnv1a("\U0001f600") == value
    assert fnv1a("\ud83d") == (0x811C9DC5 ^ 0xD83D) * 0x01000193 % 2**32


def test_namespaces_are_those_of_growthbook() -> None:
    random = Random(2)
    for _ in range(1_000):
        name, reader = random_text(random), random_text(random)
        start, end = sorted((random.randint(0, 10) / 10, random.randint(0, 10) / 10))
        inside = start <= namespace_place(name, reader) < end
        assert inside == inNamespace(reader, (name, start, end))


@pytest.mark.parametrize("coverage", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("weights", [[0.5, 0.5], [0.33, 0.33, 0.34], [0.34, 0.34, 0.33], [1, 0]])
def test_ranges_are_those_of_growthbook(weights: list[float], coverage: float) -> None:
    assert bucket_ranges(weights, coverage) == getBucketRanges(len(weights), coverage, weights)


def test_a_range_holds_its_start_and_not_its_end() -> None:
    ranges = [(0.0, 0.25), (0.5, 0.75)]
    assert [place_in(ranges, place) for place in (0.0, 0.25, 0.5, 0.7499, 0.75)] == [
        0,
        None,
        1,
        1,
        None,
    ]


def test_shares_are_those_of_the_places_that_ranges_hold() -> None:
    assert shares(bucket_ranges([0.5, 0.5], 1.0)) == [0.5, 0.5]
    # .9 + .5 · .1 is a little more than .95 in binary: the place .95 is in it.
    assert shares(bucket_ranges([0.9, 0.1], 0.5)) == [4_500 / 5_001, 501 / 5_001]
    # Weights of 1.01 run over the last place: .34, .34 and what is left to 1.
    assert shares(bucket_ranges([0.34, 0.34, 0.33], 1.0)) == [0.34, 0.34, 0.32]
    # So few places are no fine measure: .001 · .9 is a little more than .0009.
    assert shares(bucket_ranges([0.9, 0.1], 0.001)) == [10 / 11, 1 / 11]
