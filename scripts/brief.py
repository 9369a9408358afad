"""Briefs: events told from the site's own sources, shown and reviewed."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from api.brief_documents import attempt_document, brief_document
from recommender.bootstrap import Wiring, open_site
from recommender.bootstrap_briefs import brief_service
from recommender.domain.brief_records import Attempt, Brief
from recommender.domain.ids import ArticleId
from recommender.errors import QueueFull, StoreError
from recommender.ingest.brief_reviews import parse_approval, parse_withdrawal
from recommender.services.briefs import Outcome, Result, Round
from scripts.brief_show import brief_table, brief_text
from scripts.console import people, print_json, read_settings, reports_errors, tables

EXAMPLES = """
\b
Examples:
  python -m scripts.brief run --once              tell what there is to tell, then end
  python -m scripts.brief run                     look for events until stopped (Ctrl-C or SIGTERM)
  python -m scripts.brief run --once --json --limit 10
  python -m scripts.brief show                    list the briefs
  python -m scripts.brief show brief-fae0f4bdaee17c2a --revision 1
  python -m scripts.brief review approve brief-fae0f4bdaee17c2a --by "Rhona Cask"
  python -m scripts.brief review withdraw brief-fae0f4bdaee17c2a --by "Rhona Cask" --reason "wrong"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a run says at once of one event; ``{id}`` in the hint stands for the brief's."""

    verb: str
    hint: str = ""


TOLD = {
    Result.PUBLISHED: Told(verb="published"),
    Result.DRAFT: Told(verb="draft", hint="python -m scripts.brief review approve {id} --by NAME"),
    Result.REFUSED: Told(verb="refused", hint="why: python -m scripts.brief show {id}"),
    Result.OVERTAKEN: Told(verb="overtaken", hint="the story changed; it is looked at again"),
    Result.BUSY: Told(verb="busy", hint="another worker writes it"),
}

LANGUAGE = "en"
"""In which labels are told."""

WRITTEN = {Result.PUBLISHED, Result.DRAFT}
"""Results that a text came of."""


@click.group(epilog=EXAMPLES)
def main() -> None:
    """Write briefs of the site's events, look at them, and let them pass or take them back."""


@main.command(epilog=EXAMPLES)
@click.option("--once", is_flag=True, help="Look for events once, then end.")
@click.option(
    "--limit",
    default=25,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Events that are told in one look, those of highest rank.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; wants --once.")
@reports_errors
def run(once: bool, limit: int, as_json: bool) -> None:
    """Choose events, write briefs of them, check these, and publish them.

    A published brief is an article like others: a worker embeds it, and it is in the feed. Any
    number of these may run.
    """
    if as_json and not once:
        raise click.UsageError("--json is for --once: a loop has no last word")
    logging.basicConfig(level=logging.WARNING, format="brief: %(message)s")
    with open_site(read_settings()) as site:
        service = brief_service(site, site.embed)
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())

        def look() -> Round:
            return service.run_once(limit, _say, stopping.is_set)

        if once:
            _report(site, look(), as_json)
        else:
            _keep_looking(site, look, stopping)


