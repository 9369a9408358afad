"""Asks a server that speaks the OpenAI chat-completions protocol, within bounds of time and size.

The answer is asked for as JSON in words alone: many servers know no ``response_format``, or another
one, and answer 400 to it, while the answer is read as strictly either way.

Only :mod:`recommender.briefs.generative` imports this, and late: the client library takes more than
half a second to load, and is an extra of this package.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import cast

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam

from recommender.briefs.config import GenerativeConfig
from recommender.briefs.prompt import printable
from recommender.errors import InvalidInput, WriterFailed

BODY_BYTES_MAX = 4 * 1024 * 1024
"""Largest answer that is read, in bytes: a hundred times a long one, its reasoning included."""

SHOWN_CHARACTERS = 200
"""How much of a server's own words is told."""

SECRET_CHARACTERS_MIN = 8
"""Shortest key that is taken out of answers: "none" and "test" are no secrets, but words."""

_HOST = re.compile(r"[\w.:-]+")
_ADVICE = {
    401: "check api_key",
    403: "check api_key, and what it may do",
    404: "check base_url and model",
    429: "the quota is used up, or too much was asked at a time; try later",
}


class ChatServer:
    """A server as the settings name it.

    Parameters
    ----------
    config : GenerativeConfig

    Raises
    ------
    InvalidInput
        The settings name no server, or no model, or a key that no header can carry.
    """

    def __init__(self, config: GenerativeConfig) -> None:
        self._config = config
        self._url = _checked_url(config.base_url)
        self._key = _checked_key(config)
        self._spelt = _spellings(self._key)
        if not config.model:
            raise InvalidInput("model", "the name of a model of the server that base_url names")

    def ask(self, system: str, user: str) -> bytes:
        """Return the body of the answer to two messages, unread but for the key.

        A server that echoes its request would have the key told among what it answered.

        Raises
        ------
        WriterFailed
            The server is down, does not answer in full within ``timeout_seconds``, declines, sends
            the request elsewhere, or answers too much.
        """
        return asyncio.run(self._ask(system, user))

    async def _ask(self, system: str, user: str) -> bytes:
        # A timeout of each read would let a server send a byte at a time for ever. This one ends
        # everything: the connection, the answer and the waits between retries; a look-up of the
        # host's name alone goes on until the system's resolver gives it up.
        seconds = self._config.timeout_seconds
        transport = _BoundedTransport(ends=time.monotonic() + seconds)
        try:
            async with asyncio.timeout(seconds), self._client(transport) as client:
                return await self._complete(client, system, user)
        except (TimeoutError, openai.APITimeoutError) as error:
            raise WriterFailed(
                f"wanted the whole answer of {self._url.host} within {seconds:g} seconds, got "
                f"{transport.last} by then; try later, or raise timeout_seconds"
            ) from error
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            raise WriterFailed(
                f"wanted an answer of {self._url.host}, got {type(cause).__name__} "
                f"({self._told(str(cause))}); check base_url, or try later"
            ) from error
        except openai.APIStatusError as error:
            raise WriterFailed(self._reason(error)) from None  # its words may hold the key

    def _client(self, transport: _BoundedTransport) -> openai.AsyncOpenAI:
        # Without redirects: whoever is named in one would be sent the sources. A transport of our
        # own takes no proxy from the environment either, which holds no settings of this writer.
        http = httpx2.AsyncClient(
            transport=transport,
            follow_redirects=False,
            timeout=self._config.timeout_seconds,
            headers={"accept-encoding": "identity"},
        )
        return openai.AsyncOpenAI(
            base_url=str(self._url),
            api_key="unused: the header is set below, or left out",
            max_retries=self._config.retries,
            timeout=self._config.timeout_seconds,
            http_client=http,
        )

    async def _complete(self, client: openai.AsyncOpenAI, system: str, user: str) -> bytes:
        config = self._config
        messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        response = await client.chat.completions.with_raw_response.create(
            model=config.model,
            messages=messages,
            temperature=openai.omit if config.temperature is None else config.temperature,
            extra_body={config.answer_tokens_field: config.answer_tokens},
            extra_headers={
                "Authorization": f"Bearer {self._key}" if self._key else openai.Omit(),
                "OpenAI-Organization": openai.Omit(),
                "OpenAI-Project": openai.Omit(),
            },
        )
        is_secret = len(self._key) >= SECRET_CHARACTERS_MIN
        return self._without_key(response.content) if is_secret else response.content

    def _reason(self, error: openai.APIStatusError) -> str:
        if error.response.is_redirect:
            advice = "redirects are not followed: set base_url to the final address"
        else:
            advice = _ADVICE.get(error.status_code, "try later, or check the settings")
        return f"wanted an answer of {self._url.host}, got {self._told(error.message)}; {advice}"

    def _told(self, words: str) -> str:
        """Return a server's words as they may be told: short, readable, without the key."""
        told = printable(self._without_key(words.encode(errors="replace")).decode())
        return told if len(told) <= SHOWN_CHARACTERS else told[: SHOWN_CHARACTERS - 1] + "…"

    def _without_key(self, words: bytes) -> bytes:
        return self._spelt.sub("…".encode(), words) if self._key else words


