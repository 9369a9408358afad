"""Experiments analysed from the service's own log, over a real Redis and its archive."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import yaml
from click import ClickException
from click.testing import CliRunner, Result

from recommender.candidates.crowd import Trending
from recommender.candidates.situation import Situation
from recommender.catalogue.view import Rows
from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.slates import Ordering, Reason, Slate, SlateFacts
from recommender.errors import InvalidInput, NotAnalysed, UnknownExperiment
from recommender.evaluation.experiments.logged import read_log
from recommender.ingest.experiments import parse_experiment
from recommender.services.asking import Ask
from recommender.services.experiments import RESULTS_MAX_BYTES
from recommender.store.connection import Redis
from recommender.store.limits import ReaderLimits
from scripts import archive
from scripts.experiment import main
from scripts.experiment_analyse import report
from scripts.experiment_data import read_data
from scripts.experiment_definition import NO_BEGIN, NO_END
from scripts.experiment_simulate import require_right, summary

DIAL: dict[str, Any] = {
    "hypothesis": "More is better.",
    "variants": [{"name": "control"}, {"name": "wide", "overrides": {"rerank.diversity": 0.9}}],
    "primary_metric": "ctr",
    "guardrails": ["latency", "errors"],
}
MIX = DIAL | {
    "kind": "interleave",
    "guardrails": [],
    "variants": [{"name": "now"}, {"name": "next", "overrides": {"size": 30}}],
}
CREDIT = {"a": 1.0, "b": -1.0, "": 0.0}
FOOD = [f"food{number}" for number in range(4)]

Run = Callable[..., Result]


@pytest.fixture(params=[1, 3])
def site(
    request: pytest.FixtureRequest, make_wiring: Callable[..., Any], world: Callable[[Any], None]
) -> Any:
    wiring = make_wiring(readers=ReaderLimits(shards=request.param))
    world(wiring)
    for key, fields in (("dial", DIAL), ("mix", MIX)):
        wiring.experiments.put(parse_experiment(key, fields | {"status": "running"}))
    return wiring


@pytest.fixture
def run(site: Any, redis_server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs a command on the test's Redis; its archive is in a folder here."""
    monkeypatch.setenv("NEWSFEED_REDIS_URL", redis_server_url)
    monkeypatch.setenv("NEWSFEED_READERS__SHARDS", str(site.settings.readers.shards))
    monkeypatch.setenv("NEWSFEED_DATA_DIR", str(tmp_path))

    def run(program: Any, *arguments: object, code: int = 0) -> Result:
        done = CliRunner().invoke(program, [str(each) for each in arguments])
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.fixture
def told(run: Run, tmp_path: Path) -> Callable[..., Any]:
    """Give a function that analyses an experiment and returns the JSON."""

    def told(*arguments: object) -> Any:
        file = tmp_path / "out.json"
        run(main, "analyse", *arguments, "--json", file)
        return orjson.loads(file.read_bytes())

    return told


@pytest.fixture
def serve(site: Any, clock: Any) -> Callable[..., None]:
    """Give a function that logs a slate of four articles for each reader, and a click on one."""
    numbers = itertools.count()

    def serve(readers: int, variant: str, clicked: str, teams: Any = None) -> None:
        for number in itertools.islice(numbers, readers):
            reader = ReaderId(f"reader-{number}")
            slate = Slate(
                token=f"{number:016x}",
                site=SiteId("main"),
                reader=reader,
                created_at=clock.now(),
                policy="weighted@2",
                variant=variant,
                customised=False,
                start=1,
                ordering=Ordering(
                    articles=tuple(map(ArticleId, FOOD)),
                    scores=np.zeros(4),
                    sources=("fresh",) * 4,
                    propensities=np.ones(4),
                    features=np.zeros((4, 1), np.float32),
                    contributions=np.zeros((4, 1)),
                    reasons=(Reason(code="fresh"),) * 4,
                    teams=teams,
                    credits=teams and tuple(CREDIT[each] for each in teams),
                ),
                feature_names=("age",),
                schema="s",
                facts=SlateFacts(milliseconds=2.0, diversity=0.5, ai_share=0.0, failures=0),
            )
            identifier = site.slate_log.commit(slate, None).id
            done = Interaction(
                id=EventId(f"e{number}"),
                reader=reader,
                article=ArticleId(clicked),
                kind=Kind.CLICK,
                occurred_at=clock.now(),
                slate=identifier,
            )
            site.interactions.record([done])

    return serve


