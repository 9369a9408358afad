"""How an experiment may change, so that what was planned is what is analysed.

A draft may change in everything. What runs may only be ramped up, or stopped: other weights or
another seed would move readers between variants, another metric or end would be chosen by what was
already seen. What is stopped stays as it is, and so does its key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from pydantic_core import to_jsonable_python

from recommender.domain.experiments import Change, Experiment, ExperimentKind, Status
from recommender.errors import InvalidInput, shown

HISTORY_MAX = 500
"""Changes kept of one experiment; after so many it can still be started and stopped."""

_ORDER = list(Status)

_MAY_CHANGE = {
    Status.RUNNING: frozenset({"coverage", "status"}),
    Status.STOPPED: frozenset[str](),
}
"""What may change of an experiment that is no draft."""

_ADVICE = {
    Status.RUNNING: "it runs, and can only be ramped up or stopped",
    Status.STOPPED: "it is stopped; take another key for another experiment",
}


def created(wanted: Experiment, now: float) -> Experiment:
    """Return a new experiment with the beginning of its history.

    Raises
    ------
    InvalidInput
        It is already stopped.
    """
    if wanted.status is Status.STOPPED:
        raise InvalidInput("status", "draft or running for a new experiment", wanted.status)
    first = Change(at=now, field="status", before=None, after=wanted.status.value)
    return replace(wanted, history=(first,))


def changed(before: Experiment, wanted: Experiment, now: float) -> Experiment:
    """Return ``wanted`` with the history of ``before`` and what changed at ``now``.

    Parameters
    ----------
    wanted : Experiment
        Of the same key; its own history says nothing.

    Raises
    ------
    InvalidInput
        Names the first field that cannot be changed any more, or not in this way.
    """
    changes = tuple(_changes(before, wanted, now))
    for change in changes:
        _refuse(change, before)
    if before.status is not Status.DRAFT and wanted.coverage < before.coverage:
        raise InvalidInput(
            "coverage",
            f"{before.coverage:g} or more: readers who take part are never sent away",
            f"{wanted.coverage:g}",
        )
    if _ORDER.index(wanted.status) < _ORDER.index(before.status):
        raise InvalidInput("status", f"{before.status} or what comes after", wanted.status)
    history = before.history + changes
    if changes and len(history) > HISTORY_MAX and wanted.status is before.status:
        raise InvalidInput("history", f"at most {HISTORY_MAX} changes; take another key")
    return replace(wanted, history=history)


def refuse_conflicts(wanted: Experiment, others: Sequence[Experiment], now: float) -> None:
    """Refuse an experiment that could not be told apart from one of ``others``.

    Drafts count too, so what was accepted can always be started; what was stopped or has reached
    its end does not.

    Parameters
    ----------
    now : float
        Seconds since the epoch.

    Raises
    ------
    InvalidInput
        Both have the same part of a namespace; or readers may be in both, and they change the same
        setting, deal readers alike, or both merge rankings.
    """
    for other in others:
        is_over = other.end is not None and other.end <= now
        if other.key != wanted.key and not is_over and _may_meet_in_time(wanted, other):
            _refuse_conflict(wanted, other)


def _refuse(change: Change, before: Experiment) -> None:
    status = before.status
    if status is not Status.DRAFT and change.field not in _MAY_CHANGE[status]:
        wanted = f"{shown(change.before)} unchanged: {_ADVICE[status]}"
        raise InvalidInput(change.field, wanted, shown(change.after))


def _changes(before: Experiment, wanted: Experiment, now: float) -> Iterator[Change]:
    for each in fields(Experiment):
        old, new = getattr(before, each.name), getattr(wanted, each.name)
        if old != new and each.name != "history":
            yield Change(
                at=now,
                field=each.name,
                before=to_jsonable_python(old),
                after=to_jsonable_python(new),
            )


def _may_meet_in_time(one: Experiment, other: Experiment) -> bool:
    if Status.STOPPED in {one.status, other.status}:
        return False
    return not (_ends_before(one, other) or _ends_before(other, one))


def _ends_before(one: Experiment, other: Experiment) -> bool:
    return one.end is not None and other.start is not None and one.end <= other.start


def _refuse_conflict(wanted: Experiment, other: Experiment) -> None:
    mine, theirs = wanted.namespace, other.namespace
    if mine and theirs and mine.name == theirs.name:
        if mine.overlaps(theirs):
            raise InvalidInput(
                "namespace",
                f"a part of {mine.name!r} apart from [{theirs.start:g}, {theirs.end:g}), which "
                f"{other.key!r} has",
                f"[{mine.start:g}, {mine.end:g})",
            )
        return
    exclusive = f"or parts of one namespace that keep it apart from {other.key!r}"
    if common := sorted(wanted.settings & other.settings):
        raise InvalidInput(
            "variants", f"other settings than those of {other.key!r}, {exclusive}", common[0]
        )
    if wanted.seed == other.seed:
        raise InvalidInput("seed", f"another one than {other.key!r} has, {exclusive}", wanted.seed)
    if wanted.kind is other.kind is ExperimentKind.INTERLEAVE:
        raise InvalidInput("kind", f"one experiment that merges rankings, {exclusive}", wanted.kind)