@main.command(epilog=EXAMPLES)
@click.argument("brief", metavar="[ID]", required=False)
@click.option("--revision", type=click.IntRange(1), help="This one and not the newest.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reports_errors
def show(brief: str | None, revision: int | None, limit: int, as_json: bool) -> None:
    """Show the brief ID: text with numbered sources, attempts and history; or list all briefs."""
    if brief is None and revision is not None:
        raise click.UsageError("--revision is of one brief: name its ID")
    with open_site(read_settings()) as site:
        if brief is None:
            _list(site, limit, as_json)
        else:
            _show(site, site.brief_review.history(ArticleId(brief)), revision, as_json)


@main.group(epilog=EXAMPLES)
def review() -> None:
    """Let drafts pass, and take briefs back."""


by_option = click.option("--by", required=True, help="Who decides it; kept with the brief.")


@review.command(epilog=EXAMPLES)
@click.argument("brief", metavar="ID")
@by_option
@click.option("--revision", type=click.IntRange(1), help="The one that you read; no newer one.")
@reports_errors
def approve(brief: str, by: str, revision: int | None) -> None:
    """Publish the draft of the brief ID."""
    approval = parse_approval({"by": by, "revision": revision})
    with open_site(read_settings()) as site:
        site.follower.load()
        site.brief_review.approve(ArticleId(brief), approval.by, approval.revision)
    people.print("published; a worker puts it into the feed", highlight=False)


@review.command(epilog=EXAMPLES)
@click.argument("brief", metavar="ID")
@by_option
@click.option("--reason", help="Why; kept with the brief, and told to the readers of its page.")
@reports_errors
def withdraw(brief: str, by: str, reason: str | None) -> None:
    """Take the brief ID back; it leaves every feed within a second, its history remains."""
    withdrawal = parse_withdrawal({"by": by, "reason": reason})
    with open_site(read_settings()) as site:
        site.brief_review.withdraw(ArticleId(brief), withdrawal.by, withdrawal.reason)
    people.print("withdrawn", highlight=False)


def _keep_looking(site: Wiring, look: Callable[[], Round], stopping: threading.Event) -> None:
    seconds = site.settings.briefs.interval_seconds
    people.print(f"brief: looking for events every {seconds:g} s", highlight=False)
    hinted = False
    while not stopping.is_set():
        try:
            done = look()
            hinted = hinted or _hint(site, done)
        except (StoreError, QueueFull) as error:
            people.print(f"brief: waiting: {error}", highlight=False, markup=False)
        stopping.wait(seconds)
    people.print("brief: stopped")


def _say(outcome: Outcome) -> None:
    told = TOLD[outcome.result]
    count = len(outcome.event.sources)
    line = f"{told.verb}: {outcome.id}, story {outcome.event.story}, {count} sources"
    if told.hint:
        line += f"; {told.hint.format(id=outcome.id)}"
    if outcome.result in WRITTEN:
        line += "".join(f"; {each.writer} failed: {_why(each)}" for each in outcome.attempts[:-1])
    people.print(line, highlight=False, markup=False, soft_wrap=True)


def _why(attempt: Attempt) -> str:
    """Return in short why an attempt did not stand."""
    return attempt.failure or ", ".join(dict.fromkeys(each.rule for each in attempt.objections))


def _report(site: Wiring, done: Round, as_json: bool) -> None:
    if as_json:
        print_json(_document(site, done))
    if not _hint(site, done):
        told = sum(each.result in WRITTEN for each in done.outcomes)
        people.print(
            f"{told} briefs of {len(done.outcomes)} events; {done.waiting} more events wait",
            highlight=False,
        )


def _hint(site: Wiring, done: Round) -> bool:
    """Say what to do next where there was nothing to tell; return whether that was so."""
    if done.outcomes:
        return False
    live, pending = site.article_store.counts()
    if live:
        reasons = ", ".join(f"{count} {why.replace('_', ' ')}" for why, count in done.passed_over)
        told = f"nothing to tell: of {live} live articles, no event is new ({reasons or 'none'})"
    elif pending:
        told = f"nothing to tell: {pending} articles wait for a worker: python -m scripts.worker"
    else:
        told = (
            "nothing to tell: this site has no articles; python -m scripts.ingest jsonl "
            "scripts/sample/*.jsonl takes the sample in"
        )
    people.print(told, highlight=False, soft_wrap=True)
    return True


def _document(site: Wiring, done: Round) -> dict[str, Any]:
    briefs = [
        site.brief_review.history(each.id) for each in done.outcomes if each.result in WRITTEN
    ]
    return {
        "briefs": [_newest(site, each) for each in briefs],
        "outcomes": [_outcome(each) for each in done.outcomes],
        "waiting": done.waiting,
        "passed_over": {why.value: count for why, count in done.passed_over},
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    event = outcome.event
    return {
        "id": outcome.id,
        "story": event.story,
        "result": outcome.result,
        "rank": event.rank,
        "independent_source_count": event.independent,
        "untold": event.untold,
        "attempts": [*map(attempt_document, outcome.attempts)],
    }


def _list(site: Wiring, limit: int, as_json: bool) -> None:
    briefs = site.brief_review.latest(limit)
    if as_json:
        print_json({"briefs": [_newest(site, each) for each in briefs]})
    elif briefs:
        tables.print(brief_table(briefs))
    else:
        people.print("No briefs yet: python -m scripts.brief run --once", highlight=False)


def _show(site: Wiring, brief: Brief, number: int | None, as_json: bool) -> None:
    shown = (
        site.brief_presenter.newest(brief, LANGUAGE)
        if number is None
        else site.brief_presenter.revision(brief, number, LANGUAGE)
    )
    if as_json:
        print_json(brief_document(brief, shown))
    else:
        text = brief_text(brief, None if shown is None else shown.revision)
        tables.print(text, highlight=False, markup=False)


def _newest(site: Wiring, brief: Brief) -> dict[str, Any]:
    return brief_document(brief, site.brief_presenter.newest(brief, LANGUAGE))


if __name__ == "__main__":
    main()
