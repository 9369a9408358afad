"""The page of a brief: what readers see of it, what programs read, and when it is not shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from recommender.briefs.writer import BriefWriter
from recommender.clock import FixedClock
from recommender.disclosure.brief_wording import BRIEF_MESSAGES
from recommender.disclosure.labels import LabelCode
from recommender.domain.brief_records import brief_id
from recommender.domain.briefs import WriterKind
from recommender.services.brief_settings import BriefSettings, Review

STORY = "football-01"
BRIEF = brief_id(STORY)
PATH = f"/v1/briefs/{BRIEF}"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/composite"


def page(http: FlaskClient, query: str = "", language: str = "en") -> TestResponse:
    wishes = {"Accept": BROWSER, "Accept-Language": language}
    response = http.get(PATH + query, headers=wishes)
    assert response.mimetype == "text/html"
    assert re.findall(r"<script[^>]*>", response.text) in ([], [JSON_LD])
    assert f'<html lang="{language}">' in response.text
    return response


JSON_LD = '<script type="application/ld+json">'


def linked(response: TestResponse) -> dict[str, Any]:
    found = re.search(f"{re.escape(JSON_LD)}(.*?)</script>", response.text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def words(response: TestResponse) -> str:
    """Return what is read on the page, without the marks of sources."""
    body = response.text.partition("<body>")[2]
    text = re.sub(r"<[^>]+>", " ", re.sub(r"&#8288;|<sup>.*?</sup>", "", body))
    return " ".join(unescape(text).split())


@pytest.fixture
def told(http: FlaskClient, press: Any, event: list[str]) -> FlaskClient:
    """Give a client of a site with one published brief."""
    press.tell(STORY, *event)
    press.write()
    return http


def test_a_browser_gets_a_page_and_a_program_json(told: FlaskClient) -> None:
    assert page(told).status_code == 200
    for wish in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert told.get(PATH, headers=wish).mimetype == "application/json"
    assert told.get(f"{PATH}?format=json", headers={"Accept": BROWSER}).is_json
    assert told.get(f"{PATH}?format=html").mimetype == "text/html"
    assert told.head(PATH, headers={"Accept": BROWSER}).status_code == 200


def test_every_sentence_leads_to_its_sources_and_they_to_their_own_addresses(
    told: FlaskClient,
) -> None:
    text, brief = page(told).text.partition("<h1 ")[2], told.get(PATH).json
    sentences = [brief["headline"], *(each for part in brief["paragraphs"] for each in part)]
    cited = {each for sentence in sentences for each in sentence["sources"]}
    listed = [each for each in brief["sources"] if each["id"] in cited]
    number = {each["id"]: place for place, each in enumerate(listed, start=1)}
    for sentence in sentences:
        shown = text.partition(str(escape(sentence["text"])))[2]
        marks = re.match(r'(?:&#8288;<sup><a href="#source-\d+"[^>]*>\[\d+\]</a></sup>)+', shown)
        assert marks is not None
        targets = re.findall(r'#source-(\d+)"[^>]*>\[(\d+)\]', marks[0])
        assert targets == [(str(number[each]),) * 2 for each in sentence["sources"]]
    for source in listed:
        row = text.partition(f'<li id="source-{number[source["id"]]}">')[2]
        row = row.partition("</li>")[0]
        assert f'<a href="{source["url"]}"' in row
        assert source["source"] in unescape(row)
        assert source["title"] in unescape(row)
        assert f'datetime="{source["published_at"]}"' in row


def test_the_labels_stand_at_the_top_with_what_they_mean(told: FlaskClient, press: Any) -> None:
    for reader in ("anna", "bert", "carl", "dora", "emil"):
        press.click(reader, BRIEF)
    shown = page(told)
    top = words(shown).partition(told.get(PATH).json["headline"]["text"])[0]
    for label in told.get(PATH).json["labels"]:
        assert f"{label['text']} {BRIEF_MESSAGES['brief.meaning.' + label['code']][0]}" in top
    assert top.startswith("Trending Many readers open it now. Compiled automatically")
    assert "nothing known about you changed it" in top
    for never in ("generated with AI", "Generated with AI", "Experimental"):
        assert never not in words(shown)


def test_what_a_model_wrote_says_so_at_the_top_and_who_it_was_at_the_end(
    http: FlaskClient, press: Any, event: list[str], model: Callable[..., BriefWriter]
) -> None:
    press.tell(STORY, *event)
    press.write(turns=[(WriterKind.GENERATIVE, model())])
    shown = page(http)
    top, _, end = words(shown).partition(http.get(PATH).json["headline"]["text"])
    assert top.startswith("Generated with AI")
    assert "Experimental: made with generative AI" in top
    assert "Compiled automatically" not in top
    assert "by the language model some-model some-model-2" in end
    assert linked(shown)["digitalSourceType"] == [
        "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    ]


def test_every_label_that_an_article_may_have_is_explained() -> None:
    of_feeds = {LabelCode.CUSTOMISED}
    explained = {key.removeprefix("brief.meaning.") for key in BRIEF_MESSAGES}
    assert {each.value for each in LabelCode} - of_feeds <= explained


def test_the_page_speaks_the_readers_language_and_the_text_its_own(told: FlaskClient) -> None:
    german = page(told, language="de")
    assert "Automatisch" in words(german)
    assert "Quellen" in words(german)
    assert "1. Januar 2026, 00:00 UTC" in words(german)
    assert '<article lang="en">' in german.text
    assert '<p class="when" lang="de">' in german.text
    assert re.search(r'lang="de" aria-label="Quelle 1"', german.text)
    assert told.get(f"{PATH}?format=html&lang=fr").text.startswith(
        '<!doctype html>\n<html lang="fr">'
    )


def test_sources_that_no_sentence_rests_on_are_listed_nowhere_but_in_the_history(
    http: FlaskClient, press: Any, event: list[str]
) -> None:
    """The compiling writer quotes in one language; what was written from a source goes with it."""
    press.tell(STORY, event[0], language="de")
    press.tell(STORY, *event[1:])
    press.write()
    shown, brief = page(http), http.get(PATH).json
    assert {each["id"] for each in brief["sources"]} == set(event)
    card = http.get(f"/v1/articles/{BRIEF}").json
    assert {each["id"] for each in card["brief"]["sources"]} == set(event[1:])
    count = len(event) - 1
    assert brief["labels"][0]["text"] == f"Compiled automatically from {count} sources"
    assert shown.text.count('<li id="source-') == count
    assert f"sentences of {count} sources" in words(shown)
    assert len(linked(shown)["isBasedOn"]) == count
    rss = ET.fromstring(http.get("/v1/feed?size=100&format=rss").data)  # noqa: S314  # our own
    (entry,) = (each for each in rss.iter("item") if each.findtext("guid") == BRIEF)
    assert len(entry.findall("{http://purl.org/dc/elements/1.1/}source")) == count
    http.delete(f"/v1/articles/{event[0]}")
    assert http.get(PATH).json["status"] == "withdrawn"


def test_programs_read_who_published_what_when_and_from_what(
    told: FlaskClient, press: Any, event: list[str], clock: FixedClock
) -> None:
    clock.advance(60.0)
    press.tell(STORY, event[0], summary="Another summary of what came about.")
    press.write()
    shown, brief = page(told), told.get(PATH).json
    stated = linked(shown)
    assert (stated["@context"], stated["@type"]) == ("https://schema.org", "NewsArticle")
    assert stated["headline"] == brief["headline"]["text"]
    assert stated["datePublished"] == "2026-01-01T00:00:00.000Z"
    assert stated["dateModified"] == "2026-01-01T00:01:00.000Z"
    assert (stated["version"], stated["inLanguage"]) == (2, "en")
    assert brief["digital_source_type"] == COMPOSITE
    assert stated["digitalSourceType"] == ["https://schema.org/CompositeDigitalSource", COMPOSITE]
    assert stated["publisher"] == stated["creator"] == {"@type": "Organization", "name": "Briefs"}
    assert [each["url"] for each in stated["isBasedOn"]] == [
        each["url"] for each in brief["sources"]
    ]
    first = brief["paragraphs"][0][0]["text"]
    assert stated["articleBody"].startswith(first)
    assert stated["url"] == f"http://localhost{PATH}"
    assert f'<link rel="canonical" href="http://localhost{PATH}">' in shown.text
    assert "Updated (revision 2): 1 January 2026, 00:01 UTC" in words(shown)


def test_the_page_leads_to_its_data_and_needs_nothing_from_elsewhere(told: FlaskClient) -> None:
    shown = page(told)
    found = re.search(r'<link rel="alternate" type="application/json" href="([^"]+)">', shown.text)
    assert found is not None
    address = unescape(found[1]).removeprefix("http://localhost")
    assert told.get(address, headers={"Accept": BROWSER}).json == told.get(PATH).json
    assert shown.text.count(found[1]) == 2, "once for programs, once for readers"
    assert not re.findall(r"<(?:img|iframe|form|object|embed|base)|\bsrc=|\bon\w+=", shown.text)
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_a_page_of_the_sites_own_is_the_canonical_one(
    make_wiring: Callable[..., Any],
    serve: Callable[[Any], FlaskClient],
    press_of: Callable[[Any], Any],
    event: list[str],
) -> None:
    own = BriefSettings(page_url="https://news.example/briefs/{id}", publisher="A & B")
    wiring = make_wiring(briefs=own)
    http, press = serve(wiring), press_of(wiring)
    press.tell(STORY, *event)
    press.write()
    shown, address = page(http), f"https://news.example/briefs/{BRIEF}"
    assert f'<link rel="canonical" href="{address}">' in shown.text
    assert linked(shown)["url"] == http.get(PATH).json["url"] == address
    assert linked(shown)["publisher"]["name"] == "A & B"


EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_no_text_breaks_out_of_the_page(http: FlaskClient, press: Any, event: list[str]) -> None:
    evil = str(escape(EVIL))  # markup is stripped from what is sent; this is the text of it
    for each, publisher in zip(event, ("Mail", "Post"), strict=False):
        title = f"{publisher} {evil}"
        press.tell(STORY, each, title=title, source=f"{publisher} {evil}")
    press.write()
    shown = page(http)
    assert any(EVIL in each["title"] for each in http.get(PATH).json["sources"])
    assert EVIL in linked(shown)["isBasedOn"][0]["headline"]
    for part in ("<img", "<script>", "</script><"):
        assert part not in shown.text
    http.post(f"{PATH}/withdraw", json={"by": "Rhona Cask", "reason": EVIL})
    gone = page(http)
    assert EVIL in words_of_notice(gone)
    assert "<img" not in gone.text


def words_of_notice(response: TestResponse) -> str:
    return unescape(response.text.partition("<body>")[2])


def test_only_addresses_of_the_web_are_links(
    http: FlaskClient, press: Any, event: list[str], client: Any
) -> None:
    press.tell(STORY, *event[:2])
    press.write()
    key = f"nf:{{main:catalogue}}:brief:{BRIEF}"
    stored = client.hget(key, "1:text").decode()
    address = http.get(PATH).json["sources"][0]["url"]
    client.hset(key, "1:text", stored.replace(address, "javascript:alert(1)"))
    assert http.get(PATH).json["sources"][0]["url"] == "javascript:alert(1)"
    assert 'href="javascript' not in page(http).text


@pytest.fixture
def reviewed(
    make_wiring: Callable[..., Any],
    serve: Callable[[Any], FlaskClient],
    press_of: Callable[[Any], Any],
) -> tuple[FlaskClient, Any]:
    """Give a client and the press of a site whose briefs wait for approval."""
    wiring = make_wiring(briefs=BriefSettings(review=Review.ALWAYS))
    return serve(wiring), press_of(wiring)


def test_readers_get_the_published_revision_and_a_draft_only_by_its_number(
    reviewed: tuple[FlaskClient, Any], event: list[str], clock: FixedClock
) -> None:
    http, press = reviewed
    press.tell(STORY, *event[:3])
    press.write()
    missing = page(http)
    assert missing.status_code == 404
    assert "There is no published brief here" in words(missing)
    headline = http.get(PATH).json["headline"]["text"]
    assert headline not in words(missing)
    draft = page(http, "?revision=1")
    assert (draft.status_code, headline in words(draft)) == (200, True)
    assert "Revision 1 is a draft that waits for approval. It is not published." in words(draft)
    http.post(f"{PATH}/approve", json={"by": "Rhona Cask"})
    press.embed(None)
    clock.advance(60.0)
    press.tell(STORY, event[3])
    press.write()
    assert http.get(PATH).json["status"] == "draft"
    live = page(http)
    assert live.status_code == 200
    assert live.text.count('<li id="source-') == 3
    assert "draft" not in words(live)


def test_a_revision_by_its_number_says_where_it_stands_and_is_not_indexed(
    told: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, event[0], summary="Another summary of what came about.")
    press.write()
    former, current, live = page(told, "?revision=1"), page(told, "?revision=2"), page(told)
    assert "A newer one has taken its place" in words(former)
    assert "Revision 2 is the published one" in words(current)
    for numbered in (former, current):
        assert '<meta name="robots" content="noindex">' in numbered.text
        assert JSON_LD not in numbered.text
    assert "noindex" not in live.text
    assert 'class="banner"' not in live.text
    assert page(told, "?revision=3").status_code == 404


def test_a_withdrawn_brief_says_so_with_when_and_why_and_without_its_text(
    told: FlaskClient, clock: FixedClock
) -> None:
    headline = told.get(PATH).json["headline"]["text"]
    clock.advance(60.0)
    told.post(f"{PATH}/withdraw", json={"by": "Rhona Cask", "reason": "A source was corrected."})
    for query in ("", "?revision=1"):
        gone = page(told, query)
        assert gone.status_code == 410
        assert "withdrawn on 1 January 2026, 00:01 UTC" in words(gone)
        assert "Reason: A source was corrected." in words(gone)
        assert headline not in words(gone)
        assert '<span lang="" dir="auto">A source was corrected.</span>' in gone.text
        assert "Rhona" not in gone.text
        assert 'content="noindex"' in gone.text
    assert told.get(PATH).json["revisions"][0]["changes"][-1]["by"] == "Rhona Cask"
    assert "zurückgezogen" in words(page(told, language="de"))


@pytest.mark.parametrize("what", ["a source", "the brief"])
def test_what_the_service_withdrew_is_told_in_the_readers_language(
    told: FlaskClient, event: list[str], what: str
) -> None:
    """Its own reasons name articles, in English: they are for who reviews."""
    removed = {"a source": event[1], "the brief": BRIEF}[what]
    assert told.delete(f"/v1/articles/{removed}").status_code == 204
    gone = page(told, language="de")
    assert gone.status_code == 410
    assert "darf nicht mehr gezeigt werden" in words(gone)
    for never in ("Grund", "removed", event[1]):
        assert never not in words(gone)


def test_a_former_revision_of_a_withdrawn_brief_is_not_shown_either(
    told: FlaskClient, press: Any, event: list[str]
) -> None:
    press.tell(STORY, event[0], summary="Another summary of what came about.")
    press.write()
    told.post(f"{PATH}/withdraw", json={"by": "Rhona Cask"})
    assert page(told, "?revision=1").status_code == 410


def test_a_former_revision_leaves_with_its_source_where_the_newest_does_not_cite_it(
    make_wiring: Callable[..., Any],
    serve: Callable[[Any], FlaskClient],
    press_of: Callable[[Any], Any],
    event: list[str],
) -> None:
    site = make_wiring(briefs=BriefSettings.model_validate({"choosing": {"max_sources": 3}}))
    http, press = serve(site), press_of(site)
    press.tell(STORY, *event[:3])
    press.write()
    press.tell(STORY, event[3])
    press.write()
    assert page(http, "?revision=1").status_code == 200
    assert http.delete(f"/v1/articles/{event[0]}").status_code == 204
    assert [page(http, query).status_code for query in ("?revision=1", "")] == [410, 200]
    assert http.get(f"{PATH}?revision=1").json["status"] == "withdrawn"


def test_a_brief_that_there_is_not_has_a_page_that_says_so(http: FlaskClient) -> None:
    missing = page(http)
    assert missing.status_code == 404
    assert "There is no published brief here" in words(missing)


def test_feeds_lead_to_the_page(told: FlaskClient) -> None:
    address = f"http://localhost{PATH}"
    items = told.get("/v1/feed?size=100&format=jsonfeed").json["items"]
    assert {each["id"]: each.get("url") for each in items}[BRIEF] == address
    led = told.get(address.removeprefix("http://localhost"), headers={"Accept": "text/html"})
    assert (led.status_code, led.mimetype) == (200, "text/html")


def test_rss_leads_to_the_page_and_json_says_that_there_is_no_other(told: FlaskClient) -> None:
    root = ET.fromstring(told.get("/v1/feed?size=100&format=rss").data)  # noqa: S314  # our own
    links = {each.findtext("guid"): each.findtext("link") for each in root.iter("item")}
    assert links[BRIEF] == f"http://localhost{PATH}"


def test_json_does_not_make_up_an_address(told: FlaskClient) -> None:
    shown = told.get("/v1/feed?size=100").json["articles"]
    urls = {each["article"]["id"]: each["article"]["url"] for each in shown}
    assert urls[BRIEF] is None
