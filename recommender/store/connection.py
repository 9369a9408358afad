"""The connection to Redis, and the one place where its driver's errors become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

import redis
from redis.commands.core import Script

from recommender.errors import StoreError, StoreUnreachable

OLDEST_SERVER = (6, 2)
"""Oldest Redis that has every command used here (XAUTOCLAIM, ZRANGE ... REV came with 6.2)."""

Redis = redis.Redis
"""The driver's client, for annotations in this room."""


def connect(url: str, timeout_seconds: float = 10.0) -> Redis:
    """Open a client for ``redis://``, ``rediss://`` or ``unix://`` and check the server.

    Raises
    ------
    StoreError
        The address is malformed, nobody answers, or the server is older than 6.2.
    """
    with store_errors(f"connecting to {_without_password(url)}"):
        try:
            client: Redis = redis.Redis.from_url(
                url, protocol=2, socket_timeout=timeout_seconds, health_check_interval=30
            )
        except ValueError as error:
            raise StoreError(f"the Redis URL is malformed: {error}") from error
        version = str(client.info("server")["redis_version"])
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_SERVER:
        raise StoreError(f"Redis 6.2 or later is wanted, the server is {version}; upgrade it")
    return client


@contextmanager
def store_errors(doing: str) -> Iterator[None]:
    """Turn the driver's exceptions into :class:`StoreError`, once.

    Parameters
    ----------
    doing : str
        What was being done, for the message.
    """
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError) as error:
        raise StoreUnreachable(f"{doing} failed: {error}") from error
    except redis.RedisError as error:
        raise StoreError(f"{doing} failed: {error}") from error


def ping(client: Redis) -> bool:
    """Tell whether the server answers."""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@cache
def script_source(name: str) -> str:
    """Return the text of ``lua/NAME.lua``."""
    return files("recommender.store").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")


def script(client: Redis, *names: str) -> Script:
    """Return ``lua/NAME.lua`` as a callable; the server is given its text when it lacks it.

    Several files are the parts of one script, in this order.
    """
    return client.register_script("\n".join(map(script_source, names)))


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
