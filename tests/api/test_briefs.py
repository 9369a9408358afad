"""``/v1/briefs``: read with all that is known of them, approved, and withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.briefs.writer import BriefWriter
from recommender.clock import FixedClock
from recommender.domain.brief_records import brief_id
from recommender.domain.briefs import Draft, Event, Objection, Rule, WriterKind
from recommender.errors import WriterFailed
from recommender.ingest.documents import parse_document
from recommender.services.brief_settings import BriefSettings, Review
from recommender.store.limits import CatalogueLimits

STORY = "football-01"
BRIEF = brief_id(STORY)
PATH = f"/v1/briefs/{BRIEF}"
RHONA = {"by": "Rhona Cask"}
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
Site = tuple[FlaskClient, Any]


@pytest.fixture
def reviewed(
    make_wiring: Callable[..., Any],
    serve: Callable[[Any], FlaskClient],
    press_of: Callable[[Any], Any],
) -> Site:
    """Give a client and the press of a site whose briefs wait for approval."""
    wiring = make_wiring(briefs=BriefSettings(review=Review.ALWAYS))
    return serve(wiring), press_of(wiring)


class Broken:
    """A writer whose server is down."""

    def write(self, event: Event, objections: Sequence[Objection] = ()) -> Draft:  # noqa: ARG002
        raise WriterFailed("the server answered 503")


def test_a_brief_tells_its_sentences_with_sources_its_checks_and_who_let_it_pass(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event)
    press.write()
    brief = http.get(PATH).json
    assert (brief["id"], brief["story"], brief["live"], brief["revision"]) == (BRIEF, STORY, 1, 1)
    assert (brief["status"], brief["refusal"], brief["url"]) == ("published", None, None)
    assert brief["published_at"] == "2026-01-01T00:00:00.000Z"
    assert brief["digital_source_type"] == f"{IPTC}composite"
    listed = [each["id"] for each in brief["sources"]]
    assert sorted(listed) == sorted(event)
    sentences = [brief["headline"], *(each for part in brief["paragraphs"] for each in part)]
    assert all(each["sources"] and set(each["sources"]) <= set(listed) for each in sentences)
    assert brief["checks"] == {rule.value: True for rule in Rule}
    assert [each["objections"] for each in brief["attempts"]] == [[]]
    changes = [(each["status"], each["by"]) for each in brief["revisions"][0]["changes"]]
    assert changes == [("draft", None), ("published", None)]
    assert brief["language"] == "en"


def test_its_labels_are_those_of_its_article_in_a_feed(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event)
    press.write()
    for reader in ("anna", "bert", "carl", "dora", "emil"):
        press.click(reader, BRIEF)
    shown = {each["article"]["id"]: each for each in http.get("/v1/feed?lang=de").json["articles"]}
    brief = http.get(f"{PATH}?lang=de").json
    assert brief["labels"] == shown[BRIEF]["labels"]
    assert brief["digital_source_type"] == shown[BRIEF]["digital_source_type"]
    codes = [each["code"] for each in brief["labels"]]
    assert "trending" in codes
    assert not {"generated_with_ai", "experimental"} & set(codes)


def test_what_a_model_wrote_is_labelled_with_its_name(
    http: FlaskClient, press: Any, event: list[str], model: Callable[..., BriefWriter]
) -> None:
    press.tell(STORY, *event)
    press.write(turns=[(WriterKind.GENERATIVE, model())])
    brief = http.get(PATH).json
    codes = [each["code"] for each in brief["labels"]]
    assert codes == ["generated_with_ai", "experimental"]
    assert brief["labels"][0]["evidence"]["ai_system"] == "some-model"
    assert brief["labels"][0]["evidence"]["ai_system_version"] == "some-model-2"
    assert brief["digital_source_type"] == f"{IPTC}trainedAlgorithmicMedia"
    assert brief["writing"]["writer"] == "generative"


def test_each_revision_is_kept_and_read_by_its_number(
    http: FlaskClient, press: Any, event: list[str], clock: FixedClock
) -> None:
    press.tell(STORY, *event[:3])
    press.write()
    clock.advance(60.0)
    press.tell(STORY, event[3])
    press.write()
    newest, first = http.get(PATH).json, http.get(f"{PATH}?revision=1").json
    assert (newest["revision"], first["revision"]) == (2, 1)
    assert (len(newest["sources"]), len(first["sources"])) == (4, 3)
    assert newest["published_at"] == "2026-01-01T00:01:00.000Z"
    assert first["published_at"] == "2026-01-01T00:00:00.000Z"
    assert newest["revisions"] == first["revisions"]
    assert [each["status"] for each in newest["revisions"]] == ["published", "published"]
    assert newest["live"] == 2
    missing = http.get(f"{PATH}?revision=3")
    assert (missing.status_code, missing.json["type"]) == (404, "/docs#unknown-revision")
    assert "1, 2" in missing.json["detail"]


def test_the_list_has_the_latest_first_and_says_what_to_do_where_there_is_none(
    http: FlaskClient, press: Any, event: list[str], clock: FixedClock
) -> None:
    assert "scripts.brief run" in http.get("/v1/briefs").json["empty"]
    press.tell("a", *event[:2])
    press.write()
    clock.advance(60.0)
    press.tell("b", *event[2:])
    press.write()
    answer = http.get("/v1/briefs").json
    assert answer["empty"] is None
    assert [each["story"] for each in answer["briefs"]] == ["b", "a"]
    assert answer["briefs"][0] == {
        "id": brief_id("b"),
        "status": "published",
        "revision": 1,
        "live": 1,
        "changed_at": "2026-01-01T00:01:00.000Z",
        "story": "b",
        "title": http.get(f"/v1/briefs/{brief_id('b')}").json["headline"]["text"],
        "source_count": 2,
    }
    assert [each["story"] for each in http.get("/v1/briefs?limit=1").json["briefs"]] == ["b"]


def test_where_nothing_could_be_written_there_is_no_text_and_the_reason(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event)
    press.write(turns=[(WriterKind.GENERATIVE, Broken())])
    brief = http.get(PATH).json
    assert [brief[name] for name in ("revision", "status", "headline", "labels")] == [None] * 4
    assert brief["revisions"] == []
    (attempt,) = brief["refusal"]["attempts"]
    assert attempt["failure"] == "the server answered 503"
    (listed,) = http.get("/v1/briefs").json["briefs"]
    assert (listed["status"], listed["title"], listed["source_count"]) == (None, None, 0)
    assert http.get(f"{PATH}?revision=1").status_code == 404
    assert http.post(f"{PATH}/approve", json=RHONA).status_code == 409


def test_what_failed_since_the_newest_revision_is_when_it_changed(
    http: FlaskClient, press: Any, event: list[str], clock: FixedClock
) -> None:
    press.tell(STORY, *event[:3])
    press.write()
    clock.advance(60.0)
    press.tell(STORY, event[3])
    press.write(turns=[(WriterKind.GENERATIVE, Broken())])
    (listed,) = http.get("/v1/briefs").json["briefs"]
    assert (listed["status"], listed["revision"], listed["live"]) == ("published", 1, 1)
    assert listed["changed_at"] == "2026-01-01T00:01:00.000Z"
    clock.advance(60.0)
    http.post(f"{PATH}/withdraw", json=RHONA)
    (listed,) = http.get("/v1/briefs").json["briefs"]
    assert listed["changed_at"] == "2026-01-01T00:02:00.000Z"


def test_an_objection_is_told_with_the_draft_that_it_is_about(
    http: FlaskClient,
    press: Any,
    event: list[str],
    extractive: BriefWriter,
    model: Callable[..., BriefWriter],
) -> None:
    def unsourced(draft: Draft) -> Draft:
        return replace(draft, headline=replace(draft.headline, sources=()))

    press.tell(STORY, *event)
    press.write(
        turns=[(WriterKind.GENERATIVE, model(unsourced)), (WriterKind.EXTRACTIVE, extractive)]
    )
    first, last = http.get(PATH).json["attempts"]
    assert (first["objections"][0]["rule"], first["objections"][0]["sentence"]) == ("sources", 0)
    assert first["draft"]["writing"]["system"] == "some-model"
    assert (last["objections"], last["draft"]) == ([], None)


def test_a_draft_is_published_by_who_approves_it(reviewed: Site, event: list[str]) -> None:
    http, press = reviewed
    press.tell(STORY, *event)
    press.write()
    assert (http.get(PATH).json["status"], http.get(PATH).json["live"]) == ("draft", None)
    assert http.get(f"/v1/articles/{BRIEF}").status_code == 404
    approved = http.post(f"{PATH}/approve", json=RHONA)
    assert approved.status_code == 200
    assert approved.json == http.get(PATH).json
    assert (approved.json["status"], approved.json["live"]) == ("published", 1)
    changes = approved.json["revisions"][0]["changes"]
    assert [(each["status"], each["by"]) for each in changes] == [
        ("draft", None),
        ("approved", "Rhona Cask"),
        ("published", None),
    ]
    press.embed(None)
    assert http.get(f"/v1/articles/{BRIEF}").json["state"] == "live"
    again = http.post(f"{PATH}/approve", json=RHONA)
    assert (again.status_code, again.json["type"]) == (409, "/docs#brief-conflict")


def test_only_the_draft_that_was_read_is_approved(reviewed: Site, event: list[str]) -> None:
    http, press = reviewed
    press.tell(STORY, *event[:2])
    press.write()
    press.tell(STORY, *event[2:])
    press.write()
    stale = http.post(f"{PATH}/approve", json=RHONA | {"revision": 1})
    assert (stale.status_code, stale.json["type"]) == (409, "/docs#brief-conflict")
    assert "wanted revision 2, which waits, got 1" in stale.json["detail"]
    odd = http.post(f"{PATH}/approve", json=RHONA | {"revision": "2"})
    assert (odd.status_code, odd.json["errors"][0]["field"]) == (422, "revision")
    assert http.post(f"{PATH}/approve", json=RHONA | {"revision": 2}).json["live"] == 2


def test_a_draft_whose_source_changed_is_not_published(reviewed: Site, event: list[str]) -> None:
    http, press = reviewed
    press.tell(STORY, *event)
    press.write()
    press.tell(STORY, event[0], summary="Another summary of what came about.")
    response = http.post(f"{PATH}/approve", json=RHONA)
    assert response.status_code == 409
    assert "changed" in response.json["detail"]
    assert http.get(PATH).json["status"] == "draft"


def test_a_full_queue_publishes_nothing(
    make_wiring: Callable[..., Any],
    serve: Callable[[Any], FlaskClient],
    press_of: Callable[[Any], Any],
    event: list[str],
) -> None:
    wiring = make_wiring(
        briefs=BriefSettings(review=Review.ALWAYS), catalogue=CatalogueLimits(max_pending=4)
    )
    http, press = serve(wiring), press_of(wiring)
    press.tell(STORY, *event)
    press.write()
    waiting = [parse_document({"id": each, "title": "Waiting"}) for each in "abcd"]
    wiring.intake.submit(waiting)
    response = http.post(f"{PATH}/approve", json=RHONA)
    assert (response.status_code, response.json["type"]) == (503, "/docs#queue-full")
    assert "Retry-After" in response.headers
    assert http.get(PATH).json["status"] == "draft"


def test_what_is_withdrawn_leaves_and_its_history_remains(
    http: FlaskClient, press: Any, event: list[str], clock: FixedClock
) -> None:
    press.tell(STORY, *event)
    press.write()
    clock.advance(60.0)
    reason = "A source was corrected."
    brief = http.post(f"{PATH}/withdraw", json={**RHONA, "reason": reason}).json
    assert brief == http.get(PATH).json
    assert (brief["status"], brief["live"]) == ("withdrawn", None)
    assert brief["revisions"][0]["changes"][-1] == {
        "status": "withdrawn",
        "by": "Rhona Cask",
        "at": "2026-01-01T00:01:00.000Z",
        "reason": reason,
    }
    assert brief["headline"]["text"]
    press.wiring.follower.catch_up()
    assert http.get(f"/v1/articles/{BRIEF}").status_code == 404
    feed = http.get("/v1/feed?size=100").json["articles"]
    assert BRIEF not in {each["article"]["id"] for each in feed}
    again = http.post(f"{PATH}/withdraw", json=RHONA)
    assert (again.status_code, again.json["type"]) == (409, "/docs#brief-conflict")


def test_a_withdrawn_source_withdraws_the_brief_and_is_the_reason(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event[:2])
    press.write()
    assert http.delete(f"/v1/articles/{event[1]}").status_code == 204
    brief = http.get(PATH).json
    last = brief["revisions"][0]["changes"][-1]
    assert (brief["status"], last["by"]) == ("withdrawn", None)
    assert event[1] in last["reason"]


@pytest.mark.parametrize("verb", ["approve", "withdraw"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "by"),
        ({"by": ""}, "by"),
        ({"by": "   "}, "by"),
        ({"by": "x" * 201}, "by"),
        ({"by": "Rhona\nCask"}, "by"),
        ({"by": "Rhona\u202eCask"}, "by"),
        ({"by": "Rhona\x00"}, "by"),
        ({"by": 7}, "by"),
        ({"by": None}, "by"),
        ({"by": "Rhona", "when": "now"}, "when"),
    ],
)
def test_a_review_outside_its_limits_is_refused_and_changes_nothing(
    reviewed: Site, event: list[str], verb: str, body: dict[str, Any], field: str
) -> None:
    http, press = reviewed
    press.tell(STORY, *event[:2])
    press.write()
    response = http.post(f"{PATH}/{verb}", json=body)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field
    assert http.get(PATH).json["status"] == "draft"


@pytest.mark.parametrize("reason", ["", "x" * 1_001, "two\nlines", 7])
def test_a_reason_outside_its_limits_is_refused(http: FlaskClient, reason: object) -> None:
    response = http.post(f"{PATH}/withdraw", json={**RHONA, "reason": reason})
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "reason"


def test_names_of_the_longest_length_in_any_script_are_taken(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, *event[:2])
    press.write()
    by = "Ünal 王 " + "x" * 193
    assert len(by) == 200
    brief = http.post(f"{PATH}/withdraw", json={"by": by, "reason": "y" * 1_000}).json
    assert brief["revisions"][0]["changes"][-1]["by"] == by


def test_a_brief_that_there_is_not_is_unknown(http: FlaskClient) -> None:
    answers = [
        http.get(PATH),
        http.post(f"{PATH}/approve", json=RHONA),
        http.post(f"{PATH}/withdraw", json=RHONA),
    ]
    assert [each.status_code for each in answers] == [404] * 3
    assert {each.json["type"] for each in answers} == {"/docs#unknown-brief"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/briefs/rain", "brief_id"),
        (f"/v1/briefs/{BRIEF.upper()}", "brief_id"),
        (f"{PATH}?revision=0", "revision"),
        (f"{PATH}?revision=1000000001", "revision"),
        (f"{PATH}?format=rss", "format"),
        (f"{PATH}?lang=1", "lang"),
        (f"{PATH}?limit=1", "limit"),
        ("/v1/briefs?limit=101", "limit"),
    ],
)
def test_what_is_outside_its_limits_is_refused(http: FlaskClient, path: str, field: str) -> None:
    response = http.get(path)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field


def test_bodies_are_read_as_strictly_as_everywhere(http: FlaskClient) -> None:
    for verb in ("approve", "withdraw"):
        post = f"{PATH}/{verb}"
        assert http.post(post, data=b"{", content_type="application/json").status_code == 400
        assert http.post(post, data=b"by=x").status_code == 415
        assert http.post(post, json=["x"]).status_code == 422
        assert http.get(post).status_code == 405


def test_without_redis_briefs_say_so(stopped: FlaskClient) -> None:
    for response in (
        stopped.get("/v1/briefs"),
        stopped.get(PATH),
        stopped.get(f"{PATH}?format=html"),
        stopped.post(f"{PATH}/withdraw", json=RHONA),
    ):
        assert response.status_code == 503
