"""An interleaving experiment analysed from the service's own log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recommender.domain.experiments import INTERLEAVED, Experiment
from recommender.domain.slates import NO_TEAM
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
from recommender.experiments.interleaving import Team
from recommender.store.log_reader import Log

NO_CREDITS = (
    "slate left out: it does not tell whose ranking brought its articles, or not whom a click on "
    "each is credited to"
)

UNITS = (
    "Each click on what a ranking brought is divided between both, by how likely it is over all "
    "coins that the one or the other brings this article to this place. The reader is the unit."
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
        The log lost entries meanwhile, tells nothing of the experiment, or not of teams and
        credits.
    """
    period = period_of(experiment)
    refuse_gap(logged, period)
    slates = exposing(logged, experiment.key)
    found, sieve = met(slates, period), Sieve()
    refuse_strangers(found.readers, experiment, (INTERLEAVED,))
    activity = activity_of(found.readers, logged, period.end)
    own = activity.slates.join(slates.select("slate_id"), on="slate_id", maintain_order="left")
    merged = sieve.keep(own, _has_credits(), Log.SLATES, NO_CREDITS)
    if merged.is_empty():
        raise SourceError(
            f"wanted slates of experiment {experiment.key!r} that tell whose ranking brought their "
            f"articles and whom a click is credited to, got none among {own.height:,}"
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
    """Return whose the clicks of each slate are.

    Parameters
    ----------
    slates : DataFrame
        ``slate_id``, ``number``, ``day``, ``articles``, ``teams`` and ``credits``.
    clicks : DataFrame
        ``slate_id`` and ``article``, each once, of articles that the slate showed.
    """
    places = slates.select("slate_id", "teams", "credits", article="articles")
    clicked = (
        places.explode("article", "teams", "credits")
        .filter(pl.col("teams") != NO_TEAM)
        .join(clicks, on=["slate_id", "article"], how="semi")
        .group_by("slate_id")
        .agg(clicks=pl.len(), second=((1.0 - pl.col("credits")) / 2.0).sum())
    )
    joined = slates.join(clicked, on="slate_id", how="left", maintain_order="left")
    return Credits(
        reader=joined["number"].to_numpy().astype(np.int64),
        day=joined["day"].to_numpy().astype(np.int64),
        clicks=joined["clicks"].fill_null(0).to_numpy().astype(np.int64),
        second=joined["second"].fill_null(0.0).to_numpy(),
    )


def _has_credits() -> pl.Expr:
    teams, credits_, shown = pl.col("teams"), pl.col("credits"), pl.col("articles").list.len()
    is_team = pl.element().is_in([*map(str, Team), NO_TEAM]).fill_null(value=False)
    is_credit = pl.element().is_between(-1.0, 1.0).fill_null(value=False)
    return pl.all_horizontal(
        teams.list.len() == shown,
        teams.list.eval(is_team).list.all(),
        credits_.list.len() == shown,
        credits_.list.eval(is_credit).list.all(),
    )


def _first_picks(slates: pl.DataFrame, variants: Sequence[str]) -> SampleRatio:
    firsts = (
        slates.filter(pl.col("start") == 1)
        .select(
            first=pl.col("teams")
            .list.eval(pl.element().filter(pl.element() != NO_TEAM))
            .list.first()
        )
        .to_series()
        .drop_nulls()
        .to_list()
    )
    counts = {name: firsts.count(team) for name, team in zip(variants, Team, strict=True)}
    return sample_ratio(counts, dict.fromkeys(variants, 1 / 2))
