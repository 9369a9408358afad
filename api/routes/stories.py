"""``/v1/stories``: the events that several articles tell, and what is told of them in briefs."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from api.brief_documents import brief_in_short
from api.operations import STORY_ID, Answer, Example, operation
from api.queries import StoriesQuery
from api.responses import json_response
from api.story_schemas import StoriesAnswer, StoryAnswer
from recommender.bootstrap import Wiring
from recommender.domain.brief_records import Brief
from recommender.domain.ids import ArticleId
from recommender.services.telling import ToldStory
from recommender.store.cards import instant_text

EMPTY = (
    "No article is live yet: send some to POST /v1/articles or with python -m scripts.ingest, and "
    "let a worker embed them."
)

EMPTY_OF_STORIES = (
    "No two articles that may be shown now tell the same event. A worker puts articles of one "
    "event into one story as it embeds them: send more of them, from several sources."
)


@operation(
    "GET",
    "/v1/stories",
    summary="The stories",
    query=StoriesQuery,
    answer=Answer(status=200, meaning="The most interesting first.", model=StoriesAnswer),
    errors={422: "The parameter is outside its limits.", 503: "Redis did not answer."},
    example=Example(path="/v1/stories?limit=10"),
)
def get_stories(wiring: Wiring, query: StoriesQuery) -> Response:
    """Return the stories that several articles tell which may be shown now.

    Interesting is what is read, what rises, and what many independent sources tell. Each says
    whether a brief of it is written next, and why not. Its own brief counts neither among its
    articles nor among its sources.
    """
    found = [_in_short(each) for each in wiring.stories.top(query.limit)]
    empty = EMPTY_OF_STORIES if len(wiring.follower.catalogue) else EMPTY
    return json_response({**_head(wiring), "stories": found, "empty": None if found else empty})


@operation(
    "GET",
    f"/v1/stories/{STORY_ID}",
    summary="One story",
    answer=Answer(status=200, meaning="The story with its articles.", model=StoryAnswer),
    errors={
        404: "No article that may be shown now tells such a story.",
        422: "The id is outside its limits.",
        503: "Redis did not answer.",
    },
    example=Example(path="/v1/stories/environment-0123456789ab", stand_in="story_id"),
)
def get_story(wiring: Wiring, story_id: str) -> Response:
    """Return a story, its articles, and which of them its brief rests on.

    The id is the rest of the path and may hold slashes. A story that only one article tells is
    shown as well.
    """
    story = wiring.stories.story(story_id)
    return json_response(
        {**_head(wiring), **_in_short(story), "articles": _articles(story)},
    )


def _head(wiring: Wiring) -> dict[str, Any]:
    return {"site": wiring.site, "generated_at": instant_text(wiring.clock.now())}


def _in_short(story: ToldStory) -> dict[str, Any]:
    judged = story.judged
    return {
        "id": judged.story,
        "title": _title(story),
        "article_count": len(judged.articles),
        "independent_source_count": judged.independent,
        "value": sum(each.value for each in judged.articles),
        "surge": max(each.surge for each in judged.articles),
        "newest_at": instant_text(judged.articles[0].published_at),
        "interest": judged.interest,
        "untold": judged.untold,
        "rank": judged.rank,
        "passed_over": judged.passed_over,
        "brief": None if story.brief is None else brief_in_short(story.brief),
    }


def _title(story: ToldStory) -> str:
    brief = story.brief
    live = brief.revision(brief.live) if brief is not None and brief.live is not None else None
    return live.draft.headline.text if live is not None else orjson.loads(story.cards[0])["title"]


def _articles(story: ToldStory) -> list[dict[str, Any]]:
    judged = story.judged
    usable = {each.id for each in judged.usable}
    return [
        {
            "article": orjson.Fragment(card),
            "value": each.value,
            "surge": each.surge,
            "usable": each.id in usable,
            "told": each.id in judged.told,
            "cited_in": _citing(story.brief, each.id),
        }
        for each, card in zip(judged.articles, story.cards, strict=True)
    ]


def _citing(brief: Brief | None, article: ArticleId) -> list[int]:
    return [
        revision.number
        for revision in (brief.revisions if brief is not None else ())
        if article in revision.draft.cited
    ]
