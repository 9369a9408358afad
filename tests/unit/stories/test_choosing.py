"""Which events are told, in which order, and from what."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from recommender.domain.brief_records import brief_id
from recommender.domain.ids import ArticleId
from recommender.stories.choosing import (
    ChoosingConfig,
    JudgedStory,
    LiveStory,
    PassedOver,
    StoryArticle,
    choose,
    origin,
)

A, B, D = map(ArticleId, "abd")
PLAIN = ChoosingConfig()


def article(name: str, publisher: str | None = None, **fields: Any) -> StoryArticle:
    plain: dict[str, Any] = {"version": "1", "published_at": 0.0}
    return StoryArticle(id=ArticleId(name), publisher=publisher, **(plain | fields))


def story(
    *articles: StoryArticle, name: str = "s", told: Mapping[ArticleId, str] | None = None
) -> LiveStory:
    return LiveStory(story=name, articles=articles, told=told or {})


def only(told: LiveStory, config: ChoosingConfig = PLAIN) -> JudgedStory | PassedOver:
    choice = choose([told], config)
    return choice.chosen[0] if choice.chosen else next(iter(choice.passed_over))


def ids(event: JudgedStory | PassedOver) -> list[str]:
    assert isinstance(event, JudgedStory)
    return [each.id for each in event.sources]


def test_two_articles_of_one_publisher_are_one_source() -> None:
    assert only(story(article("a", "Mail"), article("b", "MAIL"))) == PassedOver.TOO_FEW_SOURCES
    assert ids(only(story(article("a", "Mail"), article("b", "Post")))) == ["a", "b"]


@pytest.mark.parametrize(
    ("urls", "origins"),
    [
        (("https://www.mail.example/1", "https://mail.example/2"), 1),
        (("https://mail.example/1", "https://post.example/1"), 2),
        ((None, None), 1),
        ((None, "https://mail.example/1"), 2),
        ((None, "http://["), 1),
        (("https://mail.example./1", "https://MAIL.example:443/2"), 1),
    ],
)
def test_without_publishers_the_hosts_are_told_apart(
    urls: Sequence[str | None], origins: int
) -> None:
    assert len({origin(article("a", url=url)) for url in urls}) == origins


@pytest.mark.parametrize(
    "name",
    [
        "post",
        "Post.",
        "P\N{CYRILLIC SMALL LETTER O}st",
        "\N{GREEK CAPITAL LETTER RHO}ost",
        "\N{FULLWIDTH LATIN CAPITAL LETTER P}ost",
        "Po\N{COMBINING GRAPHEME JOINER}st",
        "Po\N{ZERO WIDTH SPACE}st",
        "Po\N{HANGUL FILLER}st",
        "P\N{LATIN SMALL LETTER O WITH DIAERESIS}st",
    ],
)
def test_names_that_look_alike_are_one_publisher(name: str) -> None:
    assert only(story(article("a", "Post"), article("b", name))) == PassedOver.TOO_FEW_SOURCES


def test_what_comes_from_nowhere_known_is_no_source_of_its_own() -> None:
    unknown = [article("c", published_at=9.0), article("d", "\N{HANGUL FILLER}", url="http://[")]
    assert only(story(article("a", "Mail"), *unknown)) == PassedOver.TOO_FEW_SOURCES
    assert only(story(*unknown)) == PassedOver.TOO_FEW_SOURCES
    told = story(article("a", "Mail"), article("b", "Post"), *unknown)
    event = only(told)
    assert isinstance(event, JudgedStory)
    assert event.independent == 2
    assert ids(only(told, ChoosingConfig(max_sources=2))) == ["a", "b"]


def test_an_agencys_text_under_another_name_is_no_second_source() -> None:
    copy = article("b", "Post", is_copy=True)
    assert only(story(article("a", "Mail"), copy)) == PassedOver.TOO_FEW_SOURCES
    assert ids(only(story(article("a", "Mail"), copy, article("d", "Sun")))) == ["a", "d"]


def test_what_is_generated_with_ai_is_no_source_unless_the_site_allows_it() -> None:
    made = article("c", "Draft", generated_with_ai=True)
    told = story(article("a", "Mail"), article("b", "Post", generated_with_ai=False), made)
    assert ids(only(told)) == ["a", "b"]
    assert ids(only(told, ChoosingConfig(ai_sources=True))) == ["a", "b", "c"]
    assert only(story(article("a", "Mail"), made)) == PassedOver.TOO_FEW_SOURCES
    assert only(story(made)) == PassedOver.ONLY_AI


def test_a_brief_is_no_source() -> None:
    own = article(brief_id("s"), "Briefs")
    assert only(story(article("a", "Mail"), own)) == PassedOver.TOO_FEW_SOURCES
    assert ids(only(story(article("a", "Mail"), article("b", "Post"), own))) == ["a", "b"]


def test_an_event_is_told_again_only_where_a_source_is_new_or_changed() -> None:
    both = (article("a", "Mail"), article("b", "Post"))
    assert only(story(*both, told={A: "1", B: "1"})) == PassedOver.NOTHING_NEW
    changed = only(story(*both, told={A: "1", B: "0"}))
    grown = only(story(*both, article("c", "Star"), told={A: "1", B: "1"}))
    assert isinstance(changed, JudgedStory)
    assert isinstance(grown, JudgedStory)
    assert (changed.untold, grown.untold) == (1 / 2, 1 / 3)


def test_the_rank_is_that_of_the_formula() -> None:
    config = ChoosingConfig(trending_weight=2.0, surge_weight=3.0, sources_weight=5.0)
    told = story(
        article("a", "Mail", value=1.0, surge=0.5),
        article("b", "Post", value=2.0, surge=4.0),
        told={A: "1"},
    )
    event = only(told, config)
    assert isinstance(event, JudgedStory)
    expected = 1 / 2 * (2 * math.log(1 + 1 + 2) + 3 * math.log(1 + 4) + 5 * math.log(2))
    assert event.rank == pytest.approx(expected)


@pytest.mark.parametrize(
    "better",
    [
        story(article("a", "Mail", value=9.0), article("b", "Post"), name="z"),
        story(article("a", "Mail", surge=9.0), article("b", "Post"), name="z"),
        story(article("a", "Mail"), article("b", "Post"), article("c", "Star"), name="z"),
    ],
    ids=["read more", "rising", "more sources"],
)
def test_more_of_anything_ranks_higher(better: LiveStory) -> None:
    plain = story(article("a", "Mail"), article("b", "Post"), name="a")
    partly_told = story(article("a", "Mail"), article("b", "Post"), name="b", told={A: "1"})
    chosen = choose([partly_told, plain, better], PLAIN).chosen
    assert [each.story for each in chosen] == ["z", "a", "b"]


def test_past_the_bound_every_publishers_newest_comes_before_a_second_one() -> None:
    told = story(
        article("a", "Mail", published_at=1.0),
        article("b", "Post", published_at=2.0),
        article("c", "Post", published_at=3.0),
        article("d", "Post", published_at=4.0),
    )
    assert ids(only(told, ChoosingConfig(max_sources=2))) == ["a", "d"]
    assert ids(only(told, ChoosingConfig(max_sources=3))) == ["a", "c", "d"]
    event = only(told, ChoosingConfig(max_sources=2))
    assert isinstance(event, JudgedStory)
    assert event.independent == 2
    every = {A: "1", D: "1"}
    again = story(*told.articles, told=every)
    assert only(again, ChoosingConfig(max_sources=2)) == PassedOver.NOTHING_NEW


def test_what_is_passed_over_is_counted_by_reason() -> None:
    lonely = [story(article("a", "Mail"), name=name) for name in "xy"]
    choice = choose([*lonely, story(article("a", generated_with_ai=True))], PLAIN)
    assert choice.chosen == ()
    assert choice.passed_over == {PassedOver.TOO_FEW_SOURCES: 2, PassedOver.ONLY_AI: 1}
