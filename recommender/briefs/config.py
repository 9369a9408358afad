"""How briefs are written and checked: the settings of both writers and of the checker.

Apart from these, so that a process that reads settings loads neither writers nor checker.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from recommender.config import Config

SOURCE_CHARACTERS_MIN = 500
"""No source is cut shorter for the sake of more sources."""


class CheckConfig(Config):
    """What a brief must keep to before it is published."""

    support_min: float = Field(
        default=0.58,
        ge=0,
        le=1,
        description="Least support of a sentence by what it cites: the mean of the cosine with the "
        "nearest sentence, or two, and of the share of its words that up to three have.",
    )
    copied_words_max: int = Field(
        default=12,
        ge=3,
        le=1_000,
        description="Words in a row that may be a source's without quotation marks. In a script "
        "without spaces, characters.",
    )
    headline_words_max: int = Field(
        default=24, ge=3, le=200, description="Words of the headline, at most."
    )
    words_min: int = Field(
        default=30, ge=1, le=10_000, description="Words of the text without the headline, at least."
    )
    words_max: int = Field(
        default=600, ge=1, le=10_000, description="Words of the text without the headline, at most."
    )
    paragraphs_min: int = Field(default=2, ge=1, le=100, description="Paragraphs, at least.")
    paragraphs_max: int = Field(default=5, ge=1, le=100, description="Paragraphs, at most.")
    repeated_cosine: float = Field(
        default=0.95,
        ge=0,
        le=1,
        description="Cosine of two sentences of the text from which one repeats the other.",
    )
    dateline_days: int = Field(
        default=7,
        ge=0,
        le=3_650,
        description="Days that the dateline may lie behind the newest source; it never lies before "
        "the oldest.",
    )

    @model_validator(mode="after")
    def _limits_leave_room(self) -> Self:
        """Refuse a least that exceeds its most.

        Raises
        ------
        ValueError
            Which pydantic wraps.
        """
        for what in ("words", "paragraphs"):
            if getattr(self, f"{what}_min") > getattr(self, f"{what}_max"):
                message = f"{what}_min must not exceed {what}_max"
                raise ValueError(message)
        return self


class ExtractiveConfig(Config):
    """What an extractive brief holds, and of whom."""

    min_words: int = Field(
        default=60, ge=20, le=1_000, description="Fewest words of a brief with its headline."
    )
    max_words: int = Field(
        default=250, ge=40, le=2_000, description="Most words of a brief with its headline."
    )
    max_sentences: int = Field(
        default=8, ge=2, le=40, description="Most sentences that are quoted in a brief."
    )
    max_sentence_words: int = Field(
        default=45,
        ge=10,
        le=200,
        description="Most words of a sentence that is quoted while there are enough others.",
    )
    max_source_share: float = Field(
        default=0.35,
        gt=0.0,
        le=1.0,
        description="Share of the quoted sentences that may be of one source, rounded up to a "
        "whole sentence; never less than an equal share.",
    )
    novelty: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="What newness weighs in choosing a sentence; the rest is centrality.",
    )
    same_above: float = Field(
        default=0.7,
        ge=0.0,
        le=1.0,
        description="Likeness (cosine) from which on two sentences tell the same: one is quoted, "
        "the source of the other is named beside it.",
    )
    unquoted_words: int = Field(
        default=12,
        ge=0,
        le=100,
        description="Most words of a source's title that a headline takes over without quotation "
        "marks.",
    )
    read_sentences: int = Field(
        default=20, ge=2, le=200, description="Sentences that are read of each source, its first."
    )

    @model_validator(mode="after")
    def _fewest_below_most(self) -> Self:
        if self.min_words >= self.max_words:
            raise ValueError(
                f"min_words must be below max_words, got {self.min_words} and {self.max_words}"
            )
        return self


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
