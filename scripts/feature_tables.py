"""What the programs of evaluation read: data sets as feature tables, and trained rankers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from recommender.evaluation.data_sets.archive import read_archive
from recommender.evaluation.data_sets.ebnerd import read_ebnerd
from recommender.evaluation.data_sets.mind import read_mind_behaviours
from recommender.evaluation.data_sets.types import DataSet
from recommender.evaluation.question import TrainedBefore
from recommender.evaluation.replay.audit import audit
from recommender.evaluation.replay.replaying import ReplayConfig, replay
from recommender.evaluation.tables import DataSetName, Tables
from recommender.evaluation.vectors import article_vectors, default_cache_folder, used_articles
from recommender.feed_request import schema_of
from recommender.ranking.artifacts import load
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.learned import ranker_of
from scripts.console import people, progress, read_settings

AUDITED = 3
"""Impressions whose features are made anew without what came later: each costs some seconds."""

AUDIT_SEED = 1


def open_tables(name: DataSetName, folder: Path) -> Tables:
    """Return the feature tables of a data set.

    Raises
    ------
    SourceError
        A file is missing, cut short, or holds nothing that can be used.
    InvalidInput
        A part of the archive would be empty, or a feature knows of what came later.
    """
    match name:
        case DataSetName.MIND:
            return _replayed(name, read_mind_behaviours(folder))
        case DataSetName.EBNERD:
            return _replayed(name, read_ebnerd(folder))
        case DataSetName.ARCHIVE:
            archived = read_archive(folder)
            return Tables(
                name=name,
                parts=archived.parts,
                vectors=None,
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
        vectors=vectors,
        dropped=data_set.dropped,
        digest=data_set.digest,
    )


def open_artifact(path: Path) -> TrainedBefore:
    """Return the ranker of an artifact, if it was trained on the features that are made here.

    Raises
    ------
    ArtifactError
        It cannot be used.
    """
    settings = read_settings()
    artifact = load(path, schema_of(settings.feed, settings.trending), FEATURE_NAMES)
    return TrainedBefore(
        ranker=ranker_of(artifact),
        data_digest=artifact.manifest.data_digest,
        parts=artifact.manifest.parts,
    )
