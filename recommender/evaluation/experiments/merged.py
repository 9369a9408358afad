"""An interleaving experiment analysed from the service's own log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recommender.domain.experiments import INTERLEAVED, Experiment
from recommender.errors import SourceError
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.experiments.activity import activity_of
from recommender.evaluation.experiments.exposure import (
    Period,
    exposing,
    met,
    period_of,
    refuse_gap,
    refuse_strangers,
)
from recommender.evaluation.experiments.from_log import notes_of
from recommender.evaluation.experiments.logged import Logged, Sieve
from recommender.evaluation.experiments.preference import (
    Credits,
    Preference,
    decide_preference,
    preference_of,
)
from recommender.evaluation.experiments.results import SampleRatio, Verdict
from recommender.evaluation.experiments.sample_ratio import sample_ratio
from recommender.experiments.interleaving import Team, credit
from recommender.store.log_reader import Log

NO_TEAMS = "slate left out: it does not tell whose ranking brought its articles"

UNITS = (
    "A slate is won by the ranking with more clicked articles; slates without a click, or with as "
    "many of each, decide nothing and are counted as ties. The reader is the unit."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceDay:
    """What was known at the end of a day, ``2026-05-01`` in UTC."""

    name: str
    preference: Preference


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceReport:
    """An interleaving experiment's results with what they were made of.

    Parameters
    ----------
    variants : tuple of (str, str)
        The control, and the other.
    sample_ratio : SampleRatio
        First pages by whose article is the first of a team's: a coin decides.
    looks : tuple of PreferenceDay
    left_out : tuple of Dropped
    notes : tuple of str
    """

    key: str
    variants: tuple[str, str]
    verdict: Verdict
    sample_ratio: SampleRatio
    preference: Preference
    looks: tuple[PreferenceDay, ...]
    period: Period
    left_out: tuple[Dropped, ...]
    notes: tuple[str, ...]


def analyse_merged(experiment: Experiment, logged: Logged) -> PreferenceReport:
    """Return what the log says of an experiment whose slates merge two rankings.

    Raises
    ------
    SourceError
        The log lost entries meanwhile, or tells neither of the experiment nor of its teams.
    """
    period = period_of(experiment)
    refuse_gap(logged, period)
    slates = exposing(logged, experiment.key, period)
    found, sieve = met(slates), Sieve()
    refuse_strangers(found.readers, experiment, (INTERLEAVED,))
    activity = activity_of(found.readers, logged, period.end)
    own = activity.slates.join(slates.select("slate_id"), on="slate_id", maintain_order="left")
    merged = sieve.keep(own, _has_teams(), Log.SLATES, NO_TEAMS)
    if merged.is_empty():
        raise SourceError(
            f"wanted slates of experiment {experiment.key!r} that tell whose ranking brought their "
            f"articles, got none among {own.height:,}"
        )
    credits_ = credits_of(merged, activity.clicks)
    control, other = (each.name for each in experiment.variants)
    ratio, preference = _first_picks(merged, (control, other)), preference_of(credits_)
    return PreferenceReport(
        key=experiment.key,
        variants=(control, other),
        verdict=decide_preference(ratio, preference, (control, other)),
        sample_ratio=ratio,
        preference=preference,
        looks=tuple(
            PreferenceDay(
                name=str(np.datetime64(day, "D")), preference=preference_of(credits_.until(day))
            )
            for day in range(int(credits_.day.min()), int(credits_.day.max()) + 1)
        ),
        period=period,
        left_out=(
            *(*logged.left_out, *found.left_out),
            *(*activity.left_out, *sieve.left_out),
        ),
        notes=(UNITS, *notes_of(logged, period)),
    )


def credits_of(slates: pl.DataFrame, clicks: pl.DataFrame) -> Credits:
    """Return who won each slate.

    Parameters
    ----------
    slates : DataFrame
        ``slate_id``, ``number``, ``day``, ``articles`` and ``teams``.
    clicks : DataFrame
        ``slate_id`` and ``article``, each once, of articles that the slate showed.
    """
    clicked = clicks.group_by("slate_id").agg(clicked=pl.col("article"))
    joined = slates.join(clicked, on="slate_id", how="left", maintain_order="left")
    signs = [
        int(np.sign(credit([_team(each) for each in teams], map(articles.index, clicked or ()))))
        for articles, teams, clicked in joined.select("articles", "teams", "clicked").iter_rows()
    ]
    return Credits(
        reader=joined["number"].to_numpy().astype(np.int64),
        day=joined["day"].to_numpy().astype(np.int64),
        sign=np.array(signs, np.int64),
    )


def _has_teams() -> pl.Expr:
    teams = pl.col("teams")
    is_team = pl.element().is_in([*map(str, Team), ""]).fill_null(value=False)
    known = teams.list.eval(is_team).list.all()
    return (teams.list.len() == pl.col("articles").list.len()) & known


def _team(told: str) -> Team | None:
    return Team(told) if told else None


def _first_picks(slates: pl.DataFrame, variants: Sequence[str]) -> SampleRatio:
    firsts = (
        slates.filter(pl.col("start") == 1)
        .select(
            first=pl.col("teams").list.eval(pl.element().filter(pl.element() != "")).list.first()
        )
        .to_series()
        .drop_nulls()
        .to_list()
    )
    counts = {name: firsts.count(team) for name, team in zip(variants, Team, strict=True)}
    return sample_ratio(counts, dict.fromkeys(variants, 1 / 2))
