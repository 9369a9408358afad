"""Briefs compiled of their sources' sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.briefs.config import ExtractiveConfig
from recommender.briefs.extractive import ExtractiveWriter
from recommender.domain.briefs import Draft, Event, Source
from recommender.domain.ids import ArticleId
from recommender.embedding.sentence_transformers import SentenceTransformerEncoder
from recommender.embedding.weights import EmbeddingConfig
from recommender.errors import WriterFailed

SAMPLE = Path(__file__).parents[3] / "scripts" / "sample"
NOON = 1_791_288_000.0  # Tuesday, 6 October 2026, 12:00 UTC
SHORT = ExtractiveConfig(min_words=20)


def different(texts: Sequence[str]) -> NDArray[np.float32]:
    """Embed every text as unlike all others, but for a share that all have."""
    return np.sqrt(np.hstack([0.5 * np.eye(len(texts)), np.full((len(texts), 1), 0.5)])).astype(
        np.float32
    )


def event(*texts: str, **fields: object) -> Event:
    plain = {"title": "Rain falls", "published_at": NOON, "publisher": "Wire", "language": "en"}
    return Event(
        story="s",
        sources=tuple(
            Source(article=ArticleId(f"a{n}"), text=text, **(plain | fields))  # type: ignore[arg-type]
            for n, text in enumerate(texts)
        ),
    )


RAIN = (
    "BONN – Heavy rain fell on the northern hills all through the night."
    " Ten roads were shut by the county of Bonn."
)
WIND = "Strong wind broke forty trees in the southern parks. A train stopped at Hill Station."


def body(draft: Draft) -> str:
    return " ".join(one.text for part in draft.paragraphs for one in part)


def test_sentences_are_quoted_and_attributed_and_an_agency_dateline_is_taken_off() -> None:
    told = body(ExtractiveWriter(different, SHORT).write(event(RAIN, WIND)))
    assert "“Heavy rain fell on the northern hills all through the night,” Wire reports." in told
    assert "BONN" not in told


def test_a_day_that_reads_as_another_one_is_not_quoted() -> None:
    rain = event(RAIN + " The bridge collapsed yesterday near Bonn.").sources
    wind = event(WIND + " Trees still lie in Bonn today.", published_at=NOON + 86_400).sources
    told = Event(story="s", sources=(rain[0], wind[0]))
    assert "yesterday" not in body(ExtractiveWriter(different, SHORT).write(told))


def test_the_dateline_is_no_earlier_than_what_is_quoted() -> None:
    gone = " The bridge fell yesterday in Bonn. Trees fell yesterday in Kiel."
    rain = event(RAIN + gone + " Cars stopped yesterday in Ulm.").sources
    wind = event(WIND, published_at=NOON + 86_400).sources
    draft = ExtractiveWriter(different, SHORT).write(Event(story="s", sources=(*rain, *wind)))
    assert draft.dateline == "7 October 2026"
    assert "Strong wind" in body(draft)
    assert "yesterday" not in body(draft)


def test_a_source_of_after_the_dateline_is_not_quoted() -> None:
    gone = " The bridge fell today in Bonn. Trees fell today in Kiel. Cars stopped today in Ulm."
    early = event(RAIN + gone, WIND + gone).sources
    late = event("Ferries sail to Port Callis again.", published_at=NOON + 86_400).sources
    draft = ExtractiveWriter(different, SHORT).write(Event(story="s", sources=(*early, *late)))
    assert draft.dateline == "6 October 2026"
    assert "Ferries" not in body(draft)


def test_what_is_told_already_is_not_quoted_in_other_words() -> None:
    again = "All forty trees of the southern parks are broken. Ferries stayed at Port Callis."
    told = body(ExtractiveWriter(different, SHORT).write(event(RAIN, WIND, again)))
    assert "Ferries" in told
    assert told.count("orty trees") == 1


@pytest.mark.parametrize(
    "title", ["Will it rain?", "Why the rain falls", "Review: rain", "Comment la pluie tombe"]
)
def test_a_title_that_tells_no_news_is_no_headline(title: str) -> None:
    rain = event(RAIN, title=title).sources
    wind = event(WIND, title="Wind breaks forty trees").sources
    draft = ExtractiveWriter(different, SHORT).write(Event(story="s", sources=(*rain, *wind)))
    assert draft.headline.text == "Wind breaks forty trees"


def test_without_a_publisher_the_title_stands_for_it() -> None:
    told = body(ExtractiveWriter(different, SHORT).write(event(RAIN, WIND, publisher=None)))
    assert "the article “Rain falls” reports." in told


def test_a_publisher_that_is_no_name_has_no_word_outside_quotation_marks() -> None:
    made_up = "Mayor Vaile Arrested For Fraud. Kell Post"
    told = body(ExtractiveWriter(different, SHORT).write(event(RAIN, WIND, publisher=made_up)))
    assert "Vaile" not in told
    assert "the article “Rain falls” reports." in told


def test_a_source_that_names_no_language_is_taken_by_its_words() -> None:
    french = (
        "Ada Byron est sûre que le pont était fermé pour les voitures et les vélos dans la ville."
        " Des arbres sont tombés sur dix routes avec leurs feuilles et ils ne sont pas coupés."
    )
    sources = (
        *event(RAIN, WIND).sources,
        *event(french, language=None, publisher="Figaro").sources,
    )
    draft = ExtractiveWriter(different, SHORT).write(Event(story="s", sources=sources))
    assert "Figaro" not in body(draft)
    untold = event(french, french.replace("Ada Byron", "Filip Wraysby"), language=None)
    assert ExtractiveWriter(different, SHORT).write(untold).language == "fr"


def test_a_source_without_a_text_is_not_quoted() -> None:
    draft = ExtractiveWriter(different, SHORT).write(event(RAIN, WIND, ""))
    assert {one for each in draft.sentences() for one in each.sources} <= {"a0", "a1"}


def test_an_unknown_language_has_a_neutral_form() -> None:
    draft = ExtractiveWriter(different, SHORT).write(event(RAIN, WIND, language="fi"))
    assert "Wire: “Heavy rain fell on the northern hills all through the night.”" in body(draft)
    assert draft.dateline == "2026-10-06"


def test_the_same_event_gives_the_same_brief_by_one_call() -> None:
    calls: list[int] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        calls.append(len(texts))
        return different(texts)

    writer = ExtractiveWriter(embed, SHORT)
    assert writer.write(event(RAIN, WIND)) == writer.write(event(RAIN, WIND))
    assert len(calls) == 2


@pytest.mark.parametrize("text", ["", "no stop at all", "word " * 3_000, "雨が降った。晴れた。"])
def test_what_cannot_be_quoted_fails_with_the_reason(text: str) -> None:
    with pytest.raises(WriterFailed, match="wanted"):
        ExtractiveWriter(different, SHORT).write(event(text, text))


def test_fifty_sources_make_one_brief_within_its_limits() -> None:
    draft = ExtractiveWriter(different, SHORT).write(event(*[RAIN, WIND] * 25))
    assert 20 <= sum(len(one.text.split()) for one in draft.sentences()) <= 250
    assert 2 <= len(draft.paragraphs) <= 5


def sample() -> list[Event]:
    found = []
    for path in sorted(SAMPLE.glob("*.events.json")):
        lines = (SAMPLE / path.name.replace(".events.json", ".jsonl")).read_text().splitlines()
        articles = {each["id"]: each for each in map(json.loads, lines)}
        for story, ids in json.loads(path.read_text()).items():
            sources = [
                Source(
                    article=ArticleId(one),
                    title=articles[one]["title"],
                    text=f"{articles[one]['summary']}\n\n{articles[one]['body']}",
                    published_at=datetime.fromisoformat(articles[one]["published_at"]).timestamp(),
                    publisher=articles[one]["source"],
                    language=articles[one]["language"],
                )
                for one in ids
            ]
            sources.sort(key=lambda source: source.published_at)
            found.append(Event(story=story, sources=tuple(sources)))
    return found


def spelt(text: str) -> str:
    """Return a text's words alone: marks and the last stop are what a quotation may change."""
    return " ".join(re.findall(r"\w+", text))


def test_the_samples_briefs_quote_word_for_word_and_say_nothing_twice() -> None:
    encoder = SentenceTransformerEncoder.load(EmbeddingConfig(precision="float32", allow_hub=False))
    writer = ExtractiveWriter(encoder.encode, ExtractiveConfig())
    events = sample()
    assert len(events) == 25
    for told in events:
        draft = writer.write(told)
        texts = {source.article: spelt(source.text) for source in told.sources}
        lines = [one for part in draft.paragraphs for one in part]
        assert 2 <= len(draft.paragraphs) <= 5
        assert len({source for one in lines for source in one.sources}) >= 2
        quoted = [one.text[1 : one.text.rindex("”")] for one in lines]
        for text, one in zip(quoted, lines, strict=True):
            assert spelt(text) in texts[one.sources[0]]
        vectors = encoder.encode(quoted)
        alike = vectors @ vectors.T - 2 * np.eye(len(quoted), dtype=np.float32)
        assert alike.max() < 0.8
