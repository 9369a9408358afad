"""What stories are answered as: models of ``/openapi.json``."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from api.brief_schemas import BriefInShort
from api.card_schemas import Card
from api.schemas import Closed
from recommender.stories.choosing import PassedOver


class StoryInShort(Closed):
    """A story: how much of it there is, how much is read, and how far it is told."""

    id: str
    title: str = Field(
        description="Its brief's headline where one is published, else its newest article's title."
    )
    article_count: int = Field(ge=1, description="Its articles, without its own brief.")
    independent_source_count: int = Field(
        ge=0, description="Publishers, or hosts where none is named, that a brief may rest on."
    )
    value: float = Field(ge=0, description="Trending values of its articles, summed.")
    surge: float = Field(
        ge=0, description="The highest surge of its articles; 1 is steady, 0 is unread."
    )
    newest_at: AwareDatetime = Field(description="When the newest of its articles appeared.")
    interest: float = Field(ge=0, description="What stories are listed by.")
    untold: float = Field(
        ge=0,
        le=1,
        description="Share of what a brief would be written from that was not used yet; what was "
        "tried in vain counts as used.",
    )
    rank: float = Field(
        ge=0, description="interest × untold: the story of the highest rank is told next."
    )
    passed_over: PassedOver | None = Field(
        description="Why no brief is written now; null where one is, at the next look."
    )
    brief: BriefInShort | None = Field(description="Its brief; null where nobody tried one.")


class StoriesAnswer(Closed):
    """The live stories that several articles tell, the most interesting first."""

    site: str
    generated_at: AwareDatetime
    stories: list[StoryInShort]
    empty: str | None = Field(
        description="Why there is nothing to show, and what to do; null where there is."
    )


class StoryArticleShown(Closed):
    """An article of a story."""

    article: Card
    value: float = Field(ge=0, description="Its trending value.")
    surge: float = Field(ge=0, description="1 is steady, 0 is unread.")
    usable: bool = Field(description="Whether a brief may be written from it.")
    told: bool = Field(description="Whether it needs not be told again as it is.")
    cited_in: list[int] = Field(
        description="Numbers of the kept revisions of the brief with a sentence that rests on it."
    )


class StoryAnswer(StoryInShort):
    """A story with its articles."""

    site: str
    generated_at: AwareDatetime
    articles: list[StoryArticleShown] = Field(description="The newest first.")
