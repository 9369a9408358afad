"""Briefs written by a language model: a real server on this machine, answering well and badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import orjson
import pytest
from numpy.typing import NDArray

from recommender.bootstrap_briefs import brief_service
from recommender.disclosure.labels import LabelCode, article_labels, facts_of
from recommender.domain.brief_records import BriefStatus, Revision, brief_id
from recommender.domain.briefs import Rule, WriterKind
from recommender.embedding.weights import EmbeddingConfig
from recommender.ingest.documents import parse_document
from recommender.store.pending import Embedded
from scripts import demo_world

NOW = 1_767_225_600.0
STORY = "football-01"
EVENT = demo_world.events()["carrow-vale-cup-upset"]
DOCUMENTS = [
    each for each in demo_world.articles(datetime.fromtimestamp(NOW, UTC)) if each["id"] in EVENT
]

HEADLINE = "Carrow Vale knock Sallow Bay United out of the Federation Cup"
FIRST = (
    "Second-division Carrow Vale beat the reigning champions Sallow Bay United 5–4 on penalties at "
    "Mill Lane, before 8,914 spectators."
)
SECOND = "Matteus Oriel scored twice for the visitors, in the 12th and 34th minutes."
THIRD = "The coach Lazar Pimlott had made seven changes to his side."


def told(text: str, *sources: int) -> dict[str, Any]:
    return {"text": text, "sources": list(sources)}


GERMAN = {
    "headline": "Carrow Vale wirft den Meister aus dem Pokal",
    "first": "Der Zweitligist hat den amtierenden Meister mit 5:4 im Elfmeterschießen besiegt, und "
    "das vor 8914 Zuschauern an der Mill Lane.",
    "second": "Matteus Oriel hatte die Gäste mit zwei Toren in Führung gebracht.",
    "third": "Der Trainer Lazar Pimlott hatte seine Mannschaft auf sieben Plätzen verändert.",
}


def answer(
    *,
    headline: str = HEADLINE,
    first: str = FIRST,
    second: str = SECOND,
    third: str = THIRD,
    source: int = 1,
) -> str:
    """Return a brief as the model is asked for it: a faithful one but for what is given."""
    lead = [told(first, source), told(second, 1)]
    return json.dumps(
        {"headline": told(headline, 1), "paragraphs": [lead, [told(third, 3)]]},
        ensure_ascii=False,
    )


class Model(ThreadingHTTPServer):
    """A server of chat completions: gives the next of its replies, the last one for ever.

    A reply is the text of a completion, or a status to fail with; None keeps silent.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.replies: Sequence[str | int | None] = ()
        self.asked: list[dict[str, Any]] = []
        self.closing = threading.Event()


