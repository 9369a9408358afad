"""``/v1/why`` and ``/v1/parameters``: the numbers that made a feed, told later and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring
from recommender.ranking.features import FEATURE_NAMES, FEATURES
from recommender.ranking.weighted import WeightedConfig

LANGUAGES = ("en", "de", "fr", "es")
WEIGHTLESS = dict.fromkeys(WeightedConfig.model_fields, 0.0)
Pages = Callable[[str], Iterator[dict[str, Any]]]


@pytest.fixture
def pages(http: FlaskClient, newsroom: Any) -> Pages:
    """Give a function that yields a reader's pages: of a site where every feature plays a part."""
    for number in range(14):
        source = "Harbour Post" if number % 2 else "The Pitch"
        newsroom.publish(
            f"a{number}", number % 8, (number + 3) % 8, category=f"c{number % 3}", source=source
        )
    rules = [{"action": "pin", "article": "a9", "position": 2}]
    rules.append({"action": "boost", "category": "c1", "amount": 0.5})
    assert http.put("/v1/rules", json={"rules": rules}).status_code == 200
    newsroom.wiring.follower.catch_up()
    chosen = {"topics": ["c2"], "followed_sources": ["Harbour Post"]}
    assert http.put("/v1/users/ada/preferences", json=chosen).status_code == 200
    for reader, article, kind in (
        ("bob", "a0", "click"),
        ("bob", "a8", "share"),
        ("ada", "a0", "like"),
        ("ada", "a3", "dislike"),
    ):
        event = {"id": f"{reader}-{article}", "user_id": reader, "article_id": article}
        event |= {"kind": kind, "occurred_at": "2025-12-31T23:59:00Z"}
        assert http.post("/v1/interactions", json=event).json["accepted"] == 1

    def pages(query: str) -> Iterator[dict[str, Any]]:
        answer = http.get(f"/v1/feed?{query}&size=4&reading=a5").json
        yield answer
        while answer["next"]:
            answer = http.get(f"/v1/feed?{query}&size=4&cursor={answer['next']}").json
            yield answer

    return pages


@pytest.mark.parametrize("who", ["user_id=ada", "lang=en"])
def test_why_tells_of_every_article_of_every_page_what_the_feed_told(
    http: FlaskClient, pages: Pages, who: str
) -> None:
    told = 0
    for page in pages(who):
        for shown in page["articles"]:
            asked = {"slate_id": page["slate_id"], "article_id": shown["article"]["id"]}
            why = http.get("/v1/why", query_string=asked).json
            same = ("position", "source", "reason")
            assert {name: why[name] for name in same} == {name: shown[name] for name in same}
            for name in ("score", "propensity"):
                assert why[name] == pytest.approx(shown[name], abs=1e-6)
            assert why["contributions"] == pytest.approx(shown["contributions"], abs=1e-6)
            assert sum(why["contributions"].values()) == pytest.approx(why["score"], abs=1e-6)
            assert tuple(why["features"]) == FEATURE_NAMES
            assert why["customised"] == page["disclosure"]["customised"]
            assert (why["served_at"], why["policy"]) == (page["generated_at"], page["policy"])
            told += 1
    assert told == (11 if who == "user_id=ada" else 13), "all but a5, and what ada met"


def test_features_times_the_weights_are_the_contributions(
    http: FlaskClient, pages: Pages, wiring: Wiring
) -> None:
    page = next(pages("user_id=ada"))
    for shown in page["articles"]:
        asked = {"slate_id": page["slate_id"], "article_id": shown["article"]["id"]}
        why = http.get("/v1/why", query_string=asked).json
        weights = wiring.settings.feed.weights.model_dump()
        for name, value in why["features"].items():
            expected = weights.get(name, 0.0) * value
            assert why["contributions"][name] == pytest.approx(expected, abs=1e-6)


def test_why_tells_the_same_reason_in_each_language(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", category="weather")
    asked = {"slate_id": http.get("/v1/feed").json["slate_id"], "article_id": "rain"}
    told = {
        language: http.get("/v1/why", query_string=asked | {"lang": language}).json
        for language in LANGUAGES
    }
    assert [told[each]["language"] for each in LANGUAGES] == list(LANGUAGES)
    assert {each["reason"]["code"] for each in told.values()} == {"fresh"}
    texts = {language: each["reason"]["text"] for language, each in told.items()}
    assert texts == {
        "en": "New in weather",
        "de": "Neu in weather",
        "fr": "Nouveau en weather",
        "es": "Nuevo en weather",
    }
    accepted = http.get("/v1/why", query_string=asked, headers={"Accept-Language": "de;q=0.2"})
    assert accepted.json["reason"]["text"] == texts["de"]


def test_why_outlives_the_article(http: FlaskClient, newsroom: Any, wiring: Wiring) -> None:
    newsroom.publish("rain")
    slate = http.get("/v1/feed").json["slate_id"]
    http.delete("/v1/articles/rain")
    wiring.follower.step(0.0)
    assert http.get(f"/v1/why?slate_id={slate}&article_id=rain").status_code == 200


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: "0",
        lambda _: "1-1-0-0123456789abcdef",
        lambda _: "1-1-9999-0123456789abcdef",
        lambda _: f"{'9' * 30}-0-0-0123456789abcdef",
        lambda slate: slate[:-1],
        lambda slate: slate[:-1] + ("0" if slate[-1] != "0" else "1"),
        lambda slate: slate.replace("-0-0-", "-0-1-"),
        lambda slate: slate.upper() + "x",
        lambda slate: f"{slate}é",
    ],
)
def test_a_slate_that_is_unknown_or_forged_is_404(
    http: FlaskClient, newsroom: Any, forge: Callable[[str], str]
) -> None:
    newsroom.publish("rain")
    slate = http.get("/v1/feed").json["slate_id"]
    asked = {"slate_id": forge(slate), "article_id": "rain"}
    response = http.get("/v1/why", query_string=asked)
    assert response.status_code == 404
    assert response.json["type"] == "/docs#unknown-slate"
    assert response.json["detail"].startswith("slate_id: ")


