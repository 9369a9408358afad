from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking.topics import (
    CHOICE_PRIOR,
    CROWD_PRIOR,
    READ_PRIOR,
    TOPICS,
    TopicPairs,
    Topics,
    topic_features,
)

NAMES = [each.name for each in TOPICS]
KINDS = {"category": "category", "subcategory": "subcategory", "tags": "tag"}
OF_ALL, OF_LATE = READ_PRIOR


def pairs(
    *found: tuple[int, float, float, float], total: tuple[float, float] = (0.0, 0.0)
) -> TopicPairs:
    """Return pairs of (candidate, articles read of the topic, their weight of late, clicks).

    ``total`` is what the reader read of all topics: articles, and their weight of late.
    """
    table = np.array(found, np.float64).reshape(-1, 4)
    return TopicPairs(
        places=table[:, 0].astype(np.intp),
        own=table[:, 1:3],
        own_total=np.array(total),
        crowd=table[:, 3],
        met=np.zeros((len(table), 2)),
    )


def met(candidate: int, shown: float, clicked: float) -> TopicPairs:
    """Return a candidate's only topic, of which the reader met so many articles."""
    return replace(pairs((candidate, 0, 0, 0)), met=np.array([[shown, clicked]]))


@pytest.fixture
def stranger() -> Topics:
    """Two articles of no topic, and nothing read, on a site of 950 clicks, one of 8 shown."""
    return Topics(
        category=pairs(),
        subcategory=pairs(),
        tags=pairs(),
        crowd_total=950.0,
        usual_ctr=0.125,
        affinity=np.zeros(2, np.float32),
        followed=np.zeros(2, np.bool_),
    )


def column(name: str, topics: Topics, **changes: Any) -> list[float]:
    rows: NDArray[np.float64] = topic_features(replace(topics, **changes))
    found: list[float] = rows[:, NAMES.index(name)].tolist()
    return found


def lift(read: float, read_in_all: float, prior: float, usual: float) -> float:
    """Return the log of the reader's share over everybody's, as ranking notes define it."""
    return math.log((read + prior * usual) / (read_in_all + prior) / usual)


def test_every_column_is_named(stranger: Topics) -> None:
    assert topic_features(stranger).shape == (2, len(TOPICS))


def test_all_is_made_of_the_readers_own_data_and_nothing_of_offers() -> None:
    assert all(each.personal and not each.exposure for each in TOPICS)


def test_articles_of_no_topic_have_0(stranger: Topics) -> None:
    assert not topic_features(stranger).any()
    assert not topic_features(replace(stranger, category=pairs(total=(9.0, 2.0)))).any()


def test_no_candidates_make_no_rows(stranger: Topics) -> None:
    none = replace(stranger, affinity=stranger.affinity[:0], followed=stranger.followed[:0])
    assert topic_features(none).shape == (0, len(TOPICS))


@pytest.mark.parametrize(("kind", "told"), KINDS.items())
def test_who_has_read_nothing_has_no_lift(stranger: Topics, kind: str, told: str) -> None:
    topics = replace(stranger, **{kind: pairs((0, 0, 0, 99), (1, 0, 0, 0))})
    assert column(f"{told}_lift", topics) == pytest.approx([0, 0])
    assert column(f"{told}_recent", topics) == pytest.approx([0, 0])


@pytest.mark.parametrize(("kind", "told"), KINDS.items())
def test_a_reader_like_everybody_has_no_lift(stranger: Topics, kind: str, told: str) -> None:
    """The topic has (99 + 1) / (950 + 50) = 1/10 of the clicks, and of the reader's articles."""
    topics = replace(stranger, **{kind: pairs((1, 2.0, 0.4, 99), total=(20.0, 4.0))})
    assert column(f"{told}_lift", topics) == pytest.approx([0, 0])
    assert column(f"{told}_recent", topics) == pytest.approx([0, 0])


@pytest.mark.parametrize(("kind", "told"), KINDS.items())
def test_lift_is_the_log_of_the_readers_share_over_everybodys(
    stranger: Topics, kind: str, told: str
) -> None:
    """Of 20 articles 8 are of the topic, of late 3 of a weight of 4; everybody reads 1/10."""
    usual = (99 + 1) / (950 + CROWD_PRIOR)
    topics = replace(stranger, **{kind: pairs((1, 8.0, 3.0, 99), total=(20.0, 4.0))})
    assert column(f"{told}_lift", topics) == pytest.approx([0, lift(8, 20, OF_ALL, usual)])
    assert column(f"{told}_recent", topics) == pytest.approx([0, lift(3, 4, OF_LATE, usual)])
    assert lift(8, 20, OF_ALL, usual) > 0


