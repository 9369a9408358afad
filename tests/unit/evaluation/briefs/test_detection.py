"""What a checker found is counted by what was done, and with how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from recommender.domain.briefs import Draft, Event, Objection, Rule, Sentence
from recommender.evaluation.briefs.detection import Verdict, detection, judged, share_of
from recommender.evaluation.briefs.kinds import FACTS, Case, Planted


def _case(event: Event, text: str, planted: Planted | None, *done: str) -> Case:
    sentence = Sentence(text=text, sources=(event.sources[0].article,))
    return Case(event=event, sentence=sentence, planted=planted, done=done)


def _verdict(case: Case, *rules: Rule) -> Verdict:
    objections = tuple(Objection(rule=rule, sentence=1, detail="no") for rule in rules)
    return Verdict(case=case, objections=objections)


def test_an_interval_is_wilsons() -> None:
    """Wilson's for 5 of 10 with z² = 3.8415: 0.5 ± 1.96·√(0.025 + 0.0096) / 1.384."""
    half = share_of(5, 10)
    assert (half.low + half.high) / 2 == pytest.approx(0.5)
    assert half.low == pytest.approx(0.5 - 1.959964 * (0.025 + 3.841459 / 400) ** 0.5 / 1.3841459)
    assert share_of(10, 10).high == 1.0


def test_only_rules_on_truth_count(flood: Event) -> None:
    wrong = [_case(flood, kind, kind, "attributed", "edit") for kind in FACTS]
    faithful = [_case(flood, name, None, name, "joined") for name in ("day_moved", "attributed")]
    rules: tuple[list[Rule], ...] = (
        [Rule.NUMBERS, Rule.SUPPORT],
        [Rule.COPYING],
        [Rule.SUPPORT],
        [],
    )
    verdicts = [_verdict(each, *some) for each, some in zip(wrong, rules, strict=True)]
    verdicts += [_verdict(faithful[0], Rule.DATES), _verdict(faithful[1], Rule.REPETITION)]
    found = detection(verdicts)
    assert (found.detected.count, found.detected.of) == (2, 4)
    assert (found.false_alarms.count, found.false_alarms.of) == (1, 2)
    assert [found.by_kind[kind].count for kind in FACTS] == [1, 0, 1, 0]
    assert {name: each.of for name, each in found.by_edit.items()} == {"edit": 4}
    assert {name: each.count for name, each in found.by_rephrasing.items()} == {
        "attributed": 0,
        "day_moved": 1,
        "joined": 1,
    }
    assert found.by_rule == {
        Rule.NUMBERS: (1, 0),
        Rule.DATES: (0, 1),
        Rule.SUPPORT: (2, 0),
        Rule.COPYING: (1, 0),
    }


def test_each_case_gets_the_objections_to_its_own_sentence(flood: Event) -> None:
    made = [_case(flood, text, None, "edit") for text in ("Good.", "Bad.", "Good too.")]

    def check(draft: Draft, event: Event) -> Sequence[Objection]:
        assert event == flood
        whole = Objection(rule=Rule.LENGTH, sentence=None, detail="long")
        bad = [n for n, each in enumerate(draft.sentences()) if each.text == "Bad."]
        return [whole, *(Objection(rule=Rule.NAMES, sentence=n, detail="bad") for n in bad)]

    assert [each.is_doubted for each in judged(made, check)] == [False, True, False]
