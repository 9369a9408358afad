"""The command "evaluate briefs": a writer of briefs, and the checker that they must pass."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import numpy as np
import orjson
from numpy.typing import NDArray

from recommender.briefs.checking import check
from recommender.briefs.extractive import ExtractiveWriter
from recommender.briefs.sentences import sentences_of
from recommender.briefs.writer import BriefWriter, Embed
from recommender.domain.articles import Article
from recommender.domain.briefs import Event
from recommender.embedding.sentence_transformers import SentenceTransformerEncoder
from recommender.errors import SourceError, WriterFailed
from recommender.evaluation.briefs.detection import Check, Verdict, detection, doubted, judged
from recommender.evaluation.briefs.kinds import FACTS
from recommender.evaluation.briefs.planted import cases, halves, negations
from recommender.evaluation.briefs.quality import Quality, quality_of
from recommender.evaluation.intervals import Estimate, Resamples
from recommender.ingest.documents import Rejection
from recommender.ingest.jsonl import read_json_lines
from recommender.services.composing import as_event
from scripts.briefs_tables import print_detection, print_examples, print_quality
from scripts.console import OutputFile, people, progress, read_settings, reports_errors

EXAMPLES = """
\b
Examples:
  python -m scripts.evaluate briefs --json briefs.json
  python -m scripts.evaluate briefs --seed 2 --errors 100 --faithful 100 --examples 10
  python -m scripts.evaluate briefs --data stories
"""

FEWEST_SOURCES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a writer's briefs are like.

    Parameters
    ----------
    failed : mapping of str to str
        Why it gave no brief of some events.
    """

    events: int
    failed: dict[str, str]
    means: dict[str, Estimate]


