"""``personalization=off``: the same feed for everybody, and nothing of the reader is touched."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask.testing import FlaskClient

READERS = ("gourmet-41", "scholar-42")


def test_two_readers_get_the_same_feed_and_neither_is_named_to_redis(
    http: FlaskClient,
    newsroom: Any,
    watch: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    for number in range(8):
        newsroom.publish(f"a{number}", number, category=f"c{number % 2}")
    for reader, article in zip(READERS, ("a0", "a1"), strict=True):
        event = {"id": "1", "user_id": reader, "article_id": article, "kind": "like"}
        event |= {"occurred_at": "2025-12-31T23:59:00Z"}
        assert http.post("/v1/interactions", json=event).status_code == 200
    with watch() as commands:
        asked = "/v1/feed?personalization=off&size=3"
        pages = [_pages(http, f"{asked}&user_id={reader}", reader) for reader in READERS]
    assert len(commands) > 4
    assert not [each for each in commands if any(reader in each for reader in READERS)]
    assert pages[0] == pages[1]
    assert {each["article"]["id"] for page in pages[0] for each in page["articles"]} == {
        f"a{number}" for number in range(8)
    }
    disclosure = pages[0][0]["disclosure"]
    assert disclosure["personalisation"] is False
    assert disclosure["customised"] is False
    assert disclosure["labels"] == []
    assert "no data of yours" in disclosure["text"]


def _pages(http: FlaskClient, url: str, reader: str) -> list[dict[str, Any]]:
    """Return a feed's pages to its end, but for what is random: slate ids and cursors."""
    pages = []
    while True:
        answer = http.get(url).json
        following = answer.pop("next")
        pages.append({name: answer[name] for name in ("user_id", "disclosure", "articles")})
        if following is None:
            return pages
        url = f"/v1/feed?cursor={following}&size=3&user_id={reader}"