def without_time(document: Any) -> Any:
    return {name: value for name, value in document.items() if name != "analysed_at"}


def test_the_figures_of_a_served_experiment_equal_a_recount_of_the_raw_log(
    site: Any, told: Any, client: Redis, clock: Any
) -> None:
    site.experiments.stop("mix")
    site.follower.load()
    for number in range(40):
        reader = ReaderId(f"reader-{number}")
        served = site.feed.feed(Ask(reader=reader, size=4))
        clicked = served.slate.ordering.articles[: number % 3]
        click = partial(Interaction, reader=reader, kind=Kind.CLICK, slate=served.id)
        site.interactions.record(
            [click(id=EventId(each), article=each, occurred_at=clock.now()) for each in clicked]
        )
    found = told("dial", "--data", "live")["results"]["metrics"][0]["values"]
    raw: dict[str, list[Any]] = {"slates": [], "interactions": []}
    for log, field in (("slates", b"s"), ("interactions", b"e")):
        for key in client.scan_iter(f"nf:*:{log}", _type="stream"):
            raw[log] += [orjson.loads(fields[field]) for _, fields in client.xrange(key)]
    for value in found:
        own = [each for each in raw["slates"] if each["variant"] == f"dial:{value['variant']}"]
        readers = {each["user_id"] for each in own}
        clicks = [each for each in raw["interactions"] if each["user_id"] in readers]
        assert value["readers"] == len(readers) > 5
        assert value["of"] == sum(len(each["articles"]) for each in own) > 0
        assert value["total"] == len(clicks) > 0
    assert sum(each["readers"] for each in found) == 40


def test_what_is_archived_and_what_is_logged_count_once(
    site: Any, run: Run, told: Any, serve: Any, tmp_path: Path
) -> None:
    serve(3, "dial:wide", "food0")
    serve(2, "dial:control", "food1")
    run(archive.main, "run", "--keep-hours", 0)  # archived, and trimmed but for the last
    serve(2, "dial:wide", "food2")
    run(archive.main, "run", "--keep-hours", 10**6)  # archived, and kept in the log too
    serve(3, "dial:control", "food3")
    both = told("dial")
    assert both["results"]["sample_ratio"]["counts"] == {"control": 2 + 3, "wide": 3 + 2}
    values = both["results"]["metrics"][0]["values"]
    assert [(each["total"], each["of"]) for each in values] == [(2 + 3, 4 * 5), (3 + 2, 4 * 5)]
    assert (both["log"]["slates"], both["left_out"]) == (10, [])
    run(archive.main, "run", "--keep-hours", 0)
    assert without_time(told("dial")) == without_time(both)
    alone = told("dial", "--data", tmp_path / "archive")
    assert without_time(alone) == without_time(both)
    assert read_log(tmp_path / "archive" / "main", site.logs).slates.height == 10


@pytest.mark.parametrize("overrides", [{"ranker": "none.json"}, {"sources.trending": 7}])
def test_what_fails_under_a_variant_shows_up_in_the_analysis(
    site: Any, told: Any, monkeypatch: pytest.MonkeyPatch, overrides: dict[str, object]
) -> None:
    works = Trending.candidates

    def fails_with_seven(source: Trending, situation: Situation) -> Rows:
        assert source.count != 7
        return works(source, situation)

    monkeypatch.setattr(Trending, "candidates", fails_with_seven)
    for key in ("dial", "mix"):
        site.experiments.stop(key)
    variants = [{"name": "now"}, {"name": "new", "overrides": overrides}]
    wanted = DIAL | {"variants": variants, "status": "running"}
    site.experiments.put(parse_experiment("parts", wanted))
    site.follower.load()
    for number in range(240):
        site.feed.feed(Ask(reader=ReaderId(f"reader-{number}"), size=4, accepted=("de-AT", "en")))
    found = told("parts", "--data", "live")
    results = found["results"]
    [errors] = [each for each in results["metrics"] if each["metric"]["name"] == "errors"]
    now, new = errors["values"]
    assert (now["total"], now["of"] + new["of"]) == (0.0, 240.0)
    assert new["total"] == new["of"] > 100.0
    assert found["unmeasured"] == {}
    assert "new makes errors worse" in results["verdict"]["text"]
    [by_language] = [each["parts"] for each in results["segments"] if each["by"] == "language"]
    assert [each["name"] for each in by_language] == ["de"]