class Exchange(BaseHTTPRequestHandler):
    """One question and its reply."""

    server: Model

    def do_POST(self) -> None:
        """Reply in turn."""
        model = self.server
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = model.replies[min(len(model.asked), len(model.replies) - 1)]
        model.asked.append(json.loads(question["messages"][-1]["content"]))
        if reply is None:
            model.closing.wait()
        elif isinstance(reply, int):
            self._answer(reply, {"error": {"message": "not now", "type": "trouble"}})
        else:
            message = {"role": "assistant", "content": reply}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            completion = {"id": "1", "object": "chat.completion", "choices": [choice]}
            self._answer(200, completion | {"model": "small-1-2025-05-01"})

    def _answer(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def model() -> Iterator[Model]:
    with Model() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def encode() -> Callable[[Sequence[str]], NDArray[np.float32]]:
    adapter = pytest.importorskip("recommender.embedding.sentence_transformers")
    encoder = adapter.SentenceTransformerEncoder.load(EmbeddingConfig(allow_hub=False))
    return encoder.encode  # type: ignore[no-any-return]


@pytest.fixture
def write(
    make_wiring: Callable[..., Any],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    model: Model,
) -> Callable[..., Revision]:
    """Give a function that has the event told by a model of these replies."""

    def write(*replies: str | int | None, review: str = "never", **generative: Any) -> Revision:
        model.replies = replies
        reached = {
            "base_url": f"http://127.0.0.1:{model.server_address[1]}/v1",
            "model": "small-1",
            "retries": 0,
        }
        settings = {"writer": "generative", "generative": reached | generative, "review": review}
        site = make_wiring(briefs=settings)
        make_live(site, encode)
        (done,) = brief_service(site, encode).run_once(10).outcomes
        newest = site.brief_review.history(done.id).newest
        assert newest is not None
        return newest  # type: ignore[no-any-return]

    return write


def make_live(site: Any, encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
    """Take the event's articles in, and make them live as one story."""
    site.intake.submit([parse_document(each) for each in DOCUMENTS])
    entries = site.queue.take("test", len(DOCUMENTS))
    articles = site.article_store.texts([each.article for each in entries])
    vectors = encode([each.title for each in articles])
    site.layout.require_model("default", vectors.shape[1])
    site.queue.finish(
        [
            Embedded(pending=entry, published_at=each.published_at, vector=vector, story=STORY)
            for entry, each, vector in zip(entries, articles, vectors, strict=True)
        ]
    )


def test_a_good_answer_is_published_with_the_system_that_wrote_it(
    write: Callable[..., Revision], make_wiring: Callable[..., Any]
) -> None:
    newest = write(answer())
    assert [(each.writer, each.failure, each.objections) for each in newest.attempts] == [
        (WriterKind.GENERATIVE, None, ())
    ]
    assert newest.status is BriefStatus.PUBLISHED
    assert newest.draft.headline.text == HEADLINE
    stored = make_wiring().article_store.get(brief_id(STORY))
    labels = article_labels(facts_of(orjson.loads(stored.card)), "en")
    assert [each.code for each in labels] == [LabelCode.GENERATED_WITH_AI, LabelCode.EXPERIMENTAL]
    for each in labels:
        evidence = dict(each.evidence)
        assert evidence["digital_source_type"] == "trainedAlgorithmicMedia"
        assert evidence["ai_system"] == "small-1"
        assert evidence["ai_system_version"] == "small-1-2025-05-01"


@pytest.mark.parametrize(
    ("reply", "status"),
    [(answer(), BriefStatus.DRAFT), (500, BriefStatus.PUBLISHED)],
    ids=["a model's text", "what is compiled in its place"],
)
def test_unless_the_site_wants_otherwise_what_a_model_wrote_waits_for_a_person(
    write: Callable[..., Revision], reply: str | int, status: BriefStatus
) -> None:
    assert write(reply, review="generated").status is status


def test_what_is_objected_to_is_written_once_more(
    write: Callable[..., Revision], model: Model
) -> None:
    newest = write(answer(first=FIRST.replace("8,914", "9,814")), answer())
    first, second = newest.attempts
    assert {(each.rule, each.sentence) for each in first.objections} >= {(Rule.NUMBERS, 1)}
    assert first.draft is not None
    assert (second.writer, second.objections) == (WriterKind.GENERATIVE, ())
    assert newest.draft.writing.kind is WriterKind.GENERATIVE
    before, after = model.asked
    assert before["objections"] == []
    assert any("9,814" in each["detail"] for each in after["objections"])


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (500, "500"),
        (429, "the quota is used up"),
        ("Here is your brief: rain fell.", "JSON"),
        ("", "empty"),
        (answer(source=9), "9"),
        ('{"headline": {"text": "", "sources": [1]}, "paragraphs": []}', ""),
    ],
    ids=["in trouble", "out of quota", "no JSON", "nothing", "unknown source", "empty brief"],
)
def test_whatever_fails_the_extractive_brief_stands_and_the_reason_is_kept(
    write: Callable[..., Revision], reply: str | int, reason: str
) -> None:
    _expect_the_extractive_brief(write(reply), reason)


def test_a_slow_server_costs_no_brief(write: Callable[..., Revision]) -> None:
    _expect_the_extractive_brief(write(None, timeout_seconds=0.5), "within 0.5 seconds")


def test_a_server_that_is_down_costs_no_brief(write: Callable[..., Revision]) -> None:
    with Model() as gone:
        port = gone.server_address[1]
    newest = write(answer(), base_url=f"http://127.0.0.1:{port}/v1")
    _expect_the_extractive_brief(newest, "127.0.0.1")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"first": FIRST.replace("8,914", "9,814")}, Rule.NUMBERS),
        ({"first": FIRST.replace("Sallow Bay United", "Harrow Town")}, Rule.NAMES),
        ({"first": "All is well, said the poet, and nobody lost anything at all."}, Rule.SUPPORT),
        (GERMAN, Rule.LANGUAGE),
        ({"headline": "", "first": ""}, Rule.LENGTH),
    ],
    ids=["number", "name", "obeys a source", "another language", "empty"],
)
def test_whatever_is_objected_to_twice_the_extractive_brief_stands(
    write: Callable[..., Revision], changes: dict[str, str], rule: Rule
) -> None:
    newest = write(answer(**changes))
    first, second, last = newest.attempts
    for each in (first, second):
        assert each.writer is WriterKind.GENERATIVE
        told = {one.rule for one in each.objections}
        assert rule in told or each.failure, (told, each.failure)
    assert (last.writer, last.failure, last.objections) == (WriterKind.EXTRACTIVE, None, ())
    assert newest.status is BriefStatus.PUBLISHED


def _expect_the_extractive_brief(newest: Revision, reason: str) -> None:
    first, second, last = newest.attempts
    for each in (first, second):
        assert (each.writer, each.draft) == (WriterKind.GENERATIVE, None)
        assert each.failure is not None
        assert reason in each.failure
    assert (last.writer, last.failure, last.objections) == (WriterKind.EXTRACTIVE, None, ())
    assert newest.draft.writing.kind is WriterKind.EXTRACTIVE
    assert newest.status is BriefStatus.PUBLISHED
