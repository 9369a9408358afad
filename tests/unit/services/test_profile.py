"""What a reader is told of themselves: what is known, what is inferred, in their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recommender.disclosure.messages import LANGUAGES
from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.readers import Preferences
from recommender.services.profile import sentences_of

ADA = ReaderId("ada")


@pytest.fixture
def site(wiring: Any, make_live: Callable[..., None]) -> Any:
    wiring.follower.load()
    make_live(wiring, {"goal": (1, 0, 0, 0), "match": (0.8, 0.6, 0, 0)}, category="sport")
    make_live(wiring, {"soup": (0, 0, 1, 0)}, category="food")
    make_live(wiring, {"poll": (0, 0, 0, 1)}, category="politics")
    return wiring


@pytest.fixture
def do(site: Any, clock: Any) -> Callable[..., None]:
    def do(kind: str, article: str, age: float = 0.0) -> None:
        done = Interaction(
            id=EventId(f"{kind}-{article}"),
            reader=ADA,
            article=ArticleId(article),
            kind=Kind(kind),
            occurred_at=clock.now() - age,
        )
        site.interactions.record([done])

    return do


def test_of_who_is_unknown_nothing_is_said_to_be_known(site: Any) -> None:
    profile = site.profiles.profile(ADA)
    assert not profile.is_known
    assert (profile.first, profile.last, profile.interests, profile.topics) == (None, None, (), ())
    assert "Nothing is known about you here yet." in sentences_of(profile, "en")


def test_interests_name_their_articles_and_their_shares_sum_to_one(
    site: Any, do: Callable[..., None], clock: Any
) -> None:
    do("like", "goal", 60.0)
    do("click", "match", 30.0)
    do("click", "soup")
    profile = site.profiles.profile(ADA)
    assert [[each.id for each in found.examples] for found in profile.interests] == [
        ["goal", "match"],
        ["soup"],
    ]
    assert sum(each.share for each in profile.interests) == pytest.approx(1.0)
    assert profile.interests[0].share == pytest.approx(3 / 4, abs=0.01)
    assert [each.topic for each in profile.topics] == ["sport", "food"]
    assert (profile.counts.read, profile.counts.history, profile.counts.seen) == (3, 3, 3)
    assert (profile.first, profile.last) == (clock.now() - 60.0, clock.now())
    text = sentences_of(profile, "en")
    assert "About 75 % of your reading is close to “Title goal”." in text
    assert "You seem to like the topic sport." in text


def test_what_was_sent_away_or_disliked_is_told_latest_first(
    site: Any, do: Callable[..., None]
) -> None:
    do("dislike", "goal", 5.0)
    do("hide", "poll", 1.0)
    profile = site.profiles.profile(ADA)
    assert [each.id for each in profile.avoided] == ["poll", "goal"]
    assert {each.topic for each in profile.avoided_topics} == {"sport", "politics"}
    assert all(each.affinity < 0 for each in profile.avoided_topics)
    assert "You seem to avoid the topic politics." in sentences_of(profile, "en")
    assert profile.counts.read == 0


def test_an_avoided_article_that_left_the_catalogue_has_no_title(
    site: Any, do: Callable[..., None]
) -> None:
    do("hide", "poll")
    site.articles.remove("poll")
    site.follower.catch_up()
    profile = site.profiles.profile(ADA)
    assert [(each.id, each.title) for each in profile.avoided] == [("poll", None)]
    assert not [text for text in sentences_of(profile, "en") if "hid or disliked it" in text]


def test_a_chosen_topic_is_told_as_chosen_and_not_as_guessed(
    site: Any, do: Callable[..., None]
) -> None:
    site.readers.choose(ADA, Preferences(topics=("food",), muted_sources=("The Noise",)))
    do("click", "goal")
    profile = site.profiles.profile(ADA)
    assert {each.topic for each in profile.topics} == {"food", "sport"}
    text = sentences_of(profile, "en")
    assert "You follow the topics: food." in text
    assert "You muted the sources: The Noise." in text
    assert "You seem to like the topic sport." in text
    assert "You seem to like the topic food." not in text


def test_with_personalisation_off_it_says_that_nothing_of_it_is_used(
    site: Any, do: Callable[..., None]
) -> None:
    do("click", "goal")
    site.readers.choose(ADA, Preferences(personalised=False))
    profile = site.profiles.profile(ADA)
    assert profile.counts.history == 1
    assert sentences_of(profile, "en")[0].startswith("Personalisation is off")


def test_every_language_tells_the_same_things(site: Any, do: Callable[..., None]) -> None:
    do("click", "goal")
    do("hide", "poll")
    site.readers.choose(ADA, Preferences(topics=("food",), followed_sources=("Harbour Post",)))
    profile = site.profiles.profile(ADA)
    told = [sentences_of(profile, language) for language in LANGUAGES]
    assert len({len(each) for each in told}) == 1
    assert len(set(told)) == len(LANGUAGES)
    for text in told:
        assert all(name in " ".join(text) for name in ("Title goal", "food", "Harbour Post"))
