from __future__ import annotations

import pytest

from recommender.domain.ids import SiteId
from recommender.errors import ModelMismatch, StoreError
from recommender.store.connection import Redis
from recommender.store.layout import Layout


@pytest.fixture
def layout(client: Redis) -> Layout:
    return Layout(client, SiteId("main"))


def test_the_first_model_is_recorded_and_stays(layout: Layout) -> None:
    assert layout.dimension() is None
    layout.require_model("small", 384)
    layout.require_model("small", 384)
    assert layout.dimension() == 384


@pytest.mark.parametrize(("model", "dimension"), [("large", 384), ("small", 768)])
def test_vectors_of_two_models_are_never_mixed(layout: Layout, model: str, dimension: int) -> None:
    layout.require_model("small", 384)
    with pytest.raises(ModelMismatch, match=r"were embedded with small \(384 dimensions\)"):
        layout.require_model(model, dimension)
    layout.require_model("small", 384)


def test_another_value_of_a_fixed_fact_is_refused(layout: Layout) -> None:
    layout.require("shards", "1")
    layout.require("shards", "1")
    with pytest.raises(StoreError, match="written with shards = 1, but this process is set to 3"):
        layout.require("shards", "3")


def test_each_site_has_its_own_facts(client: Redis, layout: Layout) -> None:
    layout.require_model("small", 384)
    Layout(client, SiteId("other")).require_model("large", 768)


def test_the_secret_is_made_once_for_all_processes_of_a_site(client: Redis) -> None:
    secret = Layout(client, SiteId("main")).secret()
    assert len(secret) == 64
    assert Layout(client, SiteId("main")).secret() == secret
    assert Layout(client, SiteId("other")).secret() != secret
