"""The site's rules as they are stored and announced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from recommender.domain.ids import SiteId
from recommender.domain.rules import Action, SiteRule, Target
from recommender.errors import StoreError
from recommender.store.changes import RULES
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits


class RuleStore:
    """The rules of one site: one JSON, replaced as a whole."""

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)
        self._limits = limits

    def get(self) -> tuple[SiteRule, ...]:
        """Return all rules, in the order in which they were put.

        Raises
        ------
        StoreError
            What is stored is no list of rules.
        """
        with store_errors("reading the rules"):
            kept: Any = self._redis.get(self._keys.rules)
        try:
            return tuple(_rule_of(fields) for fields in orjson.loads(kept or b"[]"))
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self._keys.rules} holds no list of rules: {error!r}; put the rules again"
            ) from error

    def put(self, rules: Sequence[SiteRule]) -> None:
        """Replace all rules and tell every process, both or neither."""
        with store_errors("storing the rules"), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self._keys.rules, orjson.dumps(list(rules)))
            pipe.xadd(
                self._keys.changes,
                {"op": RULES},
                maxlen=self._limits.max_changes,
                approximate=True,
            )
            pipe.execute()


def _rule_of(fields: dict[str, Any]) -> SiteRule:
    return SiteRule(
        action=Action(fields["action"]),
        target=Target(fields["target"]),
        value=fields["value"],
        amount=fields["amount"],
        position=fields["position"],
        until=fields["until"],
    )