def test_an_article_that_the_slate_did_not_show_is_named(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain")
    slate = http.get("/v1/feed").json["slate_id"]
    newsroom.publish("goal")
    response = http.get(f"/v1/why?slate_id={slate}&article_id=goal")
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert (error["field"], error["got"]) == ("article_id", "goal")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("slate_id=1-1-0-0123456789abcdef", "article_id"),
        ("article_id=rain", "slate_id"),
        ("slate_id=&article_id=rain", "slate_id"),
        ("slate_id=1&article_id=two%20words", "article_id"),
        ("slate_id=1&article_id=rain&lang=!", "lang"),
        ("slate_id=1&article_id=rain&user_id=ada", "user_id"),
    ],
)
def test_a_bad_question_why_is_refused_by_name(http: FlaskClient, query: str, field: str) -> None:
    response = http.get(f"/v1/why?{query}")
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field


def test_importances_are_shares_the_most_important_first(http: FlaskClient) -> None:
    told = http.get("/v1/parameters").json["parameters"]
    importances = [each["importance"] for each in told]
    assert sum(importances) == pytest.approx(1.0)
    assert importances == sorted(importances, reverse=True)
    weighed = [each for each in FEATURES if each.name in WeightedConfig.model_fields]
    assert {each["name"] for each in told} == {each.told_as for each in weighed} - {"boost"}
    personal = {each["name"] for each in told if each["personal"]}
    assert {"similarity", "session", "affinity"} <= personal
    assert not {"trending", "surge", "freshness", "boost"} & personal


def test_boosts_are_a_parameter_while_a_rule_boosts(http: FlaskClient, wiring: Wiring) -> None:
    rules = [{"action": "boost", "category": "science", "amount": 0.5}]
    assert http.put("/v1/rules", json={"rules": rules}).status_code == 200
    wiring.follower.step(0.0)
    told = http.get("/v1/parameters").json["parameters"]
    assert "boost" in {each["name"] for each in told}


def test_parameters_follow_the_weights_in_force(
    make_wiring: Callable[..., Wiring], serve: Any
) -> None:
    weights = WEIGHTLESS | {"freshness": 0.5, "aversion": -0.5}
    http = serve(make_wiring(feed={"weights": weights}))
    told = {each["name"]: each for each in http.get("/v1/parameters").json["parameters"]}
    assert set(told) == {"freshness", "aversion"}, "what has no weight is no parameter"
    span = {each.name: each.span for each in FEATURES}
    moved = 0.5 * span["freshness"], abs(-0.5) * span["aversion"]
    assert told["freshness"]["importance"] == pytest.approx(moved[0] / sum(moved))
    assert told["aversion"]["importance"] == pytest.approx(moved[1] / sum(moved))
    doubled = weights | {"freshness": 1.0}
    http = serve(make_wiring(feed={"weights": doubled}))
    more = {each["name"]: each for each in http.get("/v1/parameters").json["parameters"]}
    assert more["freshness"]["importance"] > told["freshness"]["importance"]


def test_weights_of_nothing_leave_no_parameter(
    make_wiring: Callable[..., Wiring], serve: Any
) -> None:
    http = serve(make_wiring(feed={"weights": WEIGHTLESS}))
    assert http.get("/v1/parameters").json["parameters"] == []


def test_the_notes_tell_of_chance_only_where_there_is_any(
    make_wiring: Callable[..., Wiring], serve: Any
) -> None:
    with_chance, without = (
        serve(make_wiring(feed={"exploration": {"enabled": enabled}})).get("/v1/parameters").json
        for enabled in (True, False)
    )
    assert set(without["notes"]) < set(with_chance["notes"])
    assert len(with_chance["notes"]) == len(without["notes"]) + 1


def test_the_notes_tell_of_briefs_where_there_are_any(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    before = http.get("/v1/parameters").json["notes"]
    press.tell("football-01", *event)
    press.write()
    (told,) = set(http.get("/v1/parameters").json["notes"]) - set(before)
    assert "20 %" in told, "the share that settings allow"


def test_parameters_are_told_in_each_language(http: FlaskClient) -> None:
    told = [http.get(f"/v1/parameters?lang={each}").json for each in LANGUAGES]
    assert [each["language"] for each in told] == list(LANGUAGES)
    for texts in zip(*([p["text"] for p in each["parameters"]] for each in told), strict=True):
        assert len(set(texts)) == 4
    accepted = http.get("/v1/parameters", headers={"Accept-Language": "fr"}).json
    assert accepted["language"] == "fr"
    assert http.get("/v1/parameters?lang=pt").json["language"] == "en"


@pytest.mark.parametrize(("query", "field"), [("lang=!", "lang"), ("size=1", "size")])
def test_a_bad_parameter_of_the_parameters_is_named(
    http: FlaskClient, query: str, field: str
) -> None:
    response = http.get(f"/v1/parameters?{query}")
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field
