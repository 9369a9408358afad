"""What is answered about a reader, as pydantic models; see ``api.schemas``."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from api.bodies import BodyModels
from api.schemas import Closed
from recommender.domain.interactions import Kind
from recommender.ingest.readers import MergeDocument, PreferencesDocument

PREFERENCES = BodyModels(record=PreferencesDocument)
MERGE = BodyModels(record=MergeDocument)


class MergeAnswer(Closed):
    """What a merge moved."""

    site: str
    user_id: str
    source: str = Field(alias="from", description="Whose session it was.")
    history: int = Field(ge=0, description="Interactions that taste is derived from.")
    seen: int = Field(ge=0, description="Articles met.")
    hidden: int = Field(ge=0, description="Articles sent away.")
    complete: bool = Field(
        description="false: more came in under the old id all the while; merge again."
    )


class EraseAnswer(Closed):
    """How much was erased; nothing is left."""

    site: str
    user_id: str
    keys: int = Field(ge=0, description="Keys of the store.")
    interactions: int = Field(ge=0, description="Logged interactions.")
    slates: int = Field(ge=0, description="Logged slates.")


class ArticleNamed(Closed):
    """An article with its title."""

    id: str
    title: str | None = Field(description="null where the article is no longer live.")


class InterestShown(Closed):
    """One interest that was inferred."""

    share: float = Field(ge=0, le=1, description="Share of the reader's attention.")
    articles: list[ArticleNamed] = Field(description="Articles that stand for it.")


class TopicShown(Closed):
    """How the reader stands to a topic."""

    topic: str
    affinity: float = Field(
        ge=-1.001, le=1.001, description="Signed share of attention; below 0 it is avoided."
    )


class ReaderCounts(Closed):
    """How much is kept."""

    read: int = Field(ge=0, description="Articles opened or liked, of those in the history.")
    history: int = Field(ge=0, description="Interactions that taste is derived from.")
    seen: int = Field(ge=0, description="Articles met.")
    hidden: int = Field(ge=0, description="Articles sent away.")
    events: int = Field(ge=0, description="Ids of events, to tell one that is sent again.")


class ProfileAnswer(Closed):
    """What is known of a reader, what is inferred from it, and both in words."""

    site: str
    user_id: str
    generated_at: AwareDatetime
    language: str = Field(description="Of the text.")
    preferences: PreferencesDocument
    counts: ReaderCounts
    first_at: AwareDatetime | None = Field(description="The oldest of what is kept.")
    last_at: AwareDatetime | None = Field(description="The newest of what is kept.")
    interests: list[InterestShown] = Field(description="Inferred; strongest first.")
    topics: list[TopicShown] = Field(description="Inferred and chosen; strongest first.")
    avoided_topics: list[TopicShown] = Field(description="Inferred; strongest first.")
    avoided: list[ArticleNamed] = Field(description="Sent away or disliked; the latest first.")
    text: list[str] = Field(description="The same as sentences for the reader.")


class HistoryShown(Closed):
    """One interaction that taste is derived from."""

    article_id: str
    kind: Kind
    occurred_at: AwareDatetime
    dwell_seconds: float | None


class ArticleAt(Closed):
    """An article and when."""

    article_id: str
    at: AwareDatetime


class ArticleMet(Closed):
    """How often and when an article was shown and clicked."""

    article_id: str
    shown: int = Field(ge=0, description="Times since the last click on it.")
    clicked: int = Field(ge=0)
    first_shown_at: AwareDatetime | None = Field(description="Of these times.")
    last_shown_at: AwareDatetime | None
    last_clicked_at: AwareDatetime | None


class TopicMet(Closed):
    """How often articles of a topic were shown, clicked and read."""

    topic: str = Field(
        description="`c:` and a category, or `s:` and a subcategory; empty: all together."
    )
    shown: int = Field(ge=0)
    clicked: int = Field(ge=0)
    read: int = Field(ge=0, description="Clicks count as well.")


class EventAt(Closed):
    """An event's id and when it was received."""

    id: str
    received_at: AwareDatetime


class ReaderAt(Closed):
    """A reader that was merged into this one, and when."""

    user_id: str
    at: AwareDatetime


class ArticlePlaced(Closed):
    """One article of an ordering, with all that was logged of it."""

    position: int = Field(ge=1)
    article_id: str
    score: float
    source: str
    propensity: float
    features: dict[str, float]
    contributions: dict[str, float]
    reason: str = Field(description="A code.")
    about: str | None = Field(description="What the reason speaks of.")
    team: str | None = Field(
        description="Where an experiment merged two rankings, whose it is: a, b, or empty for "
        "neither's; null where nothing was merged."
    )
    credit: float | None = Field(
        ge=-1, le=1, description="Whose a click on it is: 1 for a, -1 for b; null as team is."
    )


class SnapshotShown(Closed):
    """What further pages of a feed would be taken from."""

    token: str
    created_at: AwareDatetime
    expires_at: AwareDatetime
    policy: str
    variant: str | None
    customised: bool
    request: str = Field(description="What was asked for, as it is kept.")
    articles: list[ArticlePlaced]


class KeptShown(Closed):
    """All that is kept under one id."""

    user_id: str
    preferences: PreferencesDocument | None
    history: list[HistoryShown]
    seen: list[ArticleAt]
    hidden: list[ArticleAt]
    met: list[ArticleMet]
    topics: list[TopicMet]
    event_ids: list[EventAt]
    merged: list[ReaderAt]
    snapshots: list[SnapshotShown]


class InteractionLogged(Closed):
    """An interaction as it stands in the log."""

    id: str
    user_id: str
    article_id: str
    kind: Kind
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    dwell_seconds: float | None
    slate_id: str | None


class FactsLogged(Closed):
    """What was measured of a slate when it was served."""

    milliseconds: float
    diversity: float | None = Field(description="Mean cosine distance between two articles.")
    ai_share: float | None = Field(description="Share known to be generated with AI.")
    failures: int | None = Field(
        description="Parts that failed while its order was made; null where it was logged before."
    )


class SlateLogged(Closed):
    """A slate as it stands in the log."""

    slate_id: str
    user_id: str
    created_at: AwareDatetime
    policy: str
    variant: str | None
    customised: bool
    schema_: str = Field(alias="schema", description="Digest of what the features were made by.")
    facts: FactsLogged | None = Field(description="null where it was logged before these were.")
    language: str | None = Field(description="That the reader asked for or prefers.")
    articles: list[ArticlePlaced]


class ExportAnswer(Closed):
    """Everything that is kept of a reader."""

    site: str
    user_id: str
    generated_at: AwareDatetime
    kept: list[KeptShown] = Field(
        description="The reader's, then what is still kept under each id that was merged."
    )
    interactions: list[InteractionLogged] = Field(description="Under any of these ids.")
    slates: list[SlateLogged] = Field(description="Under any of these ids.")
