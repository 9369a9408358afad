"""How much of its sources a brief holds, in how few words, and how much of it is borne out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.writer import Embed
from recommender.domain.briefs import Draft, Event, Objection

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The quality of one brief.

    Parameters
    ----------
    rouge_l_recall : float
        0 to 1; see :func:`rouge_l_recall`.
    embedding_recall : float
        At most 1; see :func:`embedding_recall`.
    compression : float
        Words of the brief over words of the sources: the lower, the shorter.
    redundancy : float
        At most 1; see :func:`redundancy`.
    supported : float
        0 to 1: share of its sentences that the checker has nothing against.
    """

    rouge_l_recall: float
    embedding_recall: float
    compression: float
    redundancy: float
    supported: float


def quality_of(
    draft: Draft,
    event: Event,
    *,
    embed: Embed,
    objections: Sequence[Objection],
    split: Callable[[str], list[str]],
) -> Quality:
    """Measure a draft against all that the sources of its event say, their titles included.

    Parameters
    ----------
    objections : sequence of Objection
        What the checker has against it.
    split : callable
        Parts a text into its sentences.
    """
    brief = [each.text for each in draft.sentences()]
    sources = [sentence for each in event.sources for sentence in (each.title, *split(each.text))]
    vectors = embed([*brief, *sources])
    ours, theirs = vectors[: len(brief)], vectors[len(brief) :]
    doubted = {each.sentence for each in objections if each.sentence is not None}
    return Quality(
        rouge_l_recall=rouge_l_recall(brief, sources),
        embedding_recall=embedding_recall(ours, theirs),
        compression=sum(map(_length, brief)) / sum(map(_length, sources)),
        redundancy=redundancy(ours),
        supported=1 - len(doubted) / len(brief),
    )


def rouge_l_recall(brief: Sequence[str], sources: Sequence[str]) -> float:
    """Return how many words of the sources are in the brief, in their order.

    Lin, ROUGE: A Package for Automatic Evaluation of Summaries (2004), section 3.2, recall at the
    level of summaries: for each sentence of the sources the union of its longest common
    subsequences with the sentences of the brief, and of all of them the words over the words of
    the sources. Words in lower case, not stemmed.

    Examples
    --------
    >>> rouge_l_recall(["w1 w2 w6 w7 w8", "w1 w3 w8 w9 w5"], ["w1 w2 w3 w4 w5"])
    0.8
    """
    ours = [_words(each) for each in brief]
    found = words = 0
    for sentence in map(_words, sources):
        common = set[int]().union(*(_common(sentence, each) for each in ours))
        found += len(common)
        words += len(sentence)
    return found / words


def embedding_recall(brief: NDArray[np.float32], sources: NDArray[np.float32]) -> float:
    """Return the mean over source sentences of the cosine with the brief's most alike sentence.

    Parameters
    ----------
    brief, sources : ndarray, shapes (n, d) and (m, d), float32
        Vectors of unit length.
    """
    return float((sources @ brief.T).max(axis=1).mean())


def redundancy(brief: NDArray[np.float32]) -> float:
    """Return the mean over sentences of the cosine with the most alike other one; 0 for a single.

    Parameters
    ----------
    brief : ndarray, shape (n, d) float32
        Vectors of unit length.
    """
    if len(brief) == 1:
        return 0.0
    alike = brief @ brief.T
    np.fill_diagonal(alike, -1.0)
    return float(alike.max(axis=1).mean())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _length(text: str) -> int:
    return len(_words(text))


def _common(first: Sequence[str], second: Sequence[str]) -> set[int]:
    """Return the places in ``first`` of a longest common subsequence with ``second``."""
    lengths = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for row, word in enumerate(first, start=1):
        for column, other in enumerate(second, start=1):
            lengths[row][column] = (
                lengths[row - 1][column - 1] + 1
                if word == other
                else max(lengths[row - 1][column], lengths[row][column - 1])
            )
    places: set[int] = set()
    row, column = len(first), len(second)
    while row and column:
        if first[row - 1] == second[column - 1]:
            row, column = row - 1, column - 1
            places.add(row)
        elif lengths[row - 1][column] >= lengths[row][column - 1]:
            row -= 1
        else:
            column -= 1
    return places
