"""How a generative writer is reached, and what it is given."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from recommender.briefs.prompt import SOURCE_CHARACTERS_MIN
from recommender.config import Config


class GenerativeConfig(Config):
    """The server that writes, and the limits of one brief."""

    base_url: str = Field(
        default="",
        description="Address of a server that speaks the OpenAI chat-completions protocol, up to "
        "the part before /chat/completions (https://models.example/v1); empty where there is none.",
    )
    model: str = Field(
        default="", max_length=200, description="Name of the model, as that server knows it."
    )
    api_key: SecretStr | None = Field(
        default=None, description="Key for that server; without one, no such header is sent."
    )
    timeout_seconds: float = Field(
        default=90.0,
        gt=0.0,
        le=600.0,
        description="Longest time for one draft, retries and the waits between them included, in "
        "seconds.",
    )
    retries: int = Field(
        default=2,
        ge=0,
        le=10,
        description="How often a request is sent again where the server is down, out of quota or "
        "in trouble, as a count.",
    )
    answer_tokens: int = Field(
        default=2_000, ge=200, le=32_000, description="Most tokens of an answer."
    )
    answer_tokens_field: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens",
        description="Name under which the server takes that limit: max_tokens for nearly all, "
        "max_completion_tokens for OpenAI's own newer models.",
    )
    prompt_characters: int = Field(
        default=24_000,
        ge=2 * SOURCE_CHARACTERS_MIN,
        le=1_000_000,
        description="Most characters of all sources of a brief together; some four make a token of "
        "English.",
    )
    source_characters: int = Field(
        default=6_000,
        ge=SOURCE_CHARACTERS_MIN,
        le=100_000,
        description="Most characters of one source.",
    )
    temperature: float | None = Field(
        default=None,
        ge=0.0,
        le=2.0,
        description="Sampling temperature, where 0 varies least; the server's own where not set, "
        "for some models take no other.",
    )
