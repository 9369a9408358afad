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

Sentences = tuple[tuple[str, str], ...]
"""The articles that each is to rest on, and the sentence."""

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

# Worded later and without a look at the rules, for what the first ones have little of: passives,
# relative clauses, appositions, numbers in other words, reported speech, two sources joined.
MORE_TRUE = (
    ("health-02", "No water samples from June or August are on record."),
    ("health-02", "The contractor that looks after the tower was replaced in May, Pellmark said."),
    (
        "health-01 health-03",
        "Two men in their seventies have died in Ostley, and 16 patients are still in hospital.",
    ),
    ("technology-01", "The repair, for which the Anna Tolle is sent, should be done in nine days."),
    ("technology-01 technology-02", "For now 14,000 islanders have to share one microwave link."),
    (
        "technology-03",
        "Saltline was willing to pay a third of the 23 million crowns, but the state gave nothing.",
    ),
    ("technology-10", "The state, which gave 410 million crowns, now owns 15 per cent of it."),
    (
        "science-01 science-03",
        "Within four decades a forest of pines turned into tundra, the core is said to show.",
    ),
    (
        "science-04",
        "Its discoverers, Ms Ipsen and Mr Marre, say it may match the faintest star of the Plough.",
    ),
    (
        "politics-02",
        "Vans must pay too, for Dermot Vaile's amendment was defeated by three votes.",
    ),
    ("politics-03", "Sefa Marrow and Colm Ister, both independents, decided late."),
    ("culture-01", "Dario Lanzell, the professor who chaired the jury, said all five agreed."),
    ("culture-02", "Fennimore House, which employs seven people, left the tables in the book."),
    ("environment-09", "Of the 212 workers, 61 retire early and 108 go to a battery park."),
    ("football-10", "A licensing scheme was rejected in 2024, and Eskerby did not take sides."),
)
MORE_UNTRUE = (
    ("health-02", "Samples of June and August were sent in time by Pellmark Laundry."),
    ("health-02", "The panel, which Bram Ollerton chairs, meets on Monday to consider the case."),
    ("health-03", "Nearly all of those affected are smokers."),
    ("health-03", "The infection, a mild form of pneumonia, passes from one person to another."),
    ("technology-01", "The cable, which was cut by saboteurs, lies in 86 metres of water."),
    ("technology-03", "Saltline Networks refused to pay a third of the 23 million crowns."),
    ("technology-10", "The state, which gave 410 million crowns, owns a majority of the plant."),
    ("technology-09", "Ned Corrigan agreed to publish the readings online from November."),
    ("politics-02", "An amendment to exempt vans was adopted by three votes."),
    (
        "politics-07 politics-08",
        "The parliament of Veldarra has ratified the treaty with the Kell Islands.",
    ),
    ("culture-01", "Dario Lanzell, the professor who won the prize, chaired a jury of five."),
    ("culture-03", "Fennimore House ordered 60,000 copies before the prize was awarded."),
    ("environment-10", "The winter margin rose to 8.4 percent, from 6.1."),
    ("football-09", "Administrator Perpetua Lyle ruled out redundancies at Eskerby Rovers."),
    ("science-04", "Comet Ipsen-Marre will collide with the Earth in April."),
)


@pytest.fixture(scope="module")
def doubted() -> dict[str, bool]:
    """Return of each sentence whether a rule on truth objects to it."""
    encoder = SentenceTransformerEncoder.load(EmbeddingConfig(precision="float32", allow_hub=False))
    embed = remembering(encoder.encode)
    events, found = _events(), dict[str, bool]()
    for articles, text in (*TRUE, *UNTRUE, *MORE_TRUE, *MORE_UNTRUE):
        cited = tuple(map(ArticleId, articles.split()))
        event = events[cited[0]]
        said = Sentence(text=text, sources=cited)
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


@pytest.mark.parametrize(
    ("true", "untrue", "refused_most", "missed_most"),
    [(TRUE, UNTRUE, 1, 4), (MORE_TRUE, MORE_UNTRUE, 1, 9)],
)
def test_freely_worded_sentences_are_told_apart_less_well(
    true: Sentences,
    untrue: Sentences,
    refused_most: int,
    missed_most: int,
    doubted: dict[str, bool],
) -> None:
    refused = [text for _, text in true if doubted[text]]
    missed = [text for _, text in untrue if not doubted[text]]
    assert len(refused) <= refused_most, refused
    assert len(missed) <= missed_most, missed
