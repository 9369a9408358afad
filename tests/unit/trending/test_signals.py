"""What is counted of articles, topics and readers, by events few enough to add up by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recommender.domain.signals import (
    BIASES,
    FAMILIES,
    RUNGS_HOURS,
    TOPIC_HALF_LIFE_HOURS,
    TopicCounts,
)
from recommender.trending.decay import value
from recommender.trending.signals import (
    MAX_MET,
    MAX_TAGS,
    RATES,
    TOPIC_RATE,
    SignalModel,
    topics_of,
)
from recommender.trending.tastes import taste_of

NOW = 1_767_225_600.0
HOUR = 3_600.0
CLICKS, VIEWS, SHOWN, EXPECTED = range(len(FAMILIES))
HOURLY = RUNGS_HOURS.index(1.0)
NONE = np.array([], np.int64)
INFINITE = [hours for _, hours in BIASES].index(math.inf)


def codes(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def model(articles: int = 4, topics: tuple[str, ...] = ()) -> SignalModel:
    return SignalModel(articles, topics)


def hourly(counted: SignalModel, article: int, family: int) -> float:
    levels = counted.of(None, codes(article), NONE).levels
    return float(value(levels[0, family, HOURLY], RATES[HOURLY], NOW))


def test_of_what_never_happened_nothing_is_counted() -> None:
    signals = model().of(7, codes(0, 1), NONE)
    assert (signals.levels == -np.inf).all()
    assert signals.levels.shape == (2, len(FAMILIES), len(RUNGS_HOURS))
    assert (signals.site_levels == -np.inf).all()
    assert (signals.biases == 0.0).all()
    assert np.isnan(signals.biased_at).all()
    assert np.isnan(signals.first_shown).all()
    assert signals.topics == {}
    assert signals.own is not None
    assert (signals.own.shown == 0.0).all()
    assert np.isnan(signals.own.last_shown).all()


def test_each_family_counts_its_own_kind_and_halves_with_its_rung() -> None:
    counted = model()
    counted.click(0, NOW - HOUR, None)
    counted.click(0, NOW, None)
    counted.view(0, NOW - 2 * HOUR)
    counted.impressions(codes(0, 1), NOW - 3 * HOUR)
    assert hourly(counted, 0, CLICKS) == pytest.approx(1 / 2 + 1)
    assert hourly(counted, 0, VIEWS) == pytest.approx(1 / 4)
    assert hourly(counted, 0, SHOWN) == pytest.approx(1 / 8)
    assert hourly(counted, 1, SHOWN) == pytest.approx(1 / 8)
    assert hourly(counted, 1, CLICKS) == 0.0
    site = value(counted.of(None, NONE, NONE).site_levels[:, HOURLY], RATES[HOURLY], NOW)
    assert site == pytest.approx([1 / 2 + 1, 1 / 4, 2 / 8, 0.0])


def test_the_first_time_shown_is_the_least_second_whatever_came_first() -> None:
    counted = model()
    counted.impressions(codes(0), NOW)
    counted.impressions(codes(0, 1), NOW - 5.5)
    assert counted.of(None, codes(0, 1, 2), NONE).first_shown.tolist()[:2] == [NOW - 5.5] * 2


def test_a_click_is_shared_among_the_articles_of_its_slate() -> None:
    counted = model()
    counted.click(1, NOW, codes(0, 1, 2, 3))
    counted.click(1, NOW, codes(0, 1))
    assert hourly(counted, 0, EXPECTED) == pytest.approx(1 / 4 + 1 / 2)
    assert hourly(counted, 3, EXPECTED) == pytest.approx(1 / 4)
    site = value(counted.of(None, NONE, NONE).site_levels[:, HOURLY], RATES[HOURLY], NOW)
    assert site[EXPECTED] == pytest.approx(2)  # the clicks in slates


def test_a_slate_without_the_clicked_article_tells_nothing() -> None:
    counted = model()
    counted.click(3, NOW, codes(0, 1))
    assert hourly(counted, 0, EXPECTED) == 0.0
    assert np.isnan(counted.of(None, codes(0), NONE).biased_at).all()
    assert hourly(counted, 3, CLICKS) == 1.0


def test_the_chosen_article_gains_what_was_not_expected_and_the_others_lose_it() -> None:
    counted = model()
    counted.click(0, NOW, codes(0, 1))
    counted.click(0, NOW, codes(0, 1))
    step, _ = BIASES[INFINITE]
    first = step * (1 - 1 / 2)
    expected = math.exp(first) / (math.exp(first) + math.exp(-first))
    biases = counted.of(None, codes(0, 1), NONE).biases[:, INFINITE]
    assert biases == pytest.approx([first + step * (1 - expected), -first - step * (1 - expected)])


def test_biases_fade_before_they_are_learnt_on_and_late_clicks_do_not_turn_back_time() -> None:
    counted = model()
    counted.click(0, NOW - 24 * HOUR, codes(0, 1))
    counted.click(2, NOW, codes(0, 2))
    counted.click(3, NOW - 48 * HOUR, codes(0, 3))
    step, half_life = BIASES[0]
    assert half_life == 24.0
    before = step * (1 - 1 / 2)
    faded = before / 2
    then = faded - step * math.exp(faded) / (math.exp(faded) + 1)
    last = then - step * math.exp(then) / (math.exp(then) + 1)
    signals = counted.of(None, codes(0, 1, 3), NONE)
    assert signals.biases[0, 0] == pytest.approx(last)
    assert signals.biases[1, 0] == pytest.approx(-before)  # as of its own second
    assert signals.biased_at.tolist() == [NOW, NOW - 24 * HOUR, NOW - 48 * HOUR]


def test_attention_is_counted_for_each_topic_and_for_all() -> None:
    counted = model(topics=("c:sport", "c:food", "t:cup"))
    counted.attention(codes(0, 2), 1.0, NOW)
    counted.attention(codes(0), 2.0, NOW - TOPIC_HALF_LIFE_HOURS * HOUR)
    counted.attention(NONE, 3.0, NOW)
    topics = counted.of(None, NONE, codes(0, 1, 2)).topics
    values = {name: float(value(level, TOPIC_RATE, NOW)) for name, level in topics.items()}
    assert values == pytest.approx({"c:sport": 1 + 2 / 2, "t:cup": 1.0, "": 1 + 2 / 2 + 3})


def test_an_article_counts_for_its_topics_once_each_and_for_its_first_tags() -> None:
    assert topics_of("sport", "football", ["cup", "cup", ""]) == ["c:sport", "s:football", "t:cup"]
    assert topics_of(None, None, []) == []
    assert len(topics_of(None, None, [f"tag {n}" for n in range(MAX_TAGS + 5)])) == MAX_TAGS


def test_a_click_ends_what_was_shown_in_vain() -> None:
    counted = model()
    counted.met_shown(7, [0, 1], NOW + 0.9)
    counted.met_shown(7, [0], NOW - 3.2)
    before = counted.of(7, codes(0), NONE).own
    assert before is not None
    assert (before.shown[0], before.first_shown[0], before.last_shown[0]) == (2, NOW - 4, NOW)
    counted.met_click(7, 0, NOW + 5.5)
    own = counted.of(7, codes(0, 1), NONE).own
    assert own is not None
    assert own.shown.tolist() == [0, 1]
    assert own.clicked.tolist() == [1, 0]
    assert np.isnan(own.first_shown[0])
    assert np.isnan(own.last_shown[0])
    assert own.last_clicked[0] == NOW + 5
    assert np.isnan(own.last_clicked[1])


def test_readers_are_told_apart_and_a_guest_has_nothing_of_their_own() -> None:
    counted = model()
    counted.met_shown(7, [0], NOW)
    other = counted.of(8, codes(0), NONE).own
    assert other is not None
    assert other.shown.tolist() == [0]
    assert counted.of(None, codes(0), NONE).own is None


def test_what_a_reader_was_shown_and_clicked_of_topics_adds_up() -> None:
    counted = model(topics=("c:sport", "c:food", "s:football"))
    counted.topics_shown(7, [0, 2])
    counted.topics_shown(7, [0])
    counted.topics_shown(8, [1])
    counted.topics_click(7, [0])
    counted.topics_view(7, [])
    assert counted.of(7, NONE, NONE).own_topics == {
        "": (2, 1, 1 + 1),
        "c:sport": (2, 1, 1),
        "s:football": (1, 0, 0),
    }
    assert counted.of(8, NONE, NONE).own_topics == {"": (1, 0, 0), "c:food": (1, 0, 0)}
    assert counted.of(9, NONE, NONE).own_topics == {}
    assert counted.of(None, NONE, NONE).own_topics == {}


def test_what_a_reader_begins_with_replaces_what_was_read_and_nothing_else() -> None:
    counted = model(topics=("c:sport", "c:food", "s:football"))
    counted.topics_shown(7, [0])
    counted.topics_click(7, [0])
    counted.topics_begin(7, [[1], [0, 2], [1], []])
    assert counted.of(7, NONE, NONE).own_topics == {
        "": (1, 1, 4),
        "c:sport": (1, 1, 1),
        "c:food": (0, 0, 2),
        "s:football": (0, 0, 1),
    }


def test_a_reader_joins_an_article_s_audience_with_the_first_click_and_the_taste_until_then() -> (
    None
):
    counted = model(topics=("c:sport", "c:food"))
    counted.met_click(7, 0, NOW)  # nothing was read before
    counted.topics_click(7, [0])
    counted.met_click(7, 1, NOW)
    counted.topics_click(7, [1])
    counted.met_click(7, 1, NOW)
    found = counted.of(7, codes(0, 1), NONE).audiences
    assert found.counts.tolist() == [0, 1]
    assert found.site_count == 1
    taste = taste_of({"": TopicCounts(read=1), "c:sport": TopicCounts(read=1)})
    assert found.tastes[1] == pytest.approx(taste)
    assert counted.of(None, codes(1), NONE).audiences.counts.tolist() == [0]


def test_counts_of_one_reader_stop_where_redis_has_no_room_for_more() -> None:
    counted = model()
    for _ in range(MAX_MET + 1):
        counted.met_shown(7, [0], NOW)
    own = counted.of(7, codes(0), NONE).own
    assert own is not None
    assert own.shown.tolist() == [MAX_MET]
