"""``GET /v1/feed`` tells which variants could have changed it, and shows one when asked to."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring
from recommender.clock import FixedClock

SHORT: dict[str, Any] = {
    "hypothesis": "Shorter pages are read to their end.",
    "variants": [{"name": "control"}, {"name": "short", "overrides": {"size": 2}}],
    "primary_metric": "ctr",
    "status": "running",
}


@pytest.fixture
def site(http: FlaskClient, newsroom: Any, wiring: Wiring) -> FlaskClient:
    """Give a site with eight articles on which one experiment runs."""
    for axis in range(8):
        newsroom.publish(f"a{axis}", axis)
    assert http.put("/v1/experiments/short", json=SHORT).status_code == 200
    wiring.follower.step(0.0)
    return http


def preview(http: FlaskClient, variant: str = "short") -> str:
    asked = {"variant": variant, "minutes": 5}
    answer = http.post("/v1/experiments/short/preview", json=asked)
    parameter: str = answer.json["parameter"]
    return parameter


def test_the_answer_tells_the_variant_as_it_is_logged(site: FlaskClient, wiring: Wiring) -> None:
    sizes = {"control": 8, "short": 2}
    met = set()
    for number in range(20):
        answer = site.get(f"/v1/feed?user_id=reader-{number}").json
        [told] = answer["experiments"]
        assert (told["key"], told["forced"]) == ("short", False)
        assert answer["variant"] == f"short:{told['variant']}"
        assert len(answer["articles"]) == sizes[told["variant"]]
        why = {"slate_id": answer["slate_id"], "article_id": answer["articles"][0]["article"]["id"]}
        assert site.get("/v1/why", query_string=why).json["variant"] == answer["variant"]
        found = wiring.slate_log.find(answer["slate_id"])
        assert found is not None
        assert found.slate.variant == answer["variant"]
        met.add(told["variant"])
    assert met == sizes.keys()


def test_guests_and_who_asks_for_a_size_meet_no_variant(site: FlaskClient) -> None:
    for path in ("/v1/feed", "/v1/feed?user_id=ada&personalization=off", "/v1/feed?size=5"):
        answer = site.get(path).json
        assert (answer["variant"], answer["experiments"]) == (None, [])


def test_a_preview_is_shown_on_all_pages_and_in_all_formats(site: FlaskClient) -> None:
    asked = {"variant": preview(site)}
    answer = site.get("/v1/feed", query_string=asked).json
    forced = [{"key": "short", "variant": "short", "forced": True}]
    assert answer["variant"] == "short:short!"
    assert answer["experiments"] == forced
    assert len(answer["articles"]) == 2
    following = site.get("/v1/feed", query_string={"cursor": answer["next"]}).json
    assert (following["variant"], len(following["articles"])) == ("short:short!", 2)
    syndicated = site.get("/v1/feed", query_string=asked | {"format": "jsonfeed"}).json
    assert syndicated["_newsfeed"]["experiments"] == forced
    following_url = parse_qs(urlsplit(syndicated["next_url"]).query)
    assert "variant" not in following_url, "the cursor stands for it"


@pytest.mark.parametrize("parameter", ["", "x", "ä", "A" * 501])
def test_a_parameter_that_was_not_given_here_is_refused(site: FlaskClient, parameter: str) -> None:
    answer = site.get("/v1/feed", query_string={"variant": parameter})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "variant"


def test_a_parameter_expires(site: FlaskClient, clock: FixedClock) -> None:
    asked = {"variant": preview(site)}
    clock.advance(5 * 60.0)
    answer = site.get("/v1/feed", query_string=asked)
    assert answer.status_code == 422
    assert "has not expired" in answer.json["errors"][0]["message"]


def test_a_preview_of_what_was_stopped_is_refused(site: FlaskClient) -> None:
    asked = {"variant": preview(site)}
    read = {"version": site.get("/v1/experiments/short").json["version"]}
    stopped = SHORT | {"status": "stopped"}
    assert site.put("/v1/experiments/short", json=stopped, query_string=read).status_code == 200
    answer = site.get("/v1/feed", query_string=asked)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "variant"


def test_a_cursor_stands_for_the_variant(site: FlaskClient) -> None:
    parameter = preview(site)
    first = site.get("/v1/feed", query_string={"variant": parameter}).json
    asked = {"cursor": first["next"], "variant": parameter}
    answer = site.get("/v1/feed", query_string=asked)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "variant"
