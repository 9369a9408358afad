"""What the programs of evaluation read: data sets as feature tables, and trained rankers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np

from recommender.evaluation.data_sets.archive import read_archive
from recommender.evaluation.data_sets.ebnerd import read_ebnerd
from recommender.evaluation.data_sets.mind import read_mind_behaviours
from recommender.evaluation.data_sets.types import DataSet
from recommender.evaluation.question import TrainedBefore
from recommender.evaluation.replay.audit import audit
from recommender.evaluation.replay.replaying import ReplayConfig, replay
from recommender.evaluation.tables import DataSetName, Tables, topics_of
from recommender.evaluation.vectors import article_vectors, default_cache_folder, used_articles
from recommender.feed_request import schema_of
from recommender.ranking.artifacts import load
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.learned import ranker_of
from scripts.console import people, progress, read_settings

AUDITED = 3
"""Impressions whose features are made anew without what came later: each costs some seconds."""

AUDIT_SEED = 1


class _Moment(click.ParamType[float]):
    """A day or a time of ISO 8601, in seconds since the epoch; UTC unless it says another zone."""

    name = "WHEN"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the second."""
        try:
            told = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"wanted 2026-01-31 or 2026-01-31T18:00, got {value!r}", param, ctx)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


test_from_option = click.option(
    "--test-from",
    type=_Moment(),
    help="Where the part test of an archive begins: a day or a time, 2026-01-31 or "
    "2026-01-31T18:00, in UTC unless it says another zone; the last day, unless told.",
)


def open_tables(name: DataSetName, folder: Path, test_from: float | None) -> Tables:
    """Return the feature tables of a data set.

    Parameters
    ----------
    test_from : float or None
        As of ``read_archive``; the parts of the other data sets are given.

    Raises
    ------
    SourceError
        A file is missing, cut short, or holds nothing that can be used.
    InvalidInput
        A part of the archive would be empty, or a feature knows of what came later.
    """
    if name is not DataSetName.ARCHIVE and test_from is not None:
        raise click.UsageError(f"--test-from is of an archive: the parts of {name} are given")
    match name:
        case DataSetName.MIND:
            return _replayed(name, read_mind_behaviours(folder))
        case DataSetName.EBNERD:
            return _replayed(name, read_ebnerd(folder))
        case DataSetName.ARCHIVE:
            archived = read_archive(folder, test_from)
            return Tables(
                name=name,
                parts=archived.parts,
                schema=archived.schema,
                vectors=None,
                topics=None,
                dropped=archived.dropped,
                digest=archived.digest,
            )


def _replayed(name: DataSetName, data_set: DataSet) -> Tables:
    # An archive needs no model; torch is imported where one is needed.
    from recommender.embedding.sentence_transformers import (  # noqa: PLC0415
        SentenceTransformerEncoder,
    )

    settings = read_settings()
    used = used_articles(data_set.parts.values(), len(data_set.articles.ids))
    encoder = SentenceTransformerEncoder.load(settings.embedding)
    with progress("embedding", int(np.count_nonzero(used))) as advance:
        vectors = article_vectors(data_set.articles, used, encoder, default_cache_folder(), advance)
    impressions = sum(len(part.impressions) for part in data_set.parts.values())
    with progress("replaying", impressions) as advance:
        config = ReplayConfig(
            feed=settings.feed, trending=settings.trending, limits=settings.readers
        )
        parts = replay(data_set, vectors, config, advance)
    people.print(f"auditing {AUDITED} impressions for what came after them", highlight=False)
    audit(data_set, vectors, config, parts, sample=AUDITED, seed=AUDIT_SEED)
    return Tables(
        name=name,
        parts=parts,
        schema=schema_of(settings.feed, settings.trending),
        vectors=vectors,
        topics=topics_of(data_set.articles.categories),
        dropped=data_set.dropped,
        digest=data_set.digest,
    )


def open_with_artifact(
    name: DataSetName, folder: Path, test_from: float | None, artifact: Path | None
) -> tuple[Tables, TrainedBefore | None]:
    """Return the feature tables of a data set, and the ranker of an artifact where one is named.

    A replay takes minutes: what its features do not suit is refused before.

    Raises
    ------
    ArtifactError
        It cannot be used, or was trained on other features than those of the tables.
    SourceError, InvalidInput
        As of :func:`open_tables`.
    """
    if artifact is None:
        return open_tables(name, folder, test_from), None
    if name is DataSetName.ARCHIVE:
        opened = open_tables(name, folder, test_from)
        return opened, _trained_before(artifact, opened.schema, opened.features)
    before = _trained_before(artifact, _schema_here(), FEATURE_NAMES)
    return open_tables(name, folder, test_from), before


def _schema_here() -> str:
    settings = read_settings()
    return schema_of(settings.feed, settings.trending)


def _trained_before(path: Path, schema: str, features: tuple[str, ...]) -> TrainedBefore:
    artifact = load(path, schema, features)
    return TrainedBefore(
        ranker=ranker_of(artifact),
        data_set=artifact.manifest.data_set,
        learned_from=artifact.manifest.learned_from,
        learned_until=artifact.manifest.learned_until,
    )
