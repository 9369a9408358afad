"""Articles in, read, compared, trending and removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from recommender.clock import FixedClock
from recommender.domain.ids import ArticleId
from recommender.errors import UnknownArticle
from recommender.ingest.documents import Rejection, parse_document
from recommender.store.cards import instant_text

HOUR = 3_600.0
Do = Callable[..., list[str]]


def names(articles: list[Any]) -> list[str]:
    return [orjson.loads(each.card)["id"] for each in articles]


def test_each_record_has_one_answer_and_a_rejected_one_is_kept(wiring: Any) -> None:
    good = parse_document({"id": "a", "title": "T"})
    bad = Rejection(place="f.jsonl:2", reason="title: Field required", record="{}")
    other = parse_document({"id": "b", "title": "T"})
    answers = wiring.intake.submit([good, bad, good, other])
    assert [(each.id, each.outcome, each.rejection) for each in answers] == [
        ("a", "created", None),
        (None, None, bad),
        ("a", "unchanged", None),
        ("b", "created", None),
    ]
    letters = wiring.dead_letters.list(10)
    assert [(each.place, each.record) for each in letters] == [("f.jsonl:2", "{}")]
    assert wiring.intake.submit([]) == []


def test_an_article_without_a_date_is_published_when_it_comes(
    wiring: Any, submit: Callable[..., Any], clock: FixedClock
) -> None:
    submit(wiring, ["a"])
    card = orjson.loads(wiring.articles.get("a").card)
    assert card["published_at"] == instant_text(clock.now())


def test_an_article_can_be_read_while_it_waits_and_once_it_is_live(
    wiring: Any, make_live: Callable[..., None], submit: Callable[..., Any]
) -> None:
    submit(wiring, ["a"], body="Long text")
    assert (wiring.articles.get("a").live, wiring.articles.get("a").body) == (False, "Long text")
    make_live(wiring, {"a": (1.0, 0.0)}, body="Long text")
    assert wiring.articles.get("a").live


@pytest.mark.parametrize("method", ["get", "remove"])
def test_an_unknown_article_is_told(wiring: Any, method: str) -> None:
    with pytest.raises(UnknownArticle, match="nowhere"):
        getattr(wiring.articles, method)(ArticleId("nowhere"))


def test_similar_articles_come_nearest_first_without_the_article_itself(
    wiring: Any, make_live: Callable[..., None]
) -> None:
    make_live(wiring, {"a": (1, 0), "b": (0.6, 0.8), "c": (0, 1), "d": (0.8, 0.6)})
    found = wiring.articles.similar("a", 2)
    assert names(found) == ["d", "b"]
    assert [each.similarity for each in found] == pytest.approx([0.8, 0.6], abs=1e-3)
    assert len(wiring.articles.similar("a", 10)) == 3


def test_what_may_not_be_shown_is_similar_to_nothing(
    wiring: Any, make_live: Callable[..., None], clock: FixedClock
) -> None:
    make_live(wiring, {"a": (1, 0), "b": (0.6, 0.8)})
    make_live(wiring, {"future": (1, 0)}, published_at=instant_text(clock.now() + 9))
    assert names(wiring.articles.similar("a", 10)) == ["b"]


def test_similar_waits_for_the_embedding_and_refuses_the_unknown(
    wiring: Any, submit: Callable[..., Any]
) -> None:
    wiring.follower.load()
    submit(wiring, ["a"])
    assert wiring.articles.similar("a", 5) is None
    with pytest.raises(UnknownArticle):
        wiring.articles.similar("nowhere", 5)


@pytest.fixture
def site(wiring: Any, world: Callable[[Any], None]) -> Any:
    world(wiring)
    return wiring


def test_trending_lists_values_now_and_surge(site: Any, clock: FixedClock, do: Do) -> None:
    do(site, "anna", "click", "food0", at=clock.now() - 4 * HOUR)
    do(site, "anna", "like", "food1")
    do(site, "ben", "share", "travel0", at=clock.now() - 8 * HOUR)
    top = site.trending.top(None, 10)
    assert site.trending.half_life_hours == 4.0
    assert names(top) == ["food1", "travel0", "food0"]
    assert [each.value for each in top] == pytest.approx([2.0, 3 / 4, 1 / 2])
    # The rate over one hour's half-life to that over twenty-four: of one event, by its age.
    surges = [24 * 2**-age / 2 ** (-age / 24) for age in (0, 8, 4)]
    assert [each.surge for each in top] == pytest.approx(surges)
    clock.advance(4 * HOUR)
    assert [each.value for each in site.trending.top(None, 10)] == pytest.approx(
        [1.0, 3 / 8, 1 / 4]
    )


def test_trending_in_a_category_is_of_that_category_alone(site: Any, do: Do) -> None:
    do(site, "anna", "click", "food0", "travel0", "food1")
    do(site, "ben", "click", "food1")
    assert names(site.trending.top("food", 10)) == ["food1", "food0"]
    assert names(site.trending.top("food", 1)) == ["food1"]
    assert site.trending.top("nobody's", 10) == []


def test_an_article_that_changed_category_trends_in_the_new_one_alone(
    site: Any, do: Do, make_live: Callable[..., None]
) -> None:
    do(site, "anna", "click", "food0", "food1")
    make_live(site, {"food0": (1, 0, 0, 0)}, category="travel", summary="changed")
    assert names(site.trending.top("food", 10)) == ["food1"]
    do(site, "ben", "click", "food0")
    assert names(site.trending.top("travel", 10)) == ["food0"]


def test_trending_looks_deeper_where_the_leaders_may_not_be_shown(site: Any, do: Do) -> None:
    for count, article in enumerate(["food0", "food1", "food2", "food3", "food4"], start=1):
        for reader in range(count):
            do(site, f"r{reader}", "click", article)
    for article in ("food4", "food3", "food2", "food1"):
        site.articles.remove(article)
    site.follower.step(0.0)
    assert names(site.trending.top(None, 1)) == ["food0"]


def test_impressions_and_dislikes_make_no_trend(site: Any, do: Do) -> None:
    for kind in ("impression", "dislike", "hide", "less_like_this", "report"):
        do(site, kind, kind, "food0")
    assert site.trending.top(None, 10) == []