class _BoundedTransport(httpx2.AsyncHTTPTransport):
    """Connections whose answers are read up to a size, and waited for no longer than is left.

    Parameters
    ----------
    ends : float
        When time is up, on the machine's monotonic clock.
    """

    def __init__(self, *, ends: float) -> None:
        super().__init__()
        self._ends = ends
        self.last = "nothing"
        """What the latest answer was, in words."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        self.last = f"status {response.status_code} last"
        self._check(response)
        response.stream = _BoundedBody(cast("httpx2.AsyncByteStream", response.stream))
        return response

    def _check(self, response: httpx2.Response) -> None:
        packed = response.headers.get("content-encoding", "identity").strip().lower()
        if packed != "identity":
            # A megabyte of packed zeros unpacks to a thousand.
            raise WriterFailed(f"wanted an answer that is not packed, got {packed[:40]!r}")
        wait = response.headers.get("retry-after", "")
        if response.is_error and wait.isdecimal() and int(wait[:9]) > self._ends - time.monotonic():
            # The client would wait for it, and in vain.
            raise WriterFailed(
                f"wanted an answer, got status {response.status_code} and to try again after "
                f"{int(wait[:9])} seconds, which is later than timeout_seconds allows; try later"
            )


class _BoundedBody(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for piece in self._stream:
            read += len(piece)
            if read > BODY_BYTES_MAX:
                raise WriterFailed(f"wanted an answer of at most {BODY_BYTES_MAX} bytes, got more")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def _checked_url(base_url: str) -> httpx2.URL:
    wanted = "the http or https address of a server of chat completions, without user and password"
    try:
        url = httpx2.URL(base_url)
    except httpx2.InvalidURL as error:
        raise InvalidInput("base_url", wanted) from error
    if url.scheme not in {"http", "https"} or not _HOST.fullmatch(url.host) or url.userinfo:
        raise InvalidInput("base_url", wanted)  # not told back: it may hold a password
    return url


def _spellings(key: str) -> re.Pattern[bytes]:
    """Return what finds a key in any case, as it is or escaped for an address or for JSON."""
    each = (
        rf"(?:\\{{0,3}}{re.escape(one)}|%{ord(one):02x}|\\{{1,3}}u{ord(one):04x}|&#{ord(one)};)"
        for one in key
    )
    return re.compile("".join(each).encode(), re.IGNORECASE)


def _checked_key(config: GenerativeConfig) -> str:
    key = config.api_key.get_secret_value().strip() if config.api_key else ""
    if not (key.isascii() and key.isprintable()):
        raise InvalidInput("api_key", "visible ASCII characters alone")
    return key
