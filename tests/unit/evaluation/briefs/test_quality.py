"""The quality of briefs, on worlds small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.domain.briefs import (
    Draft,
    Event,
    Objection,
    Rule,
    Sentence,
    WriterKind,
    Writing,
)
from recommender.evaluation.briefs.quality import (
    embedding_recall,
    quality_of,
    redundancy,
    rouge_l_recall,
)


@pytest.mark.parametrize(
    ("brief", "sources", "wanted"),
    [
        (["a b c"], ["a b c"], 3 / 3),
        (["c b a"], ["a b c"], 1 / 3),
        (["A, c!"], ["a b c", "d e"], (2 + 0) / 5),
        (["a b", "b c"], ["a b c d"], 3 / 4),
        (["w1 w2 w6 w7 w8", "w1 w3 w8 w9 w5"], ["w1 w2 w3 w4 w5"], 4 / 5),
    ],
)
def test_rouge_l_recall_is_the_union_of_longest_common_subsequences(
    brief: list[str], sources: list[str], wanted: float
) -> None:
    """The last is the example of Lin (2004), section 3.2."""
    assert rouge_l_recall(brief, sources) == pytest.approx(wanted)


def test_embedding_recall_is_the_mean_of_the_best_cosines_of_source_sentences() -> None:
    brief = np.array([[1, 0], [0, 1]], np.float32)
    sources = np.array([[1, 0], [0.6, 0.8], [-1, 0]], np.float32)
    assert embedding_recall(brief, sources) == pytest.approx((1 + 0.8 + 0) / 3)


def test_redundancy_is_the_mean_of_the_best_cosines_of_other_sentences() -> None:
    brief = np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32)
    assert redundancy(brief) == pytest.approx((0.6 + 0.8 + 0.8) / 3)
    assert redundancy(brief[:1]) == 0.0


def test_a_draft_is_measured_against_titles_and_texts(event: Callable[..., Event]) -> None:
    """Each word is an axis: a text's vector is that of its first letter."""
    of = event("flood", "a b c.\n\nd e.", "a f.")
    told = [Sentence(text=text, sources=()) for text in ("High water", "a b.", "d e.")]
    draft = Draft(
        headline=told[0],
        dateline="7 October 2026",
        paragraphs=((told[1],), (told[2],)),
        language="en",
        writing=Writing(kind=WriterKind.EXTRACTIVE, system="test", version="1"),
    )

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.eye(128, dtype=np.float32)[[ord(each[0]) for each in texts]]

    objections = [
        Objection(rule=Rule.NAMES, sentence=1, detail="no"),
        Objection(rule=Rule.DATES, sentence=1, detail="no"),
        Objection(rule=Rule.LENGTH, sentence=None, detail="short"),
    ]
    found = quality_of(
        draft, of, embed=embed, objections=objections, split=lambda text: text.split("\n\n")
    )
    words = 2 + 3 + 2 + 2 + 2
    assert found.rouge_l_recall == pytest.approx((2 + 2 + 2 + 2 + 1) / words)
    assert found.embedding_recall == pytest.approx(5 / 5)
    assert found.compression == pytest.approx((2 + 2 + 2) / words)
    assert found.redundancy == 0.0
    assert found.supported == pytest.approx(2 / 3)
