"""What stored data depends on and must not change under it: model, shards, half-lives."""

from __future__ import annotations

import secrets
from typing import Any

from recommender.domain.ids import SiteId
from recommender.errors import ModelMismatch, StoreError
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import CatalogueKeys

SECRET_BYTES = 32
"""Length of a site's own secret, in random bytes."""


class Layout:
    """A site's fixed facts: set by whoever comes first, compared by everybody after."""

    def __init__(self, client: Redis, site: SiteId) -> None:
        self._redis = client
        self._site = site
        self._key = CatalogueKeys(site).layout

    def require_model(self, model: str, dimension: int) -> None:
        """Record the embedding model, or check that it is the one recorded.

        Raises
        ------
        ModelMismatch
            Vectors of another model, or of another dimension, are stored.
        """
        stored = self._settle("model", model)
        # Only the model's own worker may settle its dimension.
        if stored == model:
            self._settle("dimension", str(dimension))
        length = self.dimension()
        if (stored, length) != (model, dimension):
            raise ModelMismatch(
                f"the articles of site {self._site!r} were embedded with {stored} "
                f"({length} dimensions), but this process is set to {model} ({dimension}); set "
                "NEWSFEED_EMBEDDING__MODEL back, or use another site or database and ingest again"
            )

    def dimension(self) -> int | None:
        """Return the length of the stored vectors, or None before the first embedding."""
        with store_errors("reading the layout"):
            kept: Any = self._redis.hget(self._key, "dimension")
        return int(kept) if kept else None

    def require(self, fact: str, wanted: str) -> None:
        """Record ``fact``, or check that it is the one recorded.

        Raises
        ------
        StoreError
            The stored data were written under another value.
        """
        stored = self._settle(fact, wanted)
        if stored != wanted:
            raise StoreError(
                f"the data of site {self._site!r} were written with {fact} = {stored}, but this "
                f"process is set to {wanted}; set it back, or use another site or database"
            )

    def secret(self) -> bytes:
        """Return the site's own random secret, which whoever asks first makes."""
        return self._settle("secret", secrets.token_hex(SECRET_BYTES)).encode()

    def _settle(self, fact: str, wanted: str) -> str:
        with store_errors("reading the layout"), self._redis.pipeline() as pipe:
            pipe.hsetnx(self._key, fact, wanted)
            pipe.hget(self._key, fact)
            return str(pipe.execute()[1].decode())
