"""What is sent and answered of briefs: models of ``/openapi.json``."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from api.bodies import BodyModels
from api.card_schemas import BriefSourceShown
from api.feed_schemas import LabelShown
from api.schemas import Closed
from recommender.domain.brief_records import BriefStatus
from recommender.domain.briefs import Rule, WriterKind
from recommender.ingest.brief_reviews import ApprovalDocument, WithdrawalDocument

APPROVAL = BodyModels(record=ApprovalDocument)
WITHDRAWAL = BodyModels(record=WithdrawalDocument)


class SentenceShown(Closed):
    """A sentence of a brief."""

    text: str
    sources: list[str] = Field(description="Ids of the articles that it rests on.")


class WritingShown(Closed):
    """What wrote a brief."""

    writer: WriterKind = Field(
        description="extractive: sentences of the sources, compiled automatically; generative: "
        "generated with AI."
    )
    system: str = Field(description="The program, or the language model as it was asked for.")
    version: str = Field(description="The program's, or the model as its server named it.")
    prompt: str | None = Field(
        description="Digest of the prompt's fixed part; null where there is none."
    )


class DraftShown(Closed):
    """A text as it was written."""

    headline: SentenceShown
    dateline: str = Field(description="The day that it is told on, in words of its language.")
    paragraphs: list[list[SentenceShown]]
    language: str | None
    writing: WritingShown


class ObjectionShown(Closed):
    """One thing that a check found wrong."""

    rule: Rule
    sentence: int | None = Field(
        description="Place of the sentence, the headline's is 0; null where it is of the whole."
    )
    detail: str


class AttemptShown(Closed):
    """One try to write; what was objected to, or failed, is kept with the reason."""

    writer: WriterKind
    seconds: float = Field(ge=0, description="How long writing and checking took.")
    failure: str | None = Field(description="Why there was no draft; null where there was one.")
    objections: list[ObjectionShown] = Field(description="None where the draft stands.")
    draft: DraftShown | None = Field(description="What was objected to; null where it stands.")


class StatusChangeShown(Closed):
    """A change of status: what, who, when and why."""

    status: BriefStatus
    by: str | None = Field(description="Who decided it; null where the service did.")
    at: AwareDatetime
    reason: str | None


class RevisionShown(Closed):
    """What became of one revision."""

    revision: int = Field(ge=1)
    status: BriefStatus
    published_at: AwareDatetime | None = Field(description="null where it never was.")
    changes: list[StatusChangeShown] = Field(description="In their order.")


class RefusalShown(Closed):
    """That nothing could be written, from which sources, and why."""

    at: AwareDatetime
    sources: list[BriefSourceShown]
    attempts: list[AttemptShown]


class RevisionText(Closed):
    """One text of a brief; all of it is null where none could be written so far."""

    revision: int | None = Field(ge=1, description="Its number.")
    status: BriefStatus | None = Field(
        description="Where it stands; that a later one took its place does not change it."
    )
    published_at: AwareDatetime | None = Field(description="null where it never was.")
    url: str | None = Field(
        description="Address of its page on the site; null where the site has none but "
        "GET /v1/briefs/{brief_id} as HTML."
    )
    labels: list[LabelShown] | None = Field(description="As in feeds.")
    digital_source_type: str | None = Field(
        description="IPTC address of how the text was made; null is unknown."
    )
    headline: SentenceShown | None
    dateline: str | None
    paragraphs: list[list[SentenceShown]] | None
    language: str | None
    writing: WritingShown | None
    sources: list[BriefSourceShown] | None = Field(
        description="All that it was written from, the oldest first."
    )
    checks: dict[Rule, bool] | None = Field(description="Whether nothing was objected to, by rule.")
    attempts: list[AttemptShown] | None = Field(description="In their order; the last one stands.")


class BriefAnswer(RevisionText):
    """The brief of a story: one of its texts, and the history of all."""

    id: str
    story: str
    live: int | None = Field(
        description="Number of the revision that readers have; null where none is published."
    )
    revisions: list[RevisionShown] = Field(description="Those that are kept, the oldest first.")
    refusal: RefusalShown | None = Field(
        description="Where writing failed since the newest revision."
    )


class BriefInShort(Closed):
    """How far a brief is."""

    id: str
    status: BriefStatus | None = Field(
        description="Of its newest revision; null where none could be written so far."
    )
    revision: int | None = Field(ge=1, description="Number of the newest one.")
    live: int | None = Field(description="Number of the one that readers have.")
    changed_at: AwareDatetime | None = Field(
        description="When the newest one changed its status last, or writing failed."
    )


class BriefListed(BriefInShort):
    """A brief in the list of all."""

    story: str
    title: str | None = Field(description="Headline of its newest revision.")
    source_count: int = Field(
        ge=0, description="From how many articles the newest revision was written."
    )


class BriefsAnswer(Closed):
    """The briefs of the site that were written, or refused, last."""

    site: str
    briefs: list[BriefListed] = Field(description="The latest first.")
    empty: str | None = Field(description="What to do next; null where there are briefs.")
