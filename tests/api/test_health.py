"""``/health``: up, and able to serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from api import create_app
from recommender.bootstrap import Wiring
from recommender.ingest.experiments import parse_experiment


def test_ready_counts_live_and_pending_articles(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain")
    newsroom.submit("goal")
    answer = http.get("/health/ready").json
    assert answer["status"] == "ready"
    assert (answer["live_articles"], answer["pending_articles"]) == (1, 1)


def test_rankers_of_running_variants_are_told(make_wiring: Any, serve: Any, tmp_path: Path) -> None:
    wiring = make_wiring(ranking={"folder": tmp_path})
    http = serve(wiring)
    assert http.get("/health/ready").json["variant_rankers"] == []
    variants = [{"name": "now"}, {"name": "new", "overrides": {"ranker": "new.json"}}]
    wanted = {"hypothesis": "It is better.", "variants": variants, "primary_metric": "ctr"}
    wiring.experiments.put(parse_experiment("new", wanted | {"status": "running"}))
    wiring.follower.step(0.0)
    [told] = http.get("/health/ready").json["variant_rankers"]
    assert (told["experiment"], told["variant"], told["loaded_at"]) == ("new", "new", None)
    assert told["name"].startswith("weighted@")
    assert "new.json cannot be read" in told["refusal"]


def test_a_process_without_catalogue_is_live_but_not_ready(wiring: Wiring) -> None:
    http = create_app(wiring).test_client()
    assert http.get("/health/live").json == {"status": "live"}
    response = http.get("/health/ready")
    assert response.status_code == 503
    assert response.json["type"] == "/docs#not-ready"
    assert (response.json["redis"], response.json["catalogue"]) == (True, False)


def test_a_process_without_redis_is_live_but_not_ready(stopped: FlaskClient) -> None:
    assert stopped.get("/health/live").status_code == 200
    response = stopped.get("/health/ready")
    assert response.status_code == 503
    assert response.json["redis"] is False
    assert response.json["pending_articles"] is None
