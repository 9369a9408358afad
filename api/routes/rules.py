"""``/v1/rules``: what the site's editors decree over the ranking."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.bodies import BODY_ERRORS, Body
from api.operations import Answer, Example, operation
from api.responses import json_response
from api.schemas import RULES, RulesAnswer
from recommender.bootstrap import Wiring
from recommender.domain.rules import SiteRule, Target
from recommender.ingest.rules import RULES_MAX, parse_rules
from recommender.store.cards import instant_or_none


@operation(
    "GET",
    "/v1/rules",
    summary="The site's rules",
    answer=Answer(status=200, meaning="The rules in force.", model=RulesAnswer),
    errors={503: "Redis did not answer."},
    example=Example(path="/v1/rules"),
)
def get_rules(wiring: Wiring) -> Response:
    """Return the rules in force, in the order in which they were put; not those that are over."""
    return json_response(_answer(wiring))


@operation(
    "PUT",
    "/v1/rules",
    summary="Replace the site's rules",
    body=RULES,
    answer=Answer(status=200, meaning="The rules now in force.", model=RulesAnswer),
    errors={
        **BODY_ERRORS,
        422: "A rule is invalid, repeats another or contradicts it, or there are more than "
        f"{RULES_MAX}; nothing was changed.",
        503: "Redis did not answer.",
    },
    example=Example(
        path="/v1/rules",
        body={
            "rules": [
                {"action": "pin", "article": "rain-1", "position": 1},
                {"action": "boost", "category": "science", "amount": 0.5},
            ]
        },
    ),
)
def put_rules(wiring: Wiring, body: Body) -> Response:
    """Replace all rules of the site; every process follows them within a second.

    What is held out, or may not be shown to a reader, is not shown by a pin either. Briefs that
    were written from what is held out are withdrawn before the answer comes.
    """
    wiring.rules.replace(body.single(parse_rules))
    return json_response(_answer(wiring))


def _answer(wiring: Wiring) -> dict[str, Any]:
    return {"site": wiring.site, "rules": [_shown(rule) for rule in wiring.rules.in_force()]}


def _shown(rule: SiteRule) -> dict[str, Any]:
    return {
        "action": rule.action,
        **{each.value: rule.value if each is rule.target else None for each in Target},
        "amount": rule.amount or None,
        "position": rule.position or None,
        "until": instant_or_none(rule.until),
    }
