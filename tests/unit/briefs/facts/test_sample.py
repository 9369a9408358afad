"""Every sentence of the sample's articles is true to its own article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recommender.briefs.fact_rules import fact_problems, read_sentence
from recommender.briefs.facts.typography import plain
from recommender.briefs.sentences import sentences_of
from recommender.briefs.support import coverage
from recommender.briefs.told import lexicon_of, read_source
from recommender.domain.briefs import Source
from recommender.domain.ids import ArticleId

SAMPLE = Path(__file__).parents[4] / "scripts" / "sample"


def _events() -> dict[str, list[str]]:
    """Return every second event, and the ids of its articles; the others are for measuring."""
    events: dict[str, list[str]] = {}
    for path in SAMPLE.glob("*.events.json"):
        events |= json.loads(path.read_text(encoding="utf-8"))
    return {key: events[key] for key in sorted(events)[1::2]}


@pytest.fixture(scope="module")
def articles() -> dict[str, Source]:
    lines = [
        json.loads(line)
        for path in SAMPLE.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return {
        line["id"]: Source(
            article=ArticleId(line["id"]),
            title=line["title"],
            text=f"{line['summary']}\n\n{line['body']}",
            published_at=1_791_400_000.0,
            publisher=line["source"],
        )
        for line in lines
    }


@pytest.mark.parametrize("event", sorted(_events()))
def test_a_sentence_of_a_source_passes_against_that_source(
    event: str, articles: dict[str, Source]
) -> None:
    sources = [articles[article] for article in _events()[event]]
    lexicon = lexicon_of(sources)
    for source in sources:
        told = read_source(source, lexicon)
        for sentence in (source.title, *sentences_of(source.text)):
            asked = read_sentence(plain(sentence), [told], lexicon, None)
            assert list(fact_problems(asked)) == []
            assert coverage(asked.readings[0], told.sentences) == 1
