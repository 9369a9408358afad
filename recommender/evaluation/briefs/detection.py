"""What a checker of briefs finds among planted errors, and what it doubts among faithful sentences.

Only the rules on truth count: an objection that a sentence is copied, long or repeated says nothing
of whether it is true, and is told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

from recommender.briefs.datelines import dateline_of
from recommender.domain.briefs import (
    Draft,
    Event,
    Objection,
    Rule,
    Sentence,
    WriterKind,
    Writing,
)
from recommender.evaluation.briefs.kinds import FACTS, Case, Planted

TRUTH = frozenset(
    {Rule.SOURCES, Rule.NUMBERS, Rule.DATES, Rule.NAMES, Rule.QUOTATIONS, Rule.SUPPORT}
)
"""The rules that say whether the cited sources bear a sentence out."""

NORMAL_95 = 1.959963984540054
"""Standard deviations on either side of the mean that hold 95 of 100 normal draws."""

Check = Callable[[Draft, Event], Sequence[Objection]]

_TOGETHER = 8
"""Cases in one draft, so few that the checker, which reads no draft beyond its limits, reads all of
them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count out of a number, with the interval that holds its share in 95 of 100 samples."""

    count: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A case and what was objected to it."""

    case: Case
    objections: tuple[Objection, ...]

    @property
    def is_doubted(self) -> bool:
        """Whether a rule on truth objects."""
        return any(each.rule in TRUTH for each in self.objections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What a checker found.

    Parameters
    ----------
    by_kind : mapping
        Share detected of each kind of planted error.
    by_edit : mapping
        The same of each way to plant one.
    by_rephrasing : mapping
        Share of false alarms among faithful sentences that were rephrased so, whatever else was
        done to them.
    by_rule : mapping
        For each rule on truth that objected, and for copying, the number of errors and of faithful
        sentences.
    """

    detected: Share
    false_alarms: Share
    by_kind: Mapping[Planted, Share]
    by_edit: Mapping[str, Share]
    by_rephrasing: Mapping[str, Share]
    by_rule: Mapping[Rule, tuple[int, int]]

    def document(self) -> dict[str, object]:
        """Return it for JSON: shares as numbers, with their counts and intervals beside them."""
        return {
            "detected": self.detected.share,
            "detected_interval": (self.detected.low, self.detected.high),
            "errors": self.detected.of,
            "false_alarms": self.false_alarms.share,
            "false_alarms_interval": (self.false_alarms.low, self.false_alarms.high),
            "faithful": self.false_alarms.of,
            "by_kind": {kind.value: share for kind, share in self.by_kind.items()},
            "by_edit": self.by_edit,
            "by_rephrasing": self.by_rephrasing,
            "by_rule": {
                rule.value: {"errors": errors, "faithful": faithful}
                for rule, (errors, faithful) in self.by_rule.items()
            },
        }


def share_of(count: int, of: int) -> Share:
    """Return a share with its score interval (Wilson, JASA 1927, 22: 209-212).

    Parameters
    ----------
    count, of : int
        0 ≤ count ≤ of, of > 0.

    Examples
    --------
    >>> found = share_of(0, 10)
    >>> found.share, found.low, round(found.high, 4)
    (0.0, 0.0, 0.2775)
    """
    share, squared = count / of, NORMAL_95**2
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    reach = NORMAL_95 * sqrt(share * (1 - share) / of + squared / (4 * of**2)) / (1 + squared / of)
    return Share(
        count=count,
        of=of,
        share=share,
        low=max(0.0, middle - reach) if count else 0.0,
        high=min(1.0, middle + reach) if count < of else 1.0,
    )


def judged(cases: Iterable[Case], check: Check) -> list[Verdict]:
    """Return what a checker says to each case, event by event.

    A few cases of an event are checked in one draft; that it repeats itself is no matter of truth.
    """
    by_event = [list(each) for _, each in groupby(sorted(cases, key=_story), key=_story)]
    return [
        verdict
        for of_event in by_event
        for at in range(0, len(of_event), _TOGETHER)
        for verdict in _judged(of_event[at : at + _TOGETHER], check)
    ]


def detection(verdicts: Sequence[Verdict]) -> Detection:
    """Count what was found; there are errors of each of `FACTS` and faithful sentences."""
    wrong = [each for each in verdicts if each.case.planted is not None]
    faithful = [each for each in verdicts if each.case.planted is None]
    return Detection(
        detected=doubted(wrong),
        false_alarms=doubted(faithful),
        by_kind={
            kind: doubted([each for each in wrong if each.case.planted is kind]) for kind in FACTS
        },
        by_edit=_by_name((each.case.done[-1:], each) for each in wrong),
        by_rephrasing=_by_name((each.case.done, each) for each in faithful),
        by_rule=_by_rule(wrong, faithful),
    )


def _story(case: Case) -> str:
    return case.event.story


def _judged(cases: list[Case], check: Check) -> list[Verdict]:
    event = cases[0].event
    title = event.sources[0]
    draft = Draft(
        headline=Sentence(text=title.title, sources=(title.article,)),
        dateline=dateline_of(max(each.published_at for each in event.sources), title.language),
        paragraphs=tuple((each.sentence,) for each in cases),
        language=title.language,
        writing=Writing(kind=WriterKind.EXTRACTIVE, system="planted", version="1"),
    )
    objections = check(draft, event)
    return [
        Verdict(case=case, objections=tuple(each for each in objections if each.sentence == number))
        for number, case in enumerate(cases, start=1)
    ]


def doubted(verdicts: Sequence[Verdict]) -> Share:
    """Return the share of some cases, at least one, to which a rule on truth objects."""
    return share_of(sum(each.is_doubted for each in verdicts), len(verdicts))


def _by_name(named: Iterable[tuple[Iterable[str], Verdict]]) -> dict[str, Share]:
    groups: dict[str, list[Verdict]] = {}
    for names, verdict in named:
        for name in dict.fromkeys(names):
            groups.setdefault(name, []).append(verdict)
    return {name: doubted(groups[name]) for name in sorted(groups)}


def _by_rule(wrong: Sequence[Verdict], faithful: Sequence[Verdict]) -> dict[Rule, tuple[int, int]]:
    counts = [
        Counter(rule for each in group for rule in {one.rule for one in each.objections})
        for group in (wrong, faithful)
    ]
    return {
        rule: (counts[0][rule], counts[1][rule])
        for rule in Rule
        if rule in TRUTH | {Rule.COPYING} and counts[0][rule] + counts[1][rule]
    }