def test_the_live_log_alone_is_enough(told: Any, serve: Any) -> None:
    serve(1, "dial:wide", "food0")
    serve(1, "dial:control", "food1")
    found = told("dial", "--data", "live")
    assert (found["key"], found["kind"], found["slates"]) == ("dial", "ab", 2)
    assert found["unmeasured"] == {}
    assert found["results"]["verdict"]["finding"] == "not enough yet"


def test_merged_slates_are_judged_by_whom_their_clicks_are_credited_to(
    told: Any, serve: Any, tmp_path: Path
) -> None:
    serve(110, "mix:interleaved", "food1", ("a", "b", "a", "b"))
    serve(120, "mix:interleaved", "food3", ("b", "a", "", "b"))
    page = tmp_path / "mix.html"
    found = told("mix", "--html", page)
    assert found["preference"]["second"] == found["preference"]["clicks"] == 230
    assert found["sample_ratio"]["counts"] == {"now": 110, "next": 120}
    assert "Experiment mix" in page.read_text(encoding="utf-8")


def test_a_report_that_the_raw_log_does_not_bear_out_is_refused(
    site: Any, serve: Any, client: Redis
) -> None:
    serve(3, "dial:wide", "food0")
    serve(2, "dial:control", "food1")
    experiment = site.experiments.get("dial")
    analysis = report(experiment, read_data(["live"], site), None, None)
    *_, checks = summary(experiment, analysis, site.logs)
    require_right(checks)
    log = next(iter(client.scan_iter("nf:*:slates", _type="stream")))
    [(entry, fields)] = client.xrange(log, count=1)
    client.xdel(log, entry)
    variant = orjson.loads(fields[b"s"])["variant"].partition(":")[2]
    *_, checks = summary(experiment, analysis, site.logs)
    names = f"readers of {variant}, impressions of {variant}, clicks of {variant}"
    with pytest.raises(ClickException, match=f"what the raw log says of: {names}$") as refused:
        require_right(checks)
    assert refused.value.exit_code == 1


def test_published_results_are_those_that_were_found(site: Any, told: Any, serve: Any) -> None:
    serve(1, "dial:wide", "food0")
    serve(1, "dial:control", "food1")
    with pytest.raises(NotAnalysed, match="analyse dial --publish"):
        site.experiments.results("dial")
    found = told("dial", "--publish")
    assert orjson.loads(site.experiments.results("dial")) == found
    with pytest.raises(UnknownExperiment):
        site.experiments.publish("dail", b"{}")
    with pytest.raises(InvalidInput, match="results: at most"):
        site.experiments.publish("dial", b" " * (RESULTS_MAX_BYTES + 1))
    assert orjson.loads(site.experiments.results("dial")) == found


def test_a_definition_of_a_file_needs_no_service(
    run: Run, told: Any, serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(1, "dial:wide", "food0")
    serve(1, "dial:control", "food1")
    by_service = told("dial")
    run(archive.main, "run")
    monkeypatch.setenv("NEWSFEED_REDIS_URL", "redis://127.0.0.1:1")
    definition = tmp_path / "dial.yaml"
    definition.write_text(yaml.safe_dump(DIAL | {"key": "dial"}))
    data = ("--data", tmp_path / "archive", "--definition", definition)
    assert told("dial", *data)["results"] == by_service["results"]
    assert "'dial', which" in run(main, "analyse", "dail", *data, code=1).output
    assert "--publish is for" in run(main, "analyse", "dial", *data, "--publish", code=2).output


@pytest.fixture
def ended(site: Any, serve: Any, clock: Any) -> None:
    """Have two readers meet the dial, and one after it was stopped."""
    serve(1, "dial:wide", "food0")
    serve(1, "dial:control", "food1")
    clock.advance(60.0)
    site.experiments.stop("dial")
    serve(1, "dial:wide", "food0")


COUNTS = {"control": 1, "wide": 1}


@pytest.mark.usefixtures("ended")
def test_the_service_tells_when_an_experiment_of_a_file_ran(told: Any, tmp_path: Path) -> None:
    definition = tmp_path / "dial.yaml"
    definition.write_text(yaml.safe_dump(DIAL | {"key": "dial", "status": "running"}))
    found = told("dial", "--definition", definition)
    assert found["results"]["sample_ratio"]["counts"] == COUNTS
    assert found["notes"] == told("dial")["notes"]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"seed": "salt"}, "seed: 'dial', which it is by the service's own definition"),
        ({"primary_metric": "return_rate"}, "primary_metric: 'ctr', which"),
        ({"guardrails": ["latency"]}, "guardrails: "),
        ({"kind": "interleave", "guardrails": []}, "kind: "),
        ({"variants": [{"name": "control"}, {"name": "broad"}]}, "variants: "),
        (
            {"variants": [DIAL["variants"][0], {"name": "wide"}]},
            'variants.1.overrides: {"rerank.diversity": 0.9}, which',
        ),
        (
            {
                "variants": [
                    each | {"weight": weight}
                    for each, weight in zip(DIAL["variants"], (0.6, 0.4), strict=True)
                ]
            },
            "variants.0.weight: 0.5, which",
        ),
    ],
)
def test_a_file_that_the_service_contradicts_is_refused_with_the_field(
    run: Run, serve: Any, tmp_path: Path, other: dict[str, Any], field: str
) -> None:
    serve(1, "dial:wide", "food0")
    definition = tmp_path / "dial.yaml"
    definition.write_text(yaml.safe_dump(DIAL | {"key": "dial"} | other))
    done = run(main, "analyse", "dial", "--definition", definition, code=1)
    assert field in " ".join(done.output.split())


