"""What is counted of articles, topics and readers, as plain mathematics over arrays.

``store/lua/signals.lua`` holds the same arithmetic for the service; a property test keeps the two
equal. Here articles, topics and readers are integer codes, and nothing is bounded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from recommender.domain.signals import (
    ALL,
    BIASES,
    CATEGORY,
    FAMILIES,
    RUNGS_HOURS,
    SUBCATEGORY,
    TAG,
    TOPIC_HALF_LIFE_HOURS,
    ReaderSignals,
    Signals,
    TopicCounts,
    no_audiences,
)
from recommender.trending.audiences import AudienceModel
from recommender.trending.decay import T0, decay_rate
from recommender.trending.tastes import taste_of

RATES = tuple(decay_rate(hours) for hours in RUNGS_HOURS)
"""Decay rates of the rungs, per second."""

BIAS_RATES = tuple(decay_rate(hours) for _, hours in BIASES)
"""Decay rates of the biases, per second; 0 for one that never fades."""

TOPIC_RATE = decay_rate(TOPIC_HALF_LIFE_HOURS)
"""Decay rate of what is counted of topics, per second."""

MAX_TAGS = 10
"""Tags of an article that are counted, from its first."""

MAX_MET = 65_535
"""Where the counts of one reader with one article stop growing."""

_CLICKS, _VIEWS, _SHOWN, _EXPECTED = range(len(FAMILIES))
_STEPS = np.array([step for step, _ in BIASES])
_FADING = np.array(BIAS_RATES)
_RATES = np.array(RATES)
_NEVER = (0.0, 0.0, 0.0, 0.0, 0.0)

Codes = NDArray[np.int64]
"""Distinct codes of articles or of topics, shape (k,)."""


def topics_of(category: str | None, subcategory: str | None, tags: Sequence[str]) -> list[str]:
    """Return the topics that an article counts for, each once, without that of all.

    Examples
    --------
    >>> topics_of("sport", None, ["cup", "final"])
    ['c:sport', 't:cup', 't:final']
    """
    named = [(CATEGORY, category), (SUBCATEGORY, subcategory)]
    named += [(TAG, tag) for tag in tags[:MAX_TAGS]]
    return list(dict.fromkeys(f"{letter}:{name}" for letter, name in named if name))


class SignalModel:
    """Counts events in the order in which they come; seconds are since the epoch, and may be late.

    Parameters
    ----------
    articles : int
        How many there are; codes go from 0 to one less.
    topics : sequence of str
        Their names, by code; that of all (``""``) is counted without a code.
    """

    def __init__(self, articles: int, topics: Sequence[str]) -> None:
        self._names = tuple(topics)
        self._levels = np.full((len(FAMILIES), articles, len(RATES)), -np.inf)
        self._site = np.full((len(FAMILIES), len(RATES)), -np.inf)
        self._biases = np.zeros((articles, len(BIASES)))
        self._biased_at = np.full(articles, np.nan)
        self._first_shown = np.full(articles, np.nan)
        self._topics = np.full(len(self._names), -np.inf)
        self._attention = -np.inf
        self._audiences = AudienceModel(articles)
        self._met: dict[int, dict[int, tuple[float, float, float, float, float]]] = {}
        self._own_topics: dict[int, dict[str, TopicCounts]] = {}

    def impressions(self, codes: Codes, second: float) -> None:
        """Count that each of ``codes``, at least one, was shown once."""
        self._count(_SHOWN, codes, second, 1.0)
        self._site[_SHOWN] = np.logaddexp(self._site[_SHOWN], _level(second, len(codes)))
        self._first_shown[codes] = np.fmin(self._first_shown[codes], second)

    def view(self, code: int, second: float) -> None:
        """Count that one article was read."""
        self._count_one(_VIEWS, code, second)

    def click(self, code: int, second: float, listed: Codes | None) -> None:
        r"""Count a click, and what it tells of the slate that it was made in.

        Each of the slate's n articles could have expected 1/n of it. Their biases b, one for each
        learning rate η and half-life, take a step up the gradient of the log likelihood of the
        choice under the Plackett-Luce model, :math:`p_i = e^{b_i} / \sum_j e^{b_j}`:
        :math:`b_i \leftarrow b_i + η ([i \text{ is clicked}] - p_i)`, once they have faded.
        Source: Plackett, "The analysis of permutations", Applied Statistics 24 (1975).

        Parameters
        ----------
        listed : ndarray or None
            Articles of the slate; None where it is not known, or the click does not count for it
            (see ``Interaction.slate``). One that lacks the clicked article tells nothing.
        """
        self._count_one(_CLICKS, code, second)
        if listed is None:
            return
        chosen = listed == code
        if not chosen.any():
            return
        self._count(_EXPECTED, listed, second, 1.0 / len(listed))
        self._site[_EXPECTED] = np.logaddexp(self._site[_EXPECTED], _level(second, 1.0))
        since = np.fmax(0.0, second - self._biased_at[listed])  # 0 where nothing can fade
        faded = self._biases[listed] * np.exp(-since[:, None] * _FADING)
        raised = np.exp(faded - faded.max(axis=0))
        likely = raised / raised.sum(axis=0)
        self._biases[listed] = faded + _STEPS * (chosen[:, None] - likely)
        self._biased_at[listed] = np.fmax(self._biased_at[listed], second)

    def attention(self, topics: Codes, weight: float, second: float) -> None:
        """Count an event of this weight for each of ``topics``, and for all."""
        gain = TOPIC_RATE * (second - T0) + math.log(weight)
        self._topics[topics] = np.logaddexp(self._topics[topics], gain)
        self._attention = float(np.logaddexp(self._attention, gain))

    def met_shown(self, reader: int, codes: Sequence[int], second: float) -> None:
        """Remember that ``reader`` was shown each of ``codes``; in whole seconds."""
        met, whole = self._met.setdefault(reader, {}), float(math.floor(second))
        for code in codes:
            shown, clicked, first, last, last_clicked = met.get(code, _NEVER)
            first = min(first, whole) if first else whole
            met[code] = min(shown + 1.0, MAX_MET), clicked, first, max(last, whole), last_clicked

    def met_click(self, reader: int, code: int, second: float) -> None:
        """Remember that ``reader`` clicked: what was shown before is no longer held against it.

        With the first click on an article the reader joins its audience, with the taste of what
        was read before.
        """
        met = self._met.setdefault(reader, {})
        _, clicked, _, _, last_clicked = met.get(code, _NEVER)
        taste = None if clicked else taste_of(self._own_topics.get(reader, {}))
        if taste is not None:
            self._audiences.click(code, second, taste)
        newest = max(last_clicked, float(math.floor(second)))
        met[code] = 0.0, min(clicked + 1.0, MAX_MET), 0.0, 0.0, newest

    def topics_shown(self, reader: int, topics: Iterable[int]) -> None:
        """Count that ``reader`` was shown an article of ``topics``."""
        self._count_topics(reader, topics, TopicCounts(shown=1))

    def topics_click(self, reader: int, topics: Iterable[int]) -> None:
        """Count that ``reader`` clicked, and so read, an article of ``topics``."""
        self._count_topics(reader, topics, TopicCounts(clicked=1, read=1))

    def topics_view(self, reader: int, topics: Iterable[int]) -> None:
        """Count that ``reader`` read an article of ``topics``."""
        self._count_topics(reader, topics, TopicCounts(read=1))

    def topics_begin(self, reader: int, articles: Iterable[Iterable[int]]) -> None:
        """Put the topics of ``articles`` in place of what ``reader`` is remembered to have read."""
        read = Counter(chain.from_iterable(self._named(topics) for topics in articles))
        before = self._own_topics.get(reader, {})
        self._own_topics[reader] = {
            name: before.get(name, TopicCounts())._replace(read=read[name])
            for name in {**before, **read}
        }

    def of(self, reader: int | None, codes: Codes, topics: Codes) -> Signals:
        """Return what is counted of ``codes`` and ``topics``; ``reader`` is None for a guest."""
        levels = {self._names[each]: float(self._topics[each]) for each in topics.tolist()}
        levels[ALL] = self._attention
        return Signals(
            levels=self._levels[:, codes].transpose(1, 0, 2),
            site_levels=self._site.copy(),
            biases=self._biases[codes],
            biased_at=self._biased_at[codes],
            first_shown=self._first_shown[codes],
            audiences=no_audiences(len(codes)) if reader is None else self._audiences.of(codes),
            topics={name: level for name, level in levels.items() if level > -math.inf},
            own=None if reader is None else self._own(reader, codes),
            own_topics={} if reader is None else dict(self._own_topics.get(reader, {})),
        )

    def _own(self, reader: int, codes: Codes) -> ReaderSignals:
        met = self._met.get(reader, {})
        rows = [met.get(code, _NEVER) for code in codes.tolist()]
        return reader_signals(np.array(rows, np.float64).reshape(len(rows), len(_NEVER)))

    def _count_topics(self, reader: int, topics: Iterable[int], gained: TopicCounts) -> None:
        counts = self._own_topics.setdefault(reader, {})
        for name in self._named(topics):
            shown, clicked, read = counts.get(name, TopicCounts())
            counts[name] = TopicCounts(
                shown + gained.shown, clicked + gained.clicked, read + gained.read
            )

    def _named(self, topics: Iterable[int]) -> list[str]:
        """Return the names of an article's topics, with that of all."""
        return [ALL, *(self._names[each] for each in topics)]

    def _count(self, family: int, codes: Codes, second: float, weight: float) -> None:
        levels = self._levels[family]
        levels[codes] = np.logaddexp(levels[codes], _level(second, weight))

    def _count_one(self, family: int, code: int, second: float) -> None:
        gain = _level(second, 1.0)
        row = self._levels[family, code]
        np.logaddexp(row, gain, out=row)
        np.logaddexp(self._site[family], gain, out=self._site[family])


def reader_signals(met: NDArray[np.float64]) -> ReaderSignals:
    """Return what a reader did with n articles from its records.

    Parameters
    ----------
    met : ndarray, shape (n, 5), float64
        Times shown, clicks, first and last shown, last clicked; a second of 0 means none.
    """
    seconds = np.where(met[:, 2:] > 0.0, met[:, 2:], np.nan)
    return ReaderSignals(
        shown=met[:, 0],
        clicked=met[:, 1],
        first_shown=seconds[:, 0],
        last_shown=seconds[:, 1],
        last_clicked=seconds[:, 2],
    )


def _level(second: float, weight: float) -> NDArray[np.float64]:
    """Return the level of one event at every rung, shape (rungs,)."""
    return _RATES * (second - T0) + math.log(weight)
