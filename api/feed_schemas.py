"""What feeds, and what is told about them, are answered as: models of ``/openapi.json``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from api.card_schemas import Card, CardBrief
from api.schemas import Closed


class ReasonShown(Closed):
    """Why an article is in the feed."""

    code: str = Field(
        description="A stable code: similar, session, context, co_read, topic, followed, trending, "
        "surge, fresh, explore, more, boost, pinned or story."
    )
    text: str = Field(description="The same as a sentence for the reader, in their language.")


class LabelShown(Closed):
    """A disclosed fact, computed and never pasted."""

    code: Literal["trending", "compiled", "generated_with_ai", "experimental", "customised"]
    text: str = Field(description="For the reader, in their language.")
    since: AwareDatetime | None = Field(description="Since when it holds, where that is known.")
    evidence: dict[str, Any] = Field(description="What it was computed from.")


class Disclosure(Closed):
    """How this feed came about."""

    personalisation: bool = Field(description="Whether the reader's data might be used.")
    customised: bool = Field(description="Whether the reader's data changed the order.")
    language: str = Field(description="In which labels and reasons are told.")
    text: str = Field(description="For the reader, in their language.")
    labels: list[LabelShown] = Field(description="customised, exactly where it holds.")


class Coverage(Closed):
    """Another article about the same story."""

    id: str
    title: str
    url: str | None
    source: str | None
    published_at: AwareDatetime
    generated_with_ai: bool | None = Field(description="null is unknown, which is not false.")
    brief: bool = Field(description="Whether it is the story's brief.")


class Story(Closed):
    """The story that an article tells."""

    id: str
    more_coverage: list[Coverage] = Field(description="The story's brief, then the newest.")


class Shown(Closed):
    """One article at one position."""

    position: int = Field(ge=1, description="1 is the top of the first page.")
    article: Card
    score: float = Field(description="The sum of the contributions.")
    source: str = Field(description="The candidate source that brought it first.")
    propensity: float = Field(
        gt=0, le=1, description="Probability of this article at this position under the policy."
    )
    contributions: dict[str, float] = Field(description="What each feature added to the score.")
    reason: ReasonShown
    labels: list[LabelShown]
    digital_source_type: str | None = Field(
        description="IPTC address of how the text was made; null is unknown, not human."
    )
    story: Story | None = Field(
        description="null where no other article tells the same story; never of a brief."
    )


class ExposureShown(Closed):
    """A variant that could have changed the feed."""

    key: str = Field(description="Of the experiment.")
    variant: str = Field(description="Its name; interleaved where two rankings were merged.")
    forced: bool = Field(description="Whether it was asked for with the parameter variant.")


class FeedExtension(Closed):
    """What a feed's answer tells besides its articles."""

    slate_id: str = Field(description="Send it along with the interactions that follow.")
    user_id: str | None = Field(
        description="The reader; null for a guest and where personalisation is off."
    )
    site: str
    generated_at: AwareDatetime
    policy: str
    variant: str | None = Field(
        description="The experiments below as key:variant, with commas between them and ! after "
        "a forced one, as logged; null where there are none."
    )
    experiments: list[ExposureShown] = Field(
        description="Those whose variants could have changed this feed."
    )
    disclosure: Disclosure
    next: str | None = Field(
        description="Cursor of the next page, for the parameter cursor; null where nothing is left."
    )
    next_expires_at: AwareDatetime | None
    empty: str | None = Field(description="Why there is nothing to show; null where there is.")


class FeedAnswer(FeedExtension):
    """A slate: the ordered articles of one answer, logged before it was sent."""

    articles: list[Shown]


class ItemExtension(Closed):
    """What a feed tells of an article besides what JSON Feed has a place for."""

    position: int = Field(ge=1)
    score: float
    source: str
    propensity: float = Field(gt=0, le=1)
    contributions: dict[str, float]
    reason: ReasonShown
    labels: list[LabelShown]
    digital_source_type: str | None
    story: Story | None
    source_name: str | None = Field(description="The publication.")
    brief: CardBrief | None = Field(
        description="From what a brief was compiled, and how; null where the article is none."
    )


class Author(Closed):
    """Who wrote an article."""

    name: str


class JsonFeedItem(Closed):
    """An item of JSON Feed 1.1."""

    id: str
    url: str | None = None
    title: str
    summary: str | None = None
    content_text: str
    image: str | None = None
    date_published: AwareDatetime
    authors: list[Author] | None = None
    tags: list[str] | None = None
    language: str | None = None
    newsfeed: ItemExtension = Field(alias="_newsfeed")


class JsonFeed(Closed):
    """A slate as JSON Feed 1.1."""

    version: Literal["https://jsonfeed.org/version/1.1"]
    title: str
    description: str
    language: str
    feed_url: str
    next_url: str | None = None
    items: list[JsonFeedItem]
    newsfeed: FeedExtension = Field(alias="_newsfeed")


class WhyAnswer(Closed):
    """Why an article stood where it did in a slate."""

    slate_id: str
    article_id: str
    site: str
    served_at: AwareDatetime
    policy: str
    variant: str | None
    customised: bool = Field(description="Whether the reader's data changed the slate's order.")
    language: str
    position: int = Field(ge=1)
    score: float = Field(description="The sum of the contributions.")
    source: str
    propensity: float = Field(gt=0, le=1)
    contributions: dict[str, float]
    reason: ReasonShown
    features: dict[str, float] = Field(description="What the ranker saw of the article.")


class ParameterShown(Closed):
    """One main parameter."""

    name: str
    text: str = Field(description="In plain words, in the language of the answer.")
    importance: float = Field(
        ge=0, le=1, description="Share of what all parameters together can move."
    )
    personal: bool = Field(description="Whether it is made of the reader's own data.")


class ParametersAnswer(Closed):
    """What feeds go by, the most important first."""

    site: str
    language: str
    policy: str
    parameters: list[ParameterShown]
    notes: list[str] = Field(description="What is done beyond the score, and the reader's choice.")
