"""``/v1/stories``: what several articles tell, how interesting it is, and how far it is told."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from recommender.clock import FixedClock
from recommender.domain.brief_records import brief_id
from recommender.domain.rules import Action, SiteRule, Target
from recommender.services.briefs import Result

STORY = "football-01"
BRIEF = brief_id(STORY)
CLAIM = {"provenance": {"digital_source_type": "trainedAlgorithmicMedia"}}


def stories(http: FlaskClient) -> list[dict[str, Any]]:
    answer = http.get("/v1/stories").json
    assert (answer["empty"] is None) == bool(answer["stories"])
    found: list[dict[str, Any]] = answer["stories"]
    return found


def only(http: FlaskClient) -> dict[str, Any]:
    (found,) = stories(http)
    return found


def test_a_story_says_how_much_of_it_there_is_and_that_it_is_told_next(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event)
    newest = http.get(f"/v1/articles/{event[-1]}").json
    assert only(http) == {
        "id": STORY,
        "title": newest["title"],
        "article_count": 4,
        "independent_source_count": 4,
        "value": 0.0,
        "surge": 0.0,
        "newest_at": newest["published_at"],
        "interest": pytest.approx(math.log(4)),
        "untold": 1.0,
        "rank": pytest.approx(1.0 * math.log(4)),
        "passed_over": None,
        "brief": None,
    }


def test_what_is_read_of_a_story_makes_it_more_interesting(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell("a", *event[:2])
    press.tell("b", *event[2:])
    press.click("anna", event[2])
    press.click("bert", event[3])
    found = stories(http)
    assert [each["id"] for each in found] == ["b", "a"]
    value, surge = 1 + 1, 24 / 1  # two clicks just now; half-lives of 1 and 24 hours
    assert found[0]["value"] == pytest.approx(value)
    assert found[0]["surge"] == pytest.approx(surge)
    expected = math.log(1 + value) + 0.5 * math.log(1 + surge) + math.log(2)
    assert found[0]["interest"] == pytest.approx(expected)
    assert [each["id"] for each in http.get("/v1/stories?limit=1").json["stories"]] == ["b"]


def test_a_brief_is_named_with_its_story_and_counts_neither_as_article_nor_as_source(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event)
    press.write()
    found = only(http)
    headline = http.get(f"/v1/briefs/{BRIEF}").json["headline"]["text"]
    assert press.wiring.follower.catalogue.view.row(BRIEF) is not None
    assert found["title"] == headline
    assert (found["article_count"], found["independent_source_count"]) == (4, 4)
    assert (found["untold"], found["rank"], found["passed_over"]) == (0.0, 0.0, "nothing_new")
    assert found["interest"] == pytest.approx(math.log(4)), "told, and no less interesting"
    assert found["brief"] == {
        "id": BRIEF,
        "status": "published",
        "revision": 1,
        "live": 1,
        "changed_at": "2026-01-01T00:00:00.000Z",
    }


def test_what_is_listed_as_told_next_is_told_next(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell("one source", *event[:2], source="Mail")
    press.tell("two sources", *event[2:])
    told = {each["id"]: each["passed_over"] for each in stories(http)}
    assert told == {"one source": "too_few_sources", "two sources": None}
    (outcome,) = press.write()
    assert (outcome.event.story, outcome.result) == ("two sources", Result.PUBLISHED)


def test_a_story_only_of_what_is_generated_with_ai_is_listed_and_not_told(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event[:2], **CLAIM)
    found = only(http)
    assert found["passed_over"] == "only_generated_with_ai"
    assert (found["independent_source_count"], found["untold"], found["rank"]) == (0, 0.0, 0.0)


def test_a_new_source_is_the_untold_share(http: FlaskClient, press: Any, event: list[str]) -> None:
    press.tell(STORY, *event[:3])
    press.write()
    press.tell(STORY, event[3])
    found = only(http)
    assert found["untold"] == 1 / 4
    assert found["rank"] == pytest.approx(1 / 4 * math.log(4))
    articles = http.get(f"/v1/stories/{STORY}").json["articles"]
    assert {each["article"]["id"]: each["told"] for each in articles} == {
        **dict.fromkeys(event[:3], True),
        event[3]: False,
    }


def test_what_may_not_be_shown_is_part_of_no_story(
    http: FlaskClient, press: Any, event: list[str], clock: FixedClock
) -> None:
    press.tell(STORY, *event[:2])
    press.tell(STORY, event[2], expires_at="2026-01-01T01:00:00Z")
    assert only(http)["article_count"] == 3
    clock.advance(3_600.0)
    assert only(http)["article_count"] == 2
    rule = SiteRule(action=Action.HOLD_OUT, target=Target.ARTICLE, value=event[0])
    press.wiring.rules.replace([rule])
    press.wiring.follower.catch_up()
    assert stories(http) == []
    left = http.get(f"/v1/stories/{STORY}").json
    assert [each["article"]["id"] for each in left["articles"]] == [event[1]]
    assert left["passed_over"] == "too_few_sources"


def test_no_stories_are_told_with_what_to_do(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    assert "POST /v1/articles" in http.get("/v1/stories").json["empty"]
    press.tell("a", event[0])
    press.tell("b", event[1])
    assert "several sources" in http.get("/v1/stories").json["empty"]


def test_a_story_shows_its_articles_and_what_the_brief_makes_of_them(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event[:3])
    press.tell(STORY, event[3], **CLAIM)
    press.write()
    story = http.get(f"/v1/stories/{STORY}").json
    assert {name: story[name] for name in only(http)} == only(http)
    articles = story["articles"]
    dates = [each["article"]["published_at"] for each in articles]
    assert dates == sorted(dates, reverse=True)
    usable = {each["article"]["id"]: each["usable"] for each in articles}
    assert usable == {**dict.fromkeys(event[:3], True), event[3]: False}
    brief = http.get(f"/v1/briefs/{BRIEF}").json
    sentences = [brief["headline"], *(each for part in brief["paragraphs"] for each in part)]
    cited = {source for each in sentences for source in each["sources"]}
    assert {each["article"]["id"] for each in articles if each["cited_in"] == [1]} == cited
    assert cited <= set(event[:3])


@pytest.mark.parametrize("name", ["a/b//c", "ø€/similar", "%2F", "?#;+", "a.b:c"])
def test_a_storys_id_may_hold_what_an_articles_id_may(
    http: FlaskClient, press: Any, event: list[str], name: str
) -> None:
    press.tell(name, *event[:2])
    assert only(http)["id"] == name
    assert http.get(f"/v1/stories/{quote(name)}").json["id"] == name


def test_a_story_that_nobody_tells_is_unknown(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event[:2])
    for each in event[:2]:
        http.delete(f"/v1/articles/{each}")
    press.wiring.follower.catch_up()
    for name in (STORY, "nowhere"):
        response = http.get(f"/v1/stories/{name}")
        assert (response.status_code, response.json["type"]) == (404, "/docs#unknown-story")
    assert stories(http) == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "size=1", "limit=1&limit=2"])
def test_a_parameter_outside_its_limits_is_refused(http: FlaskClient, query: str) -> None:
    response = http.get(f"/v1/stories?{query}")
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == query.partition("=")[0]


def test_an_id_outside_its_limits_is_refused(http: FlaskClient) -> None:
    for name in ("a%20b", "x" * 129, "%7Ba%7D"):
        assert http.get(f"/v1/stories/{name}").status_code == 422


def test_without_redis_stories_say_so(stopped: FlaskClient) -> None:
    assert stopped.get("/v1/stories/rain").status_code == 503
