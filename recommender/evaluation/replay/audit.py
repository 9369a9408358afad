"""Proof by sample that a replay knows nothing of what comes later: without it, nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import DataSet, History, Impressions
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.replay.catalogue import as_stored
from recommender.evaluation.replay.replaying import Replay, ReplayConfig, centre_of

TOLERANCE = 1e-6
"""How far a feature may be from the one made without what came later."""


def audit(
    data_set: DataSet,
    vectors: NDArray[np.float32],
    config: ReplayConfig,
    tables: Mapping[str, FeatureTable],
    *,
    sample: int,
    seed: int,
) -> None:
    """Let tables pass whose features are the same where everything later never happened.

    For each sampled impression what became visible at its second or later is cut off the data: what
    others did, what it led to itself, the histories' ends and dates of publication. Its features
    are then made anew. Totals of the whole data, which no book-keeping of times can tell from
    counts of the past, are found so. The texts' centre is that of all articles of the first part.

    Parameters
    ----------
    tables : mapping of str to FeatureTable
        Of the data set's parts, as :func:`recommender.evaluation.replay.replaying.replay` gives
        them.
    sample : int
        Impressions looked at in all, at least 1; each costs the applying of all before it.

    Raises
    ------
    InvalidInput
        It names the first impression found that knows too much, and the feature that differs most.
    """
    lengths = [len(part.impressions) for part in data_set.parts.values()]
    all_places = [(part, place) for part, length in enumerate(lengths) for place in range(length)]
    size = min(sample, len(all_places))
    chosen = np.random.default_rng(seed).choice(len(all_places), size, replace=False)
    vectors = as_stored(vectors)
    centre = centre_of(data_set, vectors)
    for part, place in (all_places[number] for number in np.sort(chosen).tolist()):
        name = list(data_set.parts)[part]
        anew = _made_anew(data_set, vectors, config, centre, part, place)
        _compare(name, tables[name].take(np.arange(lengths[part]) == place), anew)


def _made_anew(
    data_set: DataSet,
    vectors: NDArray[np.float32],
    config: ReplayConfig,
    centre: NDArray[np.float32],
    part: int,
    place: int,
) -> FeatureTable:
    """Return the table of one impression, made of what was visible strictly before it."""
    parts = list(data_set.parts.values())[: part + 1]
    impressions = parts[-1].impressions
    now = float(impressions.at[place])
    dates = data_set.articles.published
    known = replace(data_set.articles, published=np.where(dates <= now, dates, np.nan))
    run = Replay(known, vectors, config, centre)
    for each in parts:
        run.begin(_history_before(each.history, now), float(each.impressions.at[0]))
        run.follow(_taken(each.impressions, each.impressions.visible < now))
    own = _taken(impressions, np.arange(len(impressions)) == place)
    silent = replace(
        own,
        visible=own.at,
        dwell=np.full_like(own.dwell, np.nan),
        clicked=np.zeros_like(own.clicked),
    )
    return run.table(silent, lambda _: None)


def _compare(name: str, given: FeatureTable, anew: FeatureTable) -> None:
    differences = np.abs(given.rows - anew.rows).max(axis=0, initial=0.0)
    # Not ">": what is no number is no proof.
    if not (differences <= TOLERANCE).all():
        worst = int(np.argmax(np.nan_to_num(differences, nan=np.inf)))
        row = int(np.argmax(np.abs(given.rows[:, worst] - anew.rows[:, worst])))
        raise InvalidInput(
            f"{name}.impressions.{given.impressions[0]}.{given.names[worst]}",
            f"{anew.rows[row, worst]:g}, made of what was visible strictly before the impression",
            f"{given.rows[row, worst]:g}, which changes with what came later",
        )
    if not np.array_equal(given.popularity, anew.popularity):
        raise InvalidInput(
            f"{name}.impressions.{given.impressions[0]}.popularity",
            "clicks that were visible strictly before the impression",
            "a count that changes with what came later",
        )


def _taken(impressions: Impressions, chosen: NDArray[np.bool_]) -> Impressions:
    lengths = np.diff(impressions.starts)
    kept = np.repeat(chosen, lengths)
    return Impressions(
        ids=impressions.ids[chosen],
        readers=impressions.readers[chosen],
        at=impressions.at[chosen],
        visible=impressions.visible[chosen],
        reading=impressions.reading[chosen],
        dwell=impressions.dwell[chosen],
        starts=np.concatenate(([0], np.cumsum(lengths[chosen]))).astype(np.int64),
        candidates=impressions.candidates[kept],
        clicked=impressions.clicked[kept],
    )


def _history_before(history: History, now: float) -> History:
    kept = history.at < now
    before = np.concatenate(([0], np.cumsum(kept)))
    return replace(
        history,
        starts=before[history.starts].astype(np.int64),
        articles=history.articles[kept],
        at=history.at[kept],
        dwell=history.dwell[kept],
    )
