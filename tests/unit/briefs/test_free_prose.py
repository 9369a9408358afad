"""Sentences worded freely, true and untrue, against the sample's own sources.

Unlike those of the evaluation, which rules make, they were worded by hand, on events of the half
that thresholds may be chosen on. The limits are what the checker does with them, and it is far from
what it does with sentences made by rules.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from recommender.briefs.checking import check
from recommender.briefs.config import CheckConfig
from recommender.domain.briefs import Draft, Event, Sentence, WriterKind, Writing
from recommender.domain.ids import ArticleId
from recommender.embedding.sentence_transformers import SentenceTransformerEncoder
from recommender.embedding.weights import EmbeddingConfig
from recommender.evaluation.briefs.detection import TRUTH
from scripts.evaluate_briefs import read_events, remembering

TRUE = (
    ("health-01", "The laundry's rooftop cooling tower was turned off on Monday afternoon."),
    ("health-01", "Legionella had been found in the tower's water a few hours before."),
    ("health-02", "For five months nobody tested the tower, district council files show."),
    ("health-02", "On Monday the cooling tower was emptied."),
    ("health-03", "Of the 23 patients, 16 are still in hospital and five need intensive care."),
    ("health-03", "A mothballed ward of 18 beds is open again at Ostley General Hospital."),
    ("health-03", "Maren Iddle, the health director, thinks numbers will rise for ten more days."),
    ("football-08", "Eskerby Rovers could not pay a tax bill of 1.2 million crowns."),
    ("football-08", "The club lost twelve points and now sits last in the third division."),
    ("football-08", "Whether to protect the ground as a community asset is debated on Thursday."),
    ("technology-01", "The islands lost broadband early on Tuesday after their one cable broke."),
    ("technology-07", "Vantrel has put 1.8 billion crowns into the plant in the Ashel valley."),
    ("technology-07", "There are 620 people working there, and 280 are to follow by next summer."),
    ("politics-01", "Councillors approved the tunnel charge by 19 votes to 14."),
    ("science-05", "Paulo Marre was a baker for nineteen years before he joined the observatory."),
)
UNTRUE = (
    ("health-01", "The laundry's rooftop cooling tower was turned off on Thursday afternoon."),
    ("health-01", "Tests of the tower's water had found no Legionella bacteria."),
    ("health-02", "For fifteen months nobody tested the tower, district council files show."),
    ("health-02", "The cooling tower was never drained."),
    ("health-03", "Of the 23 patients, 18 are still in hospital and five need intensive care."),
    ("health-03", "Ostley General Hospital shut a ward of 18 beds because nurses went on strike."),
    ("health-03", "Ingrid Maske, the health director, thinks numbers will rise for ten more days."),
    ("football-08", "Eskerby Rovers paid a tax bill of 1.2 million crowns."),
    ("football-08", "The club was not docked twelve points by the league."),
    ("football-08", "Supporters broke into the ground and set fire to the main stand."),
    ("technology-01", "The islands lost broadband early on Monday after their one cable broke."),
    ("technology-07", "Vantrel has put 8.1 billion crowns into the plant in the Ashel valley."),
    ("technology-07", "There are 280 people working there, and 620 are to follow by next summer."),
    ("politics-01", "Councillors rejected the tunnel charge by 19 votes to 14."),
    ("science-05", "Paulo Marre was a baker for nineteen years and sold his shop to a rival."),
)


@pytest.fixture(scope="module")
def doubted() -> dict[str, bool]:
    """Return of each sentence whether a rule on truth objects to it."""
    encoder = SentenceTransformerEncoder.load(EmbeddingConfig(precision="float32", allow_hub=False))
    embed = remembering(encoder.encode)
    events, found = _events(), dict[str, bool]()
    for article, text in (*TRUE, *UNTRUE):
        event = events[article]
        said = Sentence(text=text, sources=(ArticleId(article),))
        draft = Draft(
            headline=said,
            dateline="",
            paragraphs=(),
            language="en",
            writing=Writing(kind=WriterKind.GENERATIVE, system="by hand", version="1"),
        )
        objections = check(draft, event, embed, CheckConfig())
        found[text] = any(one.sentence == 0 and one.rule in TRUTH for one in objections)
    return found


def _events() -> dict[str, Event]:
    """Return to each article of the sample its event."""
    return {
        source.article: event
        for event in read_events(Path(str(files("scripts") / "sample")))
        for source in event.sources
    }


def test_freely_worded_sentences_are_told_apart_less_well(doubted: dict[str, bool]) -> None:
    refused = [text for _, text in TRUE if doubted[text]]
    missed = [text for _, text in UNTRUE if not doubted[text]]
    assert len(refused) <= 2, refused
    assert len(missed) <= 6, missed
