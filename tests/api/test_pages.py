"""Cursors on the wire: pages to the end, and every way in which a cursor is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring
from recommender.clock import FixedClock

ARTICLES = 12


@pytest.fixture
def stocked(http: FlaskClient, newsroom: Any) -> FlaskClient:
    """Give a client of a site with twelve articles in three categories."""
    for number in range(ARTICLES):
        newsroom.publish(f"a{number}", number % 8, category=f"c{number % 3}")
    return http


def ids(answer: dict) -> list[str]:
    return [shown["article"]["id"] for shown in answer["articles"]]


def pages(http: FlaskClient, query: str) -> Iterator[dict[str, Any]]:
    """Yield a feed's pages to the last; ``query`` is what only the first one is asked for."""
    kept = "&".join(each for each in query.split("&") if each.startswith(("user_id", "size")))
    answer = http.get(f"/v1/feed?{query}").json
    yield answer
    while answer["next"]:
        answer = http.get(f"/v1/feed?{kept}&cursor={answer['next']}").json
        yield answer


@pytest.mark.parametrize("who", ["user_id=ada&", ""])
@pytest.mark.parametrize("asked", ["", "&diversity=1", "&reading=a3", "&personalization=off"])
def test_pages_show_everything_once_at_positions_that_go_on(
    stocked: FlaskClient, who: str, asked: str
) -> None:
    told = list(pages(stocked, f"{who}size=5{asked}"))
    shown = [article for page in told for article in ids(page)]
    assert len(shown) == len(set(shown)) == ARTICLES - (asked == "&reading=a3")
    positions = [each["position"] for page in told for each in page["articles"]]
    assert positions == list(range(1, len(shown) + 1))
    assert len({page["slate_id"] for page in told}) == len(told)
    assert len({page["next"] for page in told}) == len(told), "no cursor comes twice"
    assert all(page["next_expires_at"] == "2026-01-01T01:00:00.000Z" for page in told[:-1])
    assert told[-1]["next"] is told[-1]["next_expires_at"] is None


def test_further_pages_keep_to_the_filter_of_the_first(stocked: FlaskClient) -> None:
    told = list(pages(stocked, 'size=1&filter={"category":{"any":["c1"]}}'))
    assert sorted(article for page in told for article in ids(page)) == ["a1", "a10", "a4", "a7"]


def test_a_page_may_have_another_size_and_language_than_the_one_before(
    stocked: FlaskClient,
) -> None:
    first = stocked.get("/v1/feed?user_id=ada&size=2").json
    query = f"user_id=ada&size=7&lang=de&cursor={first['next']}"
    second = stocked.get(f"/v1/feed?{query}").json
    assert len(second["articles"]) == 7
    assert second["disclosure"]["language"] == "de"


def test_a_cursor_that_is_used_again_goes_on_and_repeats_nothing(stocked: FlaskClient) -> None:
    cursor = stocked.get("/v1/feed?user_id=ada&size=4").json["next"]
    one, two = (stocked.get(f"/v1/feed?user_id=ada&size=4&cursor={cursor}").json for _ in range(2))
    assert not set(ids(one)) & set(ids(two))
    assert [each["position"] for each in two["articles"]] == [9, 10, 11, 12]


def test_what_is_hidden_or_removed_meanwhile_is_left_out(
    stocked: FlaskClient, wiring: Wiring
) -> None:
    first = stocked.get("/v1/feed?user_id=ada&size=4").json
    hidden, removed = sorted({f"a{n}" for n in range(ARTICLES)} - set(ids(first)))[:2]
    event = {"id": "e", "user_id": "ada", "article_id": hidden, "kind": "hide"}
    stocked.post("/v1/interactions", json=event | {"occurred_at": "2026-01-01T00:00:00Z"})
    stocked.delete(f"/v1/articles/{removed}")
    wiring.follower.step(0.0)
    second = stocked.get(f"/v1/feed?user_id=ada&size=20&cursor={first['next']}").json
    assert len(ids(second)) == ARTICLES - 6
    assert not {hidden, removed} & set(ids(second))


