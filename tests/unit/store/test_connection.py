from __future__ import annotations

import time
from pathlib import Path

import pytest

from recommender.errors import StoreError
from recommender.store.connection import Redis, connect, ping, script, store_errors


def test_an_address_of_no_known_kind_is_refused() -> None:
    with pytest.raises(StoreError, match="the Redis URL is malformed"):
        connect("http://127.0.0.1:6379")


def test_a_server_that_is_not_there_is_told_soon_and_without_the_password(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(StoreError, match="connecting to unix:///") as caught:
        connect(f"unix://user:secret@{tmp_path}/nobody.sock")
    assert "secret" not in str(caught.value)
    assert time.monotonic() - began < 3.0


def test_every_error_of_the_driver_becomes_ours(client: Redis) -> None:
    client.set("text", "x")
    with pytest.raises(StoreError, match="counting failed: WRONGTYPE"), store_errors("counting"):
        client.zcard("text")


def test_a_script_is_given_to_a_server_that_forgot_it(client: Redis) -> None:
    read = script(client, "read_page")
    for _ in range(2):
        client.script_flush()
        assert read(keys=["pages"], args=["token", 0]) == [None, None, b"", b"", b""]


def test_a_ping_tells_whether_the_server_answers(client: Redis) -> None:
    assert ping(client)
