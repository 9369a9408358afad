"""Who met which variant of an experiment first, and when: each reader's exposure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from recommender.domain.experiments import Experiment, Status, exposures_of
from recommender.errors import SourceError
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.experiments.logged import Logged, Sieve, minute_text
from recommender.store.log_reader import Log

GUEST = "slate left out: a guest's; guests are not assigned"
FORCED = "reader left out: was shown a variant by force"
SEVERAL = "reader left out: met several variants"
BEFORE = "slate left out: served before the experiment began, as of a former one under its key"
AFTER = "slate left out: served after the experiment's end"

CLOCKS_APART = 1.0
"""Seconds that the clocks of a service's machines may differ: whose clock says when the experiment
began need not be whose clock says when a slate was served."""

NAMES_SHOWN = 5
"""How many of the experiments that a log names are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """When an experiment ran, in seconds since the epoch; None: not known, not over."""

    begin: float | None
    end: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The n readers who met an experiment.

    Parameters
    ----------
    readers : DataFrame
        One row each, in the order of their ids: ``reader``, ``number`` (0 to n − 1), ``met`` (name
        of the variant), and of the first slate that told it ``at`` (its second) and ``language``.
    left_out : tuple of Dropped
    """

    readers: pl.DataFrame
    left_out: tuple[Dropped, ...]


def period_of(experiment: Experiment) -> Period:
    """Return when an experiment ran, as its history and its own times tell."""
    turned = {each.after: each.at for each in experiment.history if each.field == "status"}
    begins = [turned.get(Status.RUNNING.value), experiment.start]
    ends = [turned.get(Status.STOPPED.value), experiment.end]
    return Period(
        begin=max((each for each in begins if each is not None), default=None),
        end=min((each for each in ends if each is not None), default=None),
    )


def exposing(logged: Logged, key: str) -> pl.DataFrame:
    """Return the slates, of any time, that tell of an experiment, with ``met`` and ``forced``.

    Raises
    ------
    SourceError
        No slate does; names the experiments that some do.
    """
    told = {text: exposures_of(text) for text in logged.slates["variant"].unique().to_list()}
    rows = [(text, *found[key]) for text, found in told.items() if key in found]
    if not rows:
        known = sorted({each for found in told.values() for each in found})
        raise SourceError(
            f"no slate of the log, {_reach(logged)}, tells of experiment {key!r}{_near(key, known)}"
        )
    schema = {"variant": pl.String(), "met": pl.String(), "forced": pl.Boolean()}
    names = pl.DataFrame(rows, schema=schema, orient="row")
    return logged.slates.join(names, on="variant", maintain_order="left")


def met(slates: pl.DataFrame, period: Period) -> Met:
    """Return the readers of the slates of :func:`exposing` who can be analysed.

    Slates count from the beginning of the period, or ``CLOCKS_APART`` before it, until its end.
    Whoever met a variant by force, before the beginning too, or several variants, is left out:
    their later deeds belong to no single one.
    """
    sieve = Sieve()
    slates = _in_time(slates, period, sieve)
    own = slates.filter(pl.col("reader").is_not_null())
    guests = slates.filter(pl.col("reader").is_null() & ~pl.col("forced"))
    sieve.count(guests.height, Log.SLATES, GUEST)
    readers = own.group_by("reader").agg(
        at=pl.col("created_at").min(),
        met=pl.col("met").first(),
        language=pl.col("language").first(),
        variants=pl.col("met").n_unique(),
        forced=pl.col("forced").any(),
    )
    readers = sieve.keep(readers, ~pl.col("forced"), Log.SLATES, FORCED)
    readers = sieve.keep(readers, pl.col("variants") == 1, Log.SLATES, SEVERAL)
    numbered = readers.sort("reader").with_row_index("number")
    return Met(
        readers=numbered.select("reader", pl.col("number").cast(pl.Int64), "met", "at", "language"),
        left_out=tuple(sieve.left_out),
    )


def refuse_strangers(readers: pl.DataFrame, experiment: Experiment, names: Sequence[str]) -> None:
    """Refuse a log and a definition that do not speak of the same variants.

    Parameters
    ----------
    names : sequence of str
        Those that a reader may have met.

    Raises
    ------
    SourceError
        The log names another variant, or nobody met one of the definition's.
    """
    counts = dict(readers.group_by("met").len().sort("met").iter_rows())
    seen = ", ".join(f"{name}: {count:,} readers" for name, count in counts.items()) or "nobody"
    what = f"experiment {experiment.key!r} shows {', '.join(names)}"
    if others := sorted(counts.keys() - set(names)):
        raise SourceError(
            f"{what}, but readers in the log met {', '.join(others)} ({seen}): analyse it with the "
            "definition that it ran with"
        )
    if unseen := [name for name in names if name not in counts]:
        raise SourceError(
            f"{what}, but nobody met {', '.join(unseen)} ({seen}): wait, or look whether its "
            "settings can change the feed and whether its weight is above 0"
        )


def refuse_gap(logged: Logged, period: Period) -> None:
    """Refuse a log that lost entries while the experiment ran.

    Raises
    ------
    SourceError
    """
    for gap in logged.gaps:
        is_before = period.begin is not None and gap.end <= period.begin
        is_after = period.end is not None and gap.begin >= period.end
        if not (is_before or is_after):
            raise SourceError(
                "wanted all that was logged while the experiment ran, got a log that is full and "
                f"has dropped what came before {minute_text(gap.end)}: name the archive that holds "
                "it, or archive more often (python -m scripts.archive) and begin anew"
            )


def _in_time(slates: pl.DataFrame, period: Period, sieve: Sieve) -> pl.DataFrame:
    at = pl.col("created_at")
    if period.begin is not None:
        # Whoever looked at the draft by force is known by that for all time.
        has_begun = (at >= period.begin - CLOCKS_APART) | pl.col("forced")
        slates = sieve.keep(slates, has_begun, Log.SLATES, BEFORE)
    if period.end is not None:
        slates = sieve.keep(slates, at < period.end, Log.SLATES, AFTER)
    return slates


def _reach(logged: Logged) -> str:
    at = logged.slates["created_at"]
    return f"{len(at):,} slates from {minute_text(at[0])} to {minute_text(at[-1])}"


def _near(key: str, known: Sequence[str]) -> str:
    if near := difflib.get_close_matches(key, known, 1):
        return f"; did you mean {near[0]}?"
    if not known:
        return ": it names none at all"
    more = ", …" if len(known) > NAMES_SHOWN else ""
    return f"; it names {', '.join(known[:NAMES_SHOWN])}{more}"