def altered(cursor: str, byte: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[byte] ^= 1
    return base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda cursor: altered(cursor, 0),
        lambda cursor: altered(cursor, 1),
        lambda cursor: altered(cursor, 20),
        lambda cursor: altered(cursor, -1),
        lambda cursor: cursor[:-1],
        lambda cursor: cursor[:20],
        lambda cursor: cursor + "A",
        lambda cursor: cursor + "=",
        lambda cursor: f" {cursor}",
        lambda cursor: cursor.swapcase(),
        lambda _: "",
        lambda _: "0",
        lambda _: "é",
        lambda _: "x" * 501,
    ],
)
def test_a_forged_cursor_is_refused_by_name(
    stocked: FlaskClient, change: Callable[[str], str]
) -> None:
    cursor = stocked.get("/v1/feed?user_id=ada&size=4").json["next"]
    asked = {"user_id": "ada", "cursor": change(cursor)}
    response = stocked.get("/v1/feed", query_string=asked)
    assert response.status_code == 422
    assert [error["field"] for error in response.json["errors"]] == ["cursor"]
    assert response.json["type"] == "/docs#invalid-input"


@pytest.mark.parametrize(("owner", "thief"), [("ada", "bob"), ("ada", None), ("ada", "ADA")])
def test_a_cursor_serves_its_own_reader_only(
    stocked: FlaskClient, owner: str, thief: str | None
) -> None:
    cursor = stocked.get(f"/v1/feed?user_id={owner}&size=4").json["next"]
    who = f"&user_id={thief}" if thief else ""
    response = stocked.get(f"/v1/feed?cursor={cursor}{who}")
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "cursor"


def test_who_asked_without_personalisation_may_still_name_themselves(stocked: FlaskClient) -> None:
    first = stocked.get("/v1/feed?user_id=ada&personalization=off&size=4").json
    second = stocked.get(f"/v1/feed?user_id=ada&cursor={first['next']}&size=20").json
    assert second["user_id"] is None
    assert len({*ids(first), *ids(second)}) == ARTICLES


@pytest.mark.parametrize("who", ["&user_id=ada", ""])
def test_an_expired_cursor_is_410_and_says_what_to_do(
    stocked: FlaskClient, clock: FixedClock, who: str
) -> None:
    cursor = stocked.get(f"/v1/feed?size=4{who}").json["next"]
    clock.advance(3_600)
    response = stocked.get(f"/v1/feed?cursor={cursor}{who}")
    assert response.status_code == 410
    assert response.mimetype == "application/problem+json"
    assert response.json["type"] == "/docs#cursor-expired"
    assert [error["field"] for error in response.json["errors"]] == ["cursor"]
    assert "ask for the feed anew" in response.json["detail"]
    assert 'id="cursor-expired"' in stocked.get("/docs").text


def test_the_oldest_of_too_many_orderings_is_as_good_as_expired(
    make_wiring: Callable[..., Wiring], serve: Any, newsroom_of: Any, clock: FixedClock
) -> None:
    wiring = make_wiring(readers={"max_pages": 2})
    http, newsroom = serve(wiring), newsroom_of(wiring)
    for number in range(ARTICLES):
        newsroom.publish(f"a{number}", number % 8)
    cursors = []
    for _ in range(3):
        cursors.append(http.get("/v1/feed?user_id=ada&size=2").json["next"])
        clock.advance(1)
    status = [http.get(f"/v1/feed?user_id=ada&cursor={each}").status_code for each in cursors]
    assert status == [410, 200, 200]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reading", "a1"),
        ("filter", "{}"),
        ("diversity", "0.5"),
        ("personalization", "off"),
        ("personalization", "on"),
    ],
)
def test_what_a_cursor_stands_for_is_refused_beside_it(
    stocked: FlaskClient, name: str, value: str
) -> None:
    cursor = stocked.get("/v1/feed?user_id=ada&size=4").json["next"]
    response = stocked.get(f"/v1/feed?user_id=ada&cursor={cursor}&{name}={value}")
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == name
    assert "cursor" in error["message"]


def test_erasing_a_reader_ends_the_pages(stocked: FlaskClient) -> None:
    cursor = stocked.get("/v1/feed?user_id=ada&size=4").json["next"]
    assert stocked.delete("/v1/users/ada").status_code == 200
    assert stocked.get(f"/v1/feed?user_id=ada&cursor={cursor}").status_code == 410
