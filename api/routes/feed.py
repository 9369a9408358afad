"""``/v1/feed`` and what explains it: ``/v1/why``, ``/v1/parameters``. The first is the hot path."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response

from api.brief_page import page_address
from api.feed_schemas import FeedAnswer, JsonFeed, ParametersAnswer, WhyAnswer
from api.headers import accepted_format, accepted_languages, asked_address, own_address
from api.labels import label_document
from api.operations import Answer, Example, operation
from api.queries import FeedQuery, ParametersQuery, WhyQuery
from api.responses import HEADERS, json_response
from api.syndication import JSON_FEED_TYPE, RSS_TYPE, decoded, json_feed, rss
from recommender.bootstrap import Wiring
from recommender.candidates.filters import NO_FILTER, parse_filter
from recommender.domain.experiments import exposures_of
from recommender.domain.ids import ArticleId, ReaderId, SlateId
from recommender.domain.slates import Ordering
from recommender.errors import InvalidInput
from recommender.services.asking import Ask, AskMore
from recommender.services.feed import Feed
from recommender.services.showing import Coverage, Shown
from recommender.store.cards import instant_or_none, instant_text

_FORMATS = {"application/json": "json", JSON_FEED_TYPE: "jsonfeed", RSS_TYPE: "rss"}

_FIXED_BY_CURSOR = ("reading", "filter", "diversity", "personalization", "variant")
"""Parameters that a cursor stands for."""

_KEPT_IN_LINKS = ("user_id", "size", "lang")


@operation(
    "GET",
    "/v1/feed",
    summary="A reader's feed",
    query=FeedQuery,
    answer=Answer(
        status=200,
        meaning="A slate, best first.",
        model=FeedAnswer,
        also={JSON_FEED_TYPE: JsonFeed, RSS_TYPE: None},
    ),
    errors={
        410: "The cursor has expired: ask for a first page.",
        422: "A parameter is outside its limits.",
        503: "Redis did not answer.",
    },
    example=Example(path="/v1/feed?user_id=ada&size=5"),
    more_examples=(
        Example(
            path="/v1/feed?size=5&diversity=0.7&lang=de",
            query={"filter": '{"language": {"none": ["fr"]}, "generated_with_ai": "exclude"}'},
        ),
        Example(path="/v1/feed?personalization=off&format=rss"),
        Example(path="/v1/feed?size=5", accept=JSON_FEED_TYPE),
    ),
    answers_head=False,
)
def feed(wiring: Wiring, query: FeedQuery) -> Response:
    """Rank live articles for a reader: by many interests, by what trends, by what is new.

    What was served or seen does not come back, nor do, for a day, other articles of its story. Each
    answer is logged as shown. A guest, and who asks for personalization=off, gets the site's order.
    """
    answer = _answer(_feed(wiring, query))
    wanted = query.format or _FORMATS[accepted_format(list(_FORMATS))]
    if wanted == "json":
        return json_response(answer)
    document, urls = _with_pages(decoded(answer)), _urls(query, wanted, answer["next"])
    if wanted == "rss":
        return Response(rss(document, urls), headers=HEADERS, mimetype=RSS_TYPE)
    return json_response(json_feed(document, urls), mimetype=JSON_FEED_TYPE)


@operation(
    "GET",
    "/v1/why",
    summary="Why an article was shown",
    query=WhyQuery,
    answer=Answer(status=200, meaning="As logged when it was served.", model=WhyAnswer),
    errors={
        404: "The log does not, or no longer, hold the slate.",
        422: "A parameter is outside its limits, or the slate did not show the article.",
        503: "Redis did not answer.",
    },
    example=Example(
        path="/v1/why?slate_id=1767225600000-0-0-0123456789abcdef&article_id=rain-1",
        stand_in="slate_id",
    ),
)
def why(wiring: Wiring, query: WhyQuery) -> Response:
    """Tell why an article stood where it did, from the numbers that put it there."""
    told = wiring.explanations.why(
        SlateId(query.slate_id), ArticleId(query.article_id), _languages(query.lang)
    )
    slate, place = told.slate, told.place
    shown = _placed(slate.ordering, place, slate.start, slate.feature_names)
    shown["reason"]["text"] = told.reason
    named = zip(slate.feature_names, slate.ordering.features[place].tolist(), strict=True)
    return json_response(
        {
            "slate_id": query.slate_id,
            "article_id": query.article_id,
            "site": slate.site,
            "served_at": instant_text(slate.created_at),
            "policy": slate.policy,
            "variant": slate.variant,
            "customised": slate.customised,
            "language": told.language,
            **shown,
            "features": dict(named),
        }
    )


@operation(
    "GET",
    "/v1/parameters",
    summary="What feeds go by",
    query=ParametersQuery,
    answer=Answer(status=200, meaning="The most important first.", model=ParametersAnswer),
    errors={422: "The parameter is outside its limits."},
    example=Example(path="/v1/parameters?lang=en"),
)
def parameters(wiring: Wiring, query: ParametersQuery) -> Response:
    """Tell the main parameters of the ranking in plain words, from the ranker in force."""
    told = wiring.explanations.parameters(_languages(query.lang))
    return json_response(
        {
            "site": wiring.site,
            "language": told.language,
            "policy": told.policy,
            "parameters": [
                {
                    "name": each.name,
                    "text": each.text,
                    "importance": each.importance,
                    "personal": each.personal,
                }
                for each in told.parameters
            ],
            "notes": told.notes,
        }
    )


def _with_pages(answer: dict[str, Any]) -> dict[str, Any]:
    """Return ``answer`` with our page as the address of each brief that has none of its own."""
    for shown in answer["articles"]:
        article = shown["article"]
        if article["url"] is None and article.get("brief"):
            article["url"] = page_address(article["id"])
    return answer


def _feed(wiring: Wiring, query: FeedQuery) -> Feed:
    reader = ReaderId(query.user_id) if query.user_id is not None else None
    if query.cursor is not None:
        _refuse_what_the_cursor_fixes(query)
        return wiring.feed.more(
            AskMore(
                cursor=query.cursor,
                reader=reader,
                size=query.size,
                language=query.lang,
                accepted=accepted_languages(),
            )
        )
    return wiring.feed.feed(
        Ask(
            reader=reader,
            size=query.size,
            reading=None if query.reading is None else ArticleId(query.reading),
            wanted=NO_FILTER if query.filter is None else parse_filter(query.filter),
            diversity=query.diversity,
            personalised=query.personalization == "on",
            language=query.lang,
            accepted=accepted_languages(),
            variant=query.variant,
        )
    )


def _refuse_what_the_cursor_fixes(query: FeedQuery) -> None:
    for name in _FIXED_BY_CURSOR:
        if name in query.model_fields_set:
            wanted = "absent where cursor is given, which stands for it"
            raise InvalidInput(name, wanted, repr(getattr(query, name)))


def _languages(chosen: str | None) -> tuple[str, ...]:
    return (*([chosen] if chosen else []), *accepted_languages())


def _urls(query: FeedQuery, form: str, cursor: str | None) -> dict[str, str | None]:
    urls: dict[str, str | None] = {"self": asked_address(), "next": None}
    if cursor is not None:
        kept = {name: getattr(query, name) for name in _KEPT_IN_LINKS if getattr(query, name)}
        asked = urlencode({**kept, "format": form, "cursor": cursor})
        urls["next"] = f"{own_address()}/v1/feed?{asked}"
    return urls


def _answer(feed: Feed) -> dict[str, Any]:
    slate, told = feed.slate, feed.disclosure
    until = feed.next_expires_at
    return {
        "slate_id": feed.id,
        "user_id": slate.reader,
        "site": slate.site,
        "generated_at": instant_text(slate.created_at),
        "policy": slate.policy,
        "variant": slate.variant,
        "experiments": [
            {"key": key, "variant": variant, "forced": is_forced}
            for key, (variant, is_forced) in exposures_of(slate.variant).items()
        ],
        "disclosure": {
            "personalisation": feed.personalised,
            "customised": slate.customised,
            "language": feed.language,
            "text": told.text,
            "labels": [label_document(told.label)] if told.label else [],
        },
        "articles": [
            _shown(slate.ordering, place, slate.start, slate.feature_names, each)
            for place, each in enumerate(feed.shown)
        ],
        "next": feed.next,
        "next_expires_at": instant_or_none(until),
        "empty": feed.empty,
    }


def _shown(
    ordering: Ordering, place: int, start: int, names: tuple[str, ...], shown: Shown
) -> dict[str, Any]:
    placed = _placed(ordering, place, start, names)
    placed["reason"]["text"] = shown.reason
    return {
        "article": orjson.Fragment(shown.card),
        **placed,
        "labels": list(map(label_document, shown.labels)),
        "digital_source_type": shown.digital_source_type,
        "story": _story(shown),
    }


def _placed(ordering: Ordering, place: int, start: int, names: tuple[str, ...]) -> dict[str, Any]:
    added = zip(names, ordering.contributions[place].tolist(), strict=True)
    return {
        "position": start + place,
        "score": float(ordering.scores[place]),
        "source": ordering.sources[place],
        "propensity": float(ordering.propensities[place]),
        "contributions": dict(added),
        "reason": {"code": ordering.reasons[place].code, "text": ""},
    }


def _story(shown: Shown) -> dict[str, Any] | None:
    if shown.story is None:
        return None
    return {"id": shown.story, "more_coverage": list(map(_covering, shown.coverage))}


def _covering(other: Coverage) -> dict[str, Any]:
    return {
        "id": other.id,
        "title": other.title,
        "url": other.url,
        "source": other.source,
        "published_at": other.published_at,
        "generated_with_ai": other.generated_with_ai,
        "brief": other.brief,
    }
