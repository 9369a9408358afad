"""A brief as a page for readers: complete without scripts, its marks readable by programs too."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files

from flask import Response, render_template
from markupsafe import Markup

from api.brief_linked_data import linked_data
from api.headers import own_address
from api.responses import HEADERS
from recommender.bootstrap import Wiring
from recommender.briefs.datelines import dateline_of
from recommender.disclosure.labels import system_name
from recommender.disclosure.messages import say
from recommender.domain.brief_records import Brief, BriefStatus, StatusChange
from recommender.domain.ids import ArticleId
from recommender.errors import UnknownBrief, UnknownRevision
from recommender.services.brief_showing import ShownRevision
from recommender.store.articles import REMOVER
from recommender.store.cards import instant_text

_STYLE = files("api").joinpath("pages", "brief.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

PAGE_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is disclosed at the top of the page, and what that means."""

    text: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time, for programs and in words."""

    instant: str
    words: str


def page_address(brief: ArticleId) -> str:
    """Return where this service shows a brief."""
    return f"{own_address()}/v1/briefs/{brief}"


def brief_page(wiring: Wiring, name: ArticleId, number: int | None, language: str) -> Response:
    """Return the page of a brief: of its published revision where no number is given.

    Status 410 where it was withdrawn, and 404 where there is nothing that was published. A draft
    is shown only by its number.

    Parameters
    ----------
    language : str
        One of ``disclosure.messages.LANGUAGES``: of the page's own words.
    """
    try:
        brief = wiring.brief_review.history(name)
        withdrawal = _withdrawal(brief, number)
        if withdrawal is not None:
            return _withdrawn(withdrawal, language)
        shown = wiring.brief_presenter.revision(brief, number or brief.live or 0, language)
    except (UnknownBrief, UnknownRevision):
        words = [say("brief.missing.why", language)]
        return _notice(404, say("brief.missing", language), words, language)
    banner = None if number is None else _banner(brief, number, language)
    return _text_page(brief, shown, wiring.brief_presenter.publisher, banner, language)


def _text_page(
    brief: Brief, shown: ShownRevision, publisher: str, banner: str | None, language: str
) -> Response:
    revision, address = shown.revision, page_address(brief.id)
    return _html(
        200,
        "brief.html",
        language,
        brief=brief,
        revision=revision,
        draft=revision.draft,
        publisher=publisher,
        banner=banner,
        marks=list(_marks(shown, language)),
        sources=revision.cited,
        numbers={each.article: n for n, each in enumerate(revision.cited, start=1)},
        system=system_name(revision.draft.writing.system, revision.draft.writing.version),
        canonical=shown.url or address,
        data=f"{address}?format=json&revision={revision.number}",
        linked=None if banner else linked_data(brief, shown, publisher, shown.url or address),
        moment=partial(_moment, language=language),
        linkable=_linkable,
    )


def _marks(shown: ShownRevision, language: str) -> Iterator[Mark]:
    for label in shown.labels:
        yield Mark(text=label.text, meaning=say(f"brief.meaning.{label.code}", language))
    yield Mark(
        text=say("brief.same_for_all", language),
        meaning=say("brief.meaning.same_for_all", language),
    )


def _banner(brief: Brief, number: int, language: str) -> str:
    revision = brief.revision(number)
    if number == brief.live:
        return say("brief.current", language, number=number)
    is_draft = revision is not None and revision.status is BriefStatus.DRAFT
    return say("brief.draft" if is_draft else "brief.former", language, number=number)


def _withdrawal(brief: Brief, number: int | None) -> StatusChange | None:
    """Return what took from readers what is asked for; None where nothing did."""
    asked = None if number is None else brief.revision(number)
    if asked is not None and asked.status is BriefStatus.WITHDRAWN:
        return asked.changes[-1]
    waits = asked is not None and asked.status is BriefStatus.DRAFT
    if waits or brief.live is not None or brief.first_published_at is None:
        return None
    changes = (change for each in brief.revisions for change in each.changes)
    withdrawn = (each for each in changes if each.status is BriefStatus.WITHDRAWN)
    return max(withdrawn, key=lambda each: each.at, default=None)


def _withdrawn(change: StatusChange, language: str) -> Response:
    words = [say("brief.withdrawn.when", language, when=_moment(change.at, language).words)]
    by_person = change.by not in {None, REMOVER}
    if not by_person:  # its reason is for who reviews: in English, and with articles' ids
        words.append(say("brief.withdrawn.by_service", language))
    reason = change.reason if by_person else None
    return _notice(410, say("brief.withdrawn", language), words, language, reason)


def _notice(
    status: int, title: str, words: list[str], language: str, reason: str | None = None
) -> Response:
    return _html(status, "brief_notice.html", language, title=title, words=words, reason=reason)


def _html(status: int, template: str, language: str, **parts: object) -> Response:
    html = render_template(
        template,
        language=language,
        say=partial(say, language=language),
        style=Markup(_STYLE),  # noqa: S704  # our own file
        **parts,
    )
    return Response(html, status, PAGE_HEADERS, mimetype="text/html")


def _moment(seconds: float, language: str) -> Moment:
    clock = datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")
    return Moment(instant=instant_text(seconds), words=f"{dateline_of(seconds, language)}, {clock}")


def _linkable(address: str | None) -> str | None:
    """Return an address that a browser may be sent to: no ``javascript:`` among them."""
    return address if address and address.startswith(("http://", "https://")) else None
