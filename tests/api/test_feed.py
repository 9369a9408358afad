"""``GET /v1/feed``: who gets what, and what is said of each article."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def ids(answer: dict) -> list[str]:
    return [shown["article"]["id"] for shown in answer["articles"]]


def click(http: FlaskClient, reader: str, article: str, kind: str = "click") -> None:
    event = {"id": f"{reader}-{article}-{kind}", "user_id": reader, "article_id": article}
    event |= {"kind": kind, "occurred_at": "2025-12-31T23:59:00Z"}
    assert http.post("/v1/interactions", json=event).status_code == 200


def prefer(http: FlaskClient, reader: str, **fields: Any) -> None:
    assert http.put(f"/v1/users/{reader}/preferences", json=fields).status_code == 200


def test_an_empty_site_says_why_its_feed_is_empty(http: FlaskClient) -> None:
    answer = http.get("/v1/feed").json
    assert answer["articles"] == []
    assert "No article is live yet" in answer["empty"]
    assert answer["next"] is answer["next_expires_at"] is None


def test_a_guest_gets_what_is_live_and_is_told_so(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", 0, category="environment")
    newsroom.publish("goal", 1, category="football")
    answer = http.get("/v1/feed").json
    assert sorted(ids(answer)) == ["goal", "rain"]
    assert answer["user_id"] is None
    assert answer["disclosure"] == {
        "personalisation": False,
        "customised": False,
        "language": "en",
        "text": "This feed is without personalisation: it uses no data of yours.",
        "labels": [],
    }
    assert answer["site"] == "main"
    assert answer["generated_at"] == "2026-01-01T00:00:00.000Z"
    assert answer["empty"] is None


def test_a_reader_of_whom_nothing_is_known_is_told_that_nothing_was_changed(
    http: FlaskClient, newsroom: Any
) -> None:
    newsroom.publish("rain")
    told = http.get("/v1/feed?user_id=ada").json["disclosure"]
    assert (told["personalisation"], told["customised"], told["labels"]) == (True, False, [])
    assert "site’s own order" in told["text"]


def test_a_click_is_felt_in_the_next_feed_and_disclosed(http: FlaskClient, newsroom: Any) -> None:
    """The clicked article is left out as seen; its neighbour leads, and names it as the reason."""
    for name, *axes in (("rain", 0), ("flood", 0, 2), ("goal", 1), ("match", 1, 3)):
        newsroom.publish(name, *axes)
    click(http, "ada", "rain")
    answer = http.get("/v1/feed?user_id=ada").json
    assert ids(answer)[0] == "flood"
    assert "rain" not in ids(answer)
    reason = answer["articles"][0]["reason"]
    assert reason == {"code": "similar", "text": "Because you read “Title rain”"}
    assert (answer["user_id"], answer["disclosure"]["personalisation"]) == ("ada", True)
    (label,) = answer["disclosure"]["labels"]
    assert answer["disclosure"]["customised"] is True
    assert (label["code"], label["text"], label["since"]) == ("customised", "Customised feed", None)
    assert label["evidence"] == {"differs_from": "order_without_reader_data"}


@pytest.mark.parametrize("by", ["request", "preference"])
def test_without_personalisation_nothing_of_the_reader_is_used_or_kept(
    http: FlaskClient, newsroom: Any, wiring: Wiring, by: str
) -> None:
    for name, *axes in (("rain", 0), ("flood", 0, 2), ("goal", 1), ("match", 1, 3)):
        newsroom.publish(name, *axes)
    click(http, "ada", "rain")
    if by == "preference":
        prefer(http, "ada", personalised=False)
    choice = "&personalization=off" if by == "request" else ""
    seen = wiring.client.zcard("nf:{main:0}:reader:ada:seen")
    answer = http.get(f"/v1/feed?user_id=ada{choice}").json
    assert answer["user_id"] is None
    assert answer["disclosure"]["personalisation"] is False
    assert "no data of yours" in answer["disclosure"]["text"]
    assert ids(answer) == ids(http.get("/v1/feed").json)
    assert "rain" in ids(answer), "what was seen is data of the reader"
    assert wiring.client.zcard("nf:{main:0}:reader:ada:seen") == seen


def test_positions_count_from_one(http: FlaskClient, newsroom: Any) -> None:
    for number in range(5):
        newsroom.publish(f"a{number}", number, category=f"c{number % 2}")
    shown = http.get("/v1/feed?user_id=ada&size=3").json["articles"]
    assert [each["position"] for each in shown] == [1, 2, 3]
    assert all(0 < each["propensity"] <= 1 for each in shown)


def test_the_card_is_the_stored_one(http: FlaskClient, newsroom: Any, wiring: Wiring) -> None:
    newsroom.publish("rain", title="Rain “at last” é", tags=["wet"], body="Long text")
    (shown,) = http.get("/v1/feed").json["articles"]
    stored = wiring.articles.get("rain")
    assert shown["article"] == orjson.loads(stored.card)
    assert "body" not in shown["article"]


def test_a_reader_who_has_met_everything_is_told_so(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain")
    click(http, "ada", "rain", "hide")
    answer = http.get("/v1/feed?user_id=ada").json
    assert answer["articles"] == []
    assert "You have had all there is" in answer["empty"]


def test_the_slate_is_logged_before_it_is_sent(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    newsroom.publish("rain")
    answer = http.get("/v1/feed?user_id=ada").json
    ((entry, logged),) = wiring.client.xrange("nf:{main:0}:slates")
    token = orjson.loads(logged[b"s"])["token"]
    assert answer["slate_id"] == f"{entry.decode()}-0-{token}"


def test_head_is_refused_and_neither_logged_nor_remembered(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    newsroom.publish("rain")
    keys = set(wiring.client.keys())
    response = http.head("/v1/feed?user_id=ada")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "OPTIONS"}
    assert set(wiring.client.keys()) == keys
    assert ids(http.get("/v1/feed?user_id=ada").json) == ["rain"]


def test_size_is_the_sites_setting_unless_asked_for(
    make_wiring: Callable[..., Wiring], serve: Any, newsroom_of: Any
) -> None:
    wiring = make_wiring(feed={"size": 2})
    http = serve(wiring)
    for number in range(4):
        newsroom_of(wiring).publish(f"a{number}", number)
    assert len(http.get("/v1/feed").json["articles"]) == 2
    assert len(http.get("/v1/feed?size=3").json["articles"]) == 3


def test_no_cache_keeps_a_feed(http: FlaskClient) -> None:
    for form in ("json", "jsonfeed", "rss"):
        assert http.get(f"/v1/feed?format={form}").headers["Cache-Control"] == "no-store"


def test_the_article_being_read_leads_to_what_is_near_it_and_is_not_shown(
    http: FlaskClient, newsroom: Any
) -> None:
    for name, *axes in (("rain", 0), ("goal", 1), ("market", 2), ("flood", 0, 3)):
        newsroom.publish(name, *axes, category=name)
    answer = http.get("/v1/feed?reading=rain").json
    assert ids(answer)[0] == "flood"
    assert "rain" not in ids(answer)
    assert answer["articles"][0]["reason"]["code"] == "context"
    assert "“Title rain”" in answer["articles"][0]["reason"]["text"]
    assert answer["disclosure"]["customised"] is False, "what is being read is no reader's data"


@pytest.mark.parametrize(
    ("wanted", "passing"),
    [
        ({}, ["goal", "rain"]),
        ({"category": {"any": ["Football"]}}, ["goal"]),
        ({"category": {"none": ["football"]}}, ["rain"]),
        ({"category": {"all": ["football", "cup"]}}, ["goal"]),
        ({"tag": {"any": ["wet"]}}, ["rain"]),
        ({"source": {"none": ["Harbour Post"]}}, ["goal"]),
        ({"language": {"any": ["en"]}}, ["rain"]),
        ({"published_since": "2025-12-31T23:00:00Z"}, ["rain"]),
        ({"exclude": ["rain"]}, ["goal"]),
        ({"generated_with_ai": "exclude"}, ["rain"]),
        ({"generated_with_ai": {"max_share": 0.4}}, ["rain"]),
        ({"generated_with_ai": {"max_share": 1}}, ["goal", "rain"]),
        ({"tag": {"any": ["dry"]}}, []),
    ],
)
def test_a_filter_leaves_the_rest_out(
    http: FlaskClient, newsroom: Any, wanted: dict[str, Any], passing: list[str]
) -> None:
    rain = {"category": "environment", "tags": ["wet"], "source": "Harbour Post"}
    newsroom.publish("rain", 0, language="en-GB", **rain)
    goal = {"category": "football", "subcategory": "cup", "source": "The Pitch", "language": "de"}
    machine = {"digital_source_type": "trainedAlgorithmicMedia"}
    newsroom.publish("goal", 1, published_at="2025-12-31T12:00:00Z", provenance=machine, **goal)
    asked = {"filter": orjson.dumps(wanted).decode()}
    answer = http.get("/v1/feed", query_string=asked).json
    assert sorted(ids(answer)) == passing
    assert (answer["empty"] is None) == bool(passing)


def test_articles_of_one_story_are_one_with_more_coverage(http: FlaskClient, newsroom: Any) -> None:
    newsroom.tell("storm", "storm", "gale", "flood", category="weather", source="Harbour Post")
    newsroom.publish("goal", 5)
    shown = {each["article"]["id"]: each for each in http.get("/v1/feed").json["articles"]}
    assert shown["goal"]["story"] is None
    (told,) = [each for each in shown.values() if each["article"]["id"] != "goal"]
    assert told["story"]["id"] == "storm"
    others = {"storm", "gale", "flood"} - {told["article"]["id"]}
    assert {each["id"] for each in told["story"]["more_coverage"]} == others
    assert told["story"]["more_coverage"][0] == {
        "id": told["story"]["more_coverage"][0]["id"],
        "title": f"Title {told['story']['more_coverage'][0]['id']}",
        "url": None,
        "source": "Harbour Post",
        "published_at": "2026-01-01T00:00:00.000Z",
        "generated_with_ai": None,
        "brief": False,
    }


def test_an_article_is_labelled_by_its_publishers_word(http: FlaskClient, newsroom: Any) -> None:
    made = {"digital_source_type": "trainedAlgorithmicMedia", "ai_system": "Quill"}
    newsroom.publish("rain", provenance=made)
    (shown,) = http.get("/v1/feed").json["articles"]
    assert [label["code"] for label in shown["labels"]] == ["generated_with_ai", "experimental"]
    assert shown["labels"][0] == {
        "code": "generated_with_ai",
        "text": "Generated with AI: Quill",
        "since": "2026-01-01T00:00:00.000Z",
        "evidence": {"digital_source_type": "trainedAlgorithmicMedia", "ai_system": "Quill"},
    }
    assert shown["digital_source_type"] == f"{IPTC}trainedAlgorithmicMedia"


def test_an_article_is_labelled_by_its_own_claim(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", body="Rain fell.\n\n[This article was generated with AI.]")
    (shown,) = http.get("/v1/feed").json["articles"]
    label = shown["labels"][0]
    assert label["text"] == "Generated with AI, as the article itself says"
    assert "generated with AI" in label["evidence"]["claim"]
    assert shown["article"]["provenance"]["digital_source_type"] is None, "the publisher said none"
    assert shown["digital_source_type"] == f"{IPTC}trainedAlgorithmicMedia"


@pytest.mark.parametrize("made", [None, {"digital_source_type": "humanEdits"}])
def test_what_is_unknown_or_made_by_people_has_no_label(
    http: FlaskClient, newsroom: Any, made: dict[str, str] | None
) -> None:
    newsroom.publish("rain", provenance=made)
    (shown,) = http.get("/v1/feed").json["articles"]
    assert shown["labels"] == []
    assert shown["digital_source_type"] == (f"{IPTC}humanEdits" if made else None)


def test_trending_is_a_label_while_it_lasts(http: FlaskClient, newsroom: Any, clock: Any) -> None:
    newsroom.publish("rain")
    for number in range(6):
        click(http, f"reader-{number}", "rain")
    (shown,) = http.get("/v1/feed").json["articles"]
    (label,) = shown["labels"]
    assert (label["code"], label["since"]) == ("trending", "2026-01-01T00:00:00.000Z")
    assert label["evidence"]["threshold"] == 5.0
    assert 5.0 <= label["evidence"]["value"] <= 6.0
    clock.advance(4 * 3_600)
    (later,) = http.get("/v1/feed").json["articles"]
    assert later["labels"] == []


def test_any_visible_id_may_name_a_reader(http: FlaskClient) -> None:
    query = {"user_id": "Åsa/42?%&+日本"}
    assert http.get("/v1/feed", query_string=query).json["user_id"] == "Åsa/42?%&+日本"
