"""``/v1/users``: what readers choose, are known for, take away and erase."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from api.bodies import BODY_ERRORS, Body
from api.exports import export_document, preferences_document
from api.headers import accepted_languages
from api.operations import USER_ID, Answer, Example, operation
from api.queries import ProfileQuery
from api.reader_schemas import (
    MERGE,
    PREFERENCES,
    EraseAnswer,
    ExportAnswer,
    MergeAnswer,
    ProfileAnswer,
)
from api.responses import json_response
from recommender.bootstrap import Wiring
from recommender.disclosure.messages import pick_language
from recommender.domain.ids import ReaderId
from recommender.ingest.readers import PreferencesDocument, parse_merge, parse_preferences
from recommender.services.profile import Named, Profile, sentences_of
from recommender.store.cards import instant_or_none, instant_text

_ERRORS = {422: "The id or a parameter is outside its limits.", 503: "Redis did not answer."}


@operation(
    "GET",
    f"/v1/users/{USER_ID}/preferences",
    summary="A reader's preferences",
    answer=Answer(status=200, meaning="What was chosen.", model=PreferencesDocument),
    errors=_ERRORS,
    example=Example(path="/v1/users/ada/preferences"),
)
def get_preferences(wiring: Wiring, user_id: ReaderId) -> Response:
    """Return what a reader chose; the defaults where nothing was chosen."""
    return json_response(preferences_document(wiring.readers.preferences(user_id)))


@operation(
    "PUT",
    f"/v1/users/{USER_ID}/preferences",
    summary="Choose preferences",
    body=PREFERENCES,
    answer=Answer(status=200, meaning="What is chosen now.", model=PreferencesDocument),
    errors={
        **BODY_ERRORS,
        422: "A field is outside its limits, a topic is none of the site's, or a source is "
        "followed and muted at once; nothing was changed.",
        503: "Redis did not answer.",
    },
    example=Example(
        path="/v1/users/ada/preferences",
        body={"topics": ["environment"], "muted_sources": ["The Daily Noise"], "language": "de"},
    ),
)
def put_preferences(wiring: Wiring, user_id: ReaderId, body: Body) -> Response:
    """Set a reader's topics, sources, language, and whether the feed is personal.

    What is left out takes its default again. Topics are categories of live articles. With
    personalised false, a feed uses nothing else that is known of the reader.
    """
    chosen = wiring.readers.choose(user_id, body.single(parse_preferences))
    return json_response(preferences_document(chosen))


@operation(
    "POST",
    f"/v1/users/{USER_ID}/merge",
    summary="Merge an anonymous session",
    body=MERGE,
    answer=Answer(status=200, meaning="It is merged.", model=MergeAnswer),
    errors={
        **BODY_ERRORS,
        422: "An id is outside its limits, both are the same, or the reader would have more merged "
        "sessions than are remembered; nothing was changed.",
        503: "Redis did not answer; sending it again is safe.",
    },
    example=Example(path="/v1/users/ada/merge", body={"from": "anonymous-1"}),
    is_light=True,
)
def merge_reader(wiring: Wiring, user_id: ReaderId, body: Body) -> Response:
    """Move what is kept of an anonymous session into the reader who signed in.

    History, articles met and sent away, and the ids of events become the reader's;
    preferences do where the reader has none. Sending it again changes nothing. Export and
    erasure of the reader cover the session's log entries from then on, and those of whoever
    was or will be merged into the session. A reader has a limit of merged sessions; what would
    pass it is refused.
    """
    source = body.single(parse_merge)
    moved = wiring.readers.merge(user_id, source)
    return json_response({**_of(wiring, user_id), "from": source, **asdict(moved)})


@operation(
    "GET",
    f"/v1/users/{USER_ID}/profile",
    summary="What is known of a reader",
    query=ProfileQuery,
    answer=Answer(status=200, meaning="Data and words.", model=ProfileAnswer),
    errors=_ERRORS,
    example=Example(path="/v1/users/ada/profile?lang=en"),
)
def get_profile(wiring: Wiring, user_id: ReaderId, query: ProfileQuery) -> Response:
    """Return what is known of a reader and what a feed would infer from it now."""
    profile = wiring.profiles.profile(user_id)
    wanted = [query.lang, profile.preferences.language, *accepted_languages()]
    language = pick_language([tag for tag in wanted if tag is not None])
    return json_response(
        {
            **_of(wiring, user_id),
            "generated_at": instant_text(wiring.clock.now()),
            "language": language,
            **_profile(profile),
            "text": sentences_of(profile, language),
        }
    )


@operation(
    "GET",
    f"/v1/users/{USER_ID}/export",
    summary="Everything of a reader",
    answer=Answer(status=200, meaning="All that is kept.", model=ExportAnswer),
    errors=_ERRORS,
    example=Example(path="/v1/users/ada/export"),
    is_light=True,
)
def export_reader(wiring: Wiring, user_id: ReaderId) -> Response:
    """Return everything that is kept of a reader: choices, lists, log entries, further pages.

    The logs are searched from end to end, which takes seconds where they are long.
    """
    document = export_document(wiring.readers.export(user_id))
    now = instant_text(wiring.clock.now())
    return json_response({**_of(wiring, user_id), "generated_at": now, **document})


@operation(
    "DELETE",
    f"/v1/users/{USER_ID}",
    summary="Erase a reader",
    answer=Answer(status=200, meaning="Nothing is left.", model=EraseAnswer),
    errors=_ERRORS,
    example=Example(path="/v1/users/ada"),
    is_light=True,
    not_ending=("preferences", "merge", "profile", "export"),
)
def erase_reader(wiring: Wiring, user_id: ReaderId) -> Response:
    """Delete everything of a reader and of the sessions that were merged into it.

    What they did stays in sums that name nobody: trending values, and what was read along with
    what. The id is the rest of the path and may hold slashes. A path that ends in /preferences,
    /merge, /profile or /export is always that and never erased (405): who has an id that ends
    so is erased with a reader into whom it is merged first. Where the site archives its logs, the
    reader leaves the archive when that is written next.
    """
    erased = wiring.readers.erase(user_id)
    return json_response({**_of(wiring, user_id), **asdict(erased)})


def _of(wiring: Wiring, reader: ReaderId) -> dict[str, Any]:
    return {"site": wiring.site, "user_id": reader}


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "preferences": preferences_document(profile.preferences),
        "counts": asdict(profile.counts),
        "first_at": instant_or_none(profile.first),
        "last_at": instant_or_none(profile.last),
        "interests": [
            {"share": each.share, "articles": list(map(_named, each.examples))}
            for each in profile.interests
        ],
        "topics": list(map(asdict, profile.topics)),
        "avoided_topics": list(map(asdict, profile.avoided_topics)),
        "avoided": list(map(_named, profile.avoided)),
    }


def _named(each: Named) -> dict[str, Any]:
    return {"id": each.id, "title": each.title}
