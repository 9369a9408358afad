"""Everything of a reader as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.readers import Preferences
from recommender.domain.slates import LoggedSlate, Ordering, Snapshot
from recommender.services.readers import Export
from recommender.store.cards import instant_or_none, instant_text
from recommender.store.reader_data import Kept, Met
from recommender.store.reader_logs import LoggedInteraction

Json = dict[str, Any]


def export_document(export: Export) -> Json:
    """Return the members of an export that hold data."""
    return {
        "kept": [_kept(reader, kept) for reader, kept in export.kept.items()],
        "interactions": list(map(_interaction, export.interactions)),
        "slates": list(map(_slate, export.slates)),
    }


def preferences_document(chosen: Preferences) -> Json:
    """Return preferences as they may be sent back."""
    return {
        "topics": chosen.topics,
        "followed_sources": chosen.followed_sources,
        "muted_sources": chosen.muted_sources,
        "language": chosen.language,
        "personalised": chosen.personalised,
    }


def _kept(reader: ReaderId, kept: Kept) -> Json:
    chosen = kept.preferences
    return {
        "user_id": reader,
        "preferences": None if chosen is None else preferences_document(chosen),
        "history": [
            {
                "article_id": each.article,
                "kind": each.kind,
                "occurred_at": instant_text(each.occurred_at),
                "dwell_seconds": each.dwell_seconds,
            }
            for each in kept.history
        ],
        "seen": _articles_at(kept.seen),
        "hidden": _articles_at(kept.hidden),
        "met": [_met(article, met) for article, met in kept.met.items()],
        "topics": [{"topic": topic, **counts._asdict()} for topic, counts in kept.topics.items()],
        "event_ids": [
            {"id": event, "received_at": instant_text(at)} for event, at in kept.events.items()
        ],
        "merged": [{"user_id": each, "at": instant_text(at)} for each, at in kept.merged.items()],
        "snapshots": list(map(_snapshot, kept.snapshots)),
    }


def _articles_at(seconds: Mapping[ArticleId, float]) -> list[Json]:
    return [{"article_id": article, "at": instant_text(at)} for article, at in seconds.items()]


def _met(article: ArticleId, met: Met) -> Json:
    return {
        "article_id": article,
        "shown": met.shown,
        "clicked": met.clicked,
        "first_shown_at": instant_or_none(met.first_shown),
        "last_shown_at": instant_or_none(met.last_shown),
        "last_clicked_at": instant_or_none(met.last_clicked),
    }


def _interaction(logged: LoggedInteraction) -> Json:
    done = logged.interaction
    return {
        "id": done.id,
        "user_id": done.reader,
        "article_id": done.article,
        "kind": done.kind,
        "occurred_at": instant_text(done.occurred_at),
        "received_at": instant_text(logged.received_at),
        "dwell_seconds": done.dwell_seconds,
        "slate_id": done.slate,
    }


def _slate(logged: LoggedSlate) -> Json:
    slate = logged.slate
    return {
        "slate_id": logged.id,
        "user_id": slate.reader,
        "created_at": instant_text(slate.created_at),
        "policy": slate.policy,
        "variant": slate.variant,
        "customised": slate.customised,
        "schema": slate.schema,
        "facts": None if slate.facts is None else asdict(slate.facts),
        "language": slate.language,
        "articles": _placed(slate.ordering, slate.start, slate.feature_names),
    }


def _snapshot(snapshot: Snapshot) -> Json:
    return {
        "token": snapshot.token,
        "created_at": instant_text(snapshot.created_at),
        "expires_at": instant_text(snapshot.expires_at),
        "policy": snapshot.policy,
        "variant": snapshot.variant,
        "customised": snapshot.customised,
        "request": snapshot.request.decode(),
        "articles": _placed(snapshot.left, snapshot.next_position, snapshot.feature_names),
    }


def _placed(ordering: Ordering, start: int, names: Sequence[str]) -> list[Json]:
    columns = zip(
        ordering.articles,
        ordering.scores.tolist(),
        ordering.sources,
        ordering.propensities.tolist(),
        ordering.features.tolist(),
        ordering.contributions.tolist(),
        ordering.reasons,
        ordering.teams or (None,) * len(ordering),
        ordering.credits or (None,) * len(ordering),
        strict=True,
    )
    return [
        {
            "position": position,
            "article_id": article,
            "score": score,
            "source": source,
            "propensity": propensity,
            "features": dict(zip(names, features, strict=True)),
            "contributions": dict(zip(names, contributions, strict=True)),
            "reason": reason.code,
            "about": reason.about,
            "team": team,
            "credit": credit,
        }
        for position, (
            article,
            score,
            source,
            propensity,
            features,
            contributions,
            reason,
            team,
            credit,
        ) in enumerate(columns, start)
    ]