def test_what_a_reader_passes_over_has_a_lift_below_0(stranger: Topics) -> None:
    topics = replace(stranger, category=pairs((0, 0, 0, 99), total=(20.0, 4.0)))
    assert column("category_lift", topics) == pytest.approx([math.log(5 / (20 + 5)), 0])


def test_few_articles_lift_less_than_many_of_the_same_share(stranger: Topics) -> None:
    found = [
        column(
            "category_lift",
            stranger,
            category=pairs((0, count, 0, 99), total=(count, 0.0)),
        )[0]
        for count in (1.0, 4.0, 40.0)
    ]
    assert found == sorted(found)


def test_of_a_topic_that_few_read_the_same_articles_lift_more(stranger: Topics) -> None:
    topics = replace(stranger, category=pairs((0, 3, 1, 399), (1, 3, 1, 4), total=(10.0, 2.0)))
    widely, rarely = column("category_lift", topics)
    assert rarely > widely


def test_of_several_tags_the_mean_and_the_best_count(stranger: Topics) -> None:
    """The first article has two tags, read and passed over; the second only the latter."""
    usual = 1 / 10
    topics = replace(
        stranger,
        tags=pairs((0, 8, 3, 99), (0, 0, 0, 99), (1, 0, 0, 99), total=(20.0, 4.0)),
    )
    read, passed = lift(8, 20, OF_ALL, usual), lift(0, 20, OF_ALL, usual)
    assert column("tag_lift", topics) == pytest.approx([(read + passed) / 2, passed])
    assert column("best_tag_lift", topics) == pytest.approx([read, passed])
    of_late, none_of_late = lift(3, 4, OF_LATE, usual), lift(0, 4, OF_LATE, usual)
    expected = [(of_late + none_of_late) / 2, none_of_late]
    assert column("tag_recent", topics) == pytest.approx(expected)
    assert column("best_tag_recent", topics) == pytest.approx([of_late, none_of_late])


def test_each_kind_of_topics_has_its_own_total(stranger: Topics) -> None:
    """Of categories 1,000 articles are remembered, 100 of them of this; of tags 20, with 8."""
    topics = replace(
        stranger,
        category=pairs((0, 100, 3, 99), total=(1_000.0, 4.0)),
        tags=pairs((0, 8, 3, 99), total=(20.0, 4.0)),
    )
    assert column("category_lift", topics) == pytest.approx([lift(100, 1_000, OF_ALL, 1 / 10), 0])
    assert column("tag_lift", topics) == pytest.approx([lift(8, 20, OF_ALL, 1 / 10), 0])


@pytest.mark.parametrize("kind", ["category", "subcategory"])
def test_choice_is_the_log_of_ones_clicks_over_what_impressions_give_as_a_rule(
    stranger: Topics, kind: str
) -> None:
    """Of 24 shown one in 8 is clicked as a rule: 3."""
    found = [
        column(f"{kind}_choice", stranger, **{kind: met(1, 24, clicked)})
        for clicked in (3.0, 9.0, 0.0)
    ]
    assert found[0] == pytest.approx([0, 0])
    assert found[1] == pytest.approx([0, math.log((9 + CHOICE_PRIOR) / (3 + CHOICE_PRIOR))])
    assert found[2] == pytest.approx([0, math.log(CHOICE_PRIOR / (3 + CHOICE_PRIOR))])


def test_who_was_shown_nothing_of_a_topic_has_chosen_nothing(stranger: Topics) -> None:
    assert column("category_choice", stranger, category=met(0, 0, 0)) == [0, 0]


def test_affinity_and_followed_are_taken_as_they_are(stranger: Topics) -> None:
    found = column("affinity", stranger, affinity=np.array([-0.25, 0.5], np.float32))
    assert found == [-0.25, 0.5]
    assert column("followed", stranger, followed=np.array([True, False])) == [1, 0]


PAIRS = st.lists(
    st.tuples(st.integers(0, 3), st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0, 1e9)),
    max_size=6,
)


@given(
    category=PAIRS,
    tags=PAIRS,
    shown=st.integers(0, 10**9),
    clicked=st.integers(0, 10**9),
    usual_ctr=st.floats(0, 1e6),
    own_total=st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)),
    crowd_total=st.floats(0, 1e9),
)
def test_no_feature_is_ever_infinite_or_missing(
    category: Any,
    tags: Any,
    shown: int,
    clicked: int,
    usual_ctr: float,
    own_total: tuple[float, float],
    crowd_total: float,
) -> None:
    rows = topic_features(
        Topics(
            category=pairs(*category, total=own_total),
            subcategory=met(3, shown, clicked),
            tags=pairs(*tags, total=own_total),
            crowd_total=crowd_total,
            usual_ctr=usual_ctr,
            affinity=np.zeros(4, np.float32),
            followed=np.zeros(4, np.bool_),
        )
    )
    assert rows.shape == (4, len(TOPICS))
    assert np.isfinite(rows).all()