@pytest.mark.usefixtures("ended")
def test_what_show_wrote_tells_when_it_ran_after_the_service_forgot(
    run: Run, told: Any, client: Redis, tmp_path: Path
) -> None:
    shown, sent = tmp_path / "shown.json", tmp_path / "dial.yaml"
    run(main, "show", "dial", "--json", shown)
    sent.write_text(yaml.safe_dump(DIAL | {"key": "dial"}))
    run(archive.main, "run")
    by_service = told("dial")
    client.flushdb()
    for data in ([], ["--data", tmp_path / "archive"]):
        by_answer = told("dial", "--definition", shown, *data)
        assert by_answer["results"] == by_service["results"]
        assert by_answer["period"] == by_service["period"]
        assert by_answer["notes"] == by_service["notes"]
        alone = told("dial", "--definition", sent, *data)
        assert alone["results"]["sample_ratio"]["counts"] == {"control": 1, "wide": 2}
        assert alone["notes"][:2] == [NO_BEGIN, NO_END]


def test_people_read_the_ratio_then_the_verdict_then_the_table(run: Run, serve: Any) -> None:
    serve(1, "dial:wide", "food0")
    serve(1, "dial:control", "food1")
    told = run(main, "analyse", "dial", "--data", "live").output
    parts = (
        "Sample ratio: ",
        "dial: not enough yet (ctr decides)",
        "Too few readers",
        "Guardrails",
    )
    places = [told.index(each) for each in (*parts, "The log: ")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["dail"], "did you mean dial?"),
        (["dial"], "wanted a log with slates, got none"),
        (["dial", "--data", "nowhere"], "wanted the archive of one site"),
    ],
)
def test_what_cannot_be_analysed_is_named(run: Run, arguments: list[str], text: str) -> None:
    assert text in " ".join(run(main, "analyse", *arguments, code=1).output.split())


def test_a_plan_takes_its_figures_from_the_log(
    run: Run, serve: Any, clock: Any, tmp_path: Path
) -> None:
    serve(30, "dial:wide", "food0")
    serve(10, "dial:wide", "travel0")  # which their slates did not show
    for readers in (5, 1):
        clock.advance(86_400.0)
        serve(readers, "dial:control", "food1")
    file = tmp_path / "plan.json"
    aim = ("--effect", 0.1, "--json", file)
    run(main, "plan", "--data", "live", "--metric", "ctr", *aim)
    found = orjson.loads(file.read_bytes())
    assert found["traffic"]["arrivals"] == [40.0, 5.0, 5.0]
    assert found["aim"]["mean"] == (30 + 5) / ((40 + 5) * 4)
    assert found["fixed"]["days"] == 1 + -(-(found["fixed"]["readers"] - 40) // 5)


@pytest.mark.parametrize(
    "given", [[], ["--mean", "1"], ["--data", "live", "--mean", "1", "--variance", "1"]]
)
def test_a_plan_wants_figures_or_a_log(given: list[str]) -> None:
    done = CliRunner().invoke(main, ["plan", "--effect", "0.1", *given])
    assert done.exit_code == 2, done.output