@click.command(epilog=EXAMPLES)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=str(files("scripts") / "sample"),
    show_default="the demo's sample",
    help="Folder of articles (*.jsonl) and of the events they tell (*.events.json: to each event's "
    "name the ids of its articles).",
)
@click.option(
    "--writer",
    type=click.Choice(["extractive"]),
    default="extractive",
    show_default=True,
    help="Whose briefs are measured; it needs nothing but the sources.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option(
    "--errors",
    default=400,
    show_default=True,
    type=click.IntRange(4, 100_000),
    help="Planted errors, a fourth of each kind, in each half.",
)
@click.option(
    "--faithful",
    default=400,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Faithful sentences in each half.",
)
@click.option(
    "--examples",
    default=3,
    show_default=True,
    type=click.IntRange(0, 1_000),
    help="Errors missed and false alarms to print, of the half for development.",
)
@click.option("--json", "json_file", type=OutputFile(), help="Write the result here.")
@reports_errors
def briefs(
    data: Path,
    writer: str,
    seed: int,
    errors: int,
    faithful: int,
    examples: int,
    json_file: Path | None,
) -> None:
    """Measure what briefs hold of their stories, and what their checker lets through.

    Errors are planted by rules into rephrased sentences of the sources: numbers, names and days
    changed, sentences invented; beside them stand sentences that are rephrased alone. Every other
    event, by its name, is for measuring; thresholds were chosen on the rest, which is told apart.
    So are sentences with a "not" too many or too few: as many as of any other kind of error.
    """
    began = time.perf_counter()
    if errors % len(FACTS):
        raise click.UsageError(f"--errors takes a multiple of {len(FACTS)}: as many of each kind")
    settings, events = read_settings(), read_events(data)
    embed = remembering(SentenceTransformerEncoder.load(settings.embedding).encode)
    checker = partial(check, embed=embed, config=settings.briefs.check)
    compiling = ExtractiveWriter(embed, settings.briefs.extractive)
    written = _measure_writer(compiling, events, embed, checker, seed)
    print_quality(writer, written.events, written.failed, written.means)
    found: dict[str, Any] = {}
    for name, half in zip(("measured", "development"), halves(events), strict=True):
        made = cases(half, sentences_of, errors=errors, faithful=faithful, seed=seed)
        verdicts = judged(made, checker)
        made = negations(half, sentences_of, count=errors // len(FACTS), seed=seed)
        denied = doubted(judged(made, checker))
        counted = detection(verdicts)
        found[name] = counted.document() | {"negation": denied, "events": len(half)}
        print_detection(name, counted, denied)
    print_examples(_examples(verdicts, examples))
    document = {
        "writer": {"name": writer, **asdict(written)},
        "checker": found,
        "seed": seed,
        "seconds": time.perf_counter() - began,
        "versions": {each: version(each) for each in ("numpy", "sentence-transformers")},
    }
    if json_file is not None:
        json_file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def read_events(folder: Path) -> list[Event]:
    """Return the events of a folder that two articles at least tell, in the order of their names.

    Raises
    ------
    SourceError
        A file cannot be read, an event names an article that is not there, or there is no event.
    """
    articles: dict[str, Article] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for each in read_json_lines(file):
            if isinstance(each, Rejection):
                people.print(f"left out: {each.place}: {each.reason}", highlight=False)
            else:
                articles[each.id] = each.to_article(file.stat().st_mtime)
    told: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.events.json")):
        told |= _read_event_file(file)
    missing = sorted({one for ids in told.values() for one in ids} - articles.keys())
    if missing:
        raise SourceError(f"{folder}: an event names {missing[0]!r}, which no *.jsonl holds")
    events = [
        as_event(name, (articles[each] for each in ids))
        for name, ids in sorted(told.items())
        if len(ids) >= FEWEST_SOURCES
    ]
    if not events:
        raise SourceError(f"{folder}: *.events.json with an event of two articles is wanted")
    return events


def remembering(encode: Embed) -> Embed:
    """Return ``encode`` so that it embeds no text twice: sources are compared many times."""
    known: dict[str, NDArray[np.float32]] = {}

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [each for each in dict.fromkeys(texts) if each not in known]
        known.update(zip(new, encode(new), strict=True))
        return np.array([known[each] for each in texts], np.float32)

    return embed


def _read_event_file(file: Path) -> dict[str, list[str]]:
    try:
        content = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise SourceError(f"{file}: a JSON object of events is wanted, got {error}") from error
    is_events = isinstance(content, dict) and all(
        isinstance(ids, list) and all(isinstance(each, str) for each in ids)
        for ids in content.values()
    )
    if not is_events:
        raise SourceError(f"{file}: an object of event names and lists of article ids is wanted")
    return dict(content)


def _measure_writer(
    writer: BriefWriter, events: Sequence[Event], embed: Embed, checker: Check, seed: int
) -> Written:
    failed: dict[str, str] = {}
    measured: list[Quality] = []
    with progress("briefs", len(events)) as advance:
        for event in events:
            try:
                draft = writer.write(event)
            except WriterFailed as error:
                failed[event.story] = str(error)
            else:
                objections = checker(draft, event)
                of = quality_of(
                    draft, event, embed=embed, objections=objections, split=sentences_of
                )
                measured.append(of)
            advance(1)
    return Written(events=len(events), failed=failed, means=_means(measured, seed))


def _means(measured: Sequence[Quality], seed: int) -> dict[str, Estimate]:
    """Return the mean of each metric over events, with its bootstrap interval."""
    if not measured:
        return {}
    columns = np.array([astuple(each) for each in measured]).T
    names = (each.name for each in fields(Quality))
    resamples = Resamples(np.arange(len(measured)), seed)
    return resamples.means(dict(zip(names, columns, strict=True)))


def _examples(verdicts: Sequence[Verdict], count: int) -> list[Verdict]:
    """Return the first errors missed and the first false alarms."""

    def first(is_wanted: Callable[[Verdict], bool]) -> list[Verdict]:
        return [each for each in verdicts if is_wanted(each)][:count]

    missed = first(lambda each: each.case.planted is not None and not each.is_doubted)
    return missed + first(lambda each: each.case.planted is None and each.is_doubted)
