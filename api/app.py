"""The Flask application over the wired services of one site."""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.routing import BaseConverter, Map

from api.bodies import BODY_MAX_BYTES
from api.documentation import register_documentation
from api.errors import register_errors
from api.routes import OPERATIONS
from recommender.bootstrap import Wiring


class IdConverter(BaseConverter):
    """The part of a path that is an id: anything, slashes and empty segments too.

    Parameters
    ----------
    *not_ending : str
        Last segments that it may not have after others.
    """

    part_isolating = False

    def __init__(self, url_map: Map, *not_ending: str) -> None:
        super().__init__(url_map)
        self.regex = ".+" + "".join(f"(?<!./{re.escape(each)})" for each in not_ending)


def create_app(wiring: Wiring) -> Flask:
    """Return the application that serves ``wiring``.

    The caller opens the site, starts ``wiring.follower`` and closes both: nothing is served
    from a catalogue that nobody follows, and ``/health/ready`` says so until then.

    Parameters
    ----------
    wiring : Wiring
        The services of the site; every one is made here, before the first request.
    """
    _make_services(wiring)
    app = Flask(__package__, static_folder=None, template_folder="pages")
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES
    app.url_map.merge_slashes = False  # an id may hold two slashes in a row
    app.url_map.converters["id"] = IdConverter
    for each in OPERATIONS:
        app.add_url_rule(each.rule, each.name, each.bind(wiring), methods=[each.method])
        if not each.answers_head:
            _refuse_head(app, each.name)
    register_documentation(app, OPERATIONS, wiring)
    register_errors(app)
    return app


def _refuse_head(app: Flask, name: str) -> None:
    for rule in app.url_map.iter_rules(name):
        if rule.methods is not None:
            rule.methods.discard("HEAD")  # Werkzeug adds it wherever there is GET


def _make_services(wiring: Wiring) -> None:
    # A cached_property takes no lock: two threads' first requests could make one twice.
    _ = wiring.feed, wiring.trending, wiring.articles, wiring.intake, wiring.interactions
    _ = wiring.readers, wiring.profiles, wiring.rules, wiring.explanations
    _ = wiring.experiments, wiring.stories, wiring.brief_review, wiring.brief_presenter
