"""What gunicorn loads: ``gunicorn "api.wsgi:create()"``.

Gunicorn calls :func:`create` in each of its processes after the fork, so that each has its own
connections and its own follower thread. Do not preload the application: threads do not live
through a fork.
"""

from __future__ import annotations

import atexit
import logging
import time
from contextlib import ExitStack

from flask import Flask

from api.app import create_app
from recommender.bootstrap import open_site
from recommender.errors import StoreUnreachable
from recommender.settings import load_settings

RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


def create() -> Flask:
    """Return this process's application, its catalogue loaded; settings come from the environment.

    Everything is closed when the process ends. While Redis does not answer it waits: a process
    that failed to start would end gunicorn, and with it those that serve.

    Raises
    ------
    StoreError
        Redis holds data that do not fit the settings.
    """
    while True:
        try:
            return _create()
        except StoreUnreachable as error:
            log.warning("waiting for Redis: %s", error)
            time.sleep(RETRY_SECONDS)


def _create() -> Flask:
    with ExitStack() as opened:
        wiring = opened.enter_context(open_site(load_settings()))
        app = create_app(wiring)
        opened.callback(wiring.follower.stop)
        wiring.follower.start()
        atexit.register(opened.pop_all().close)
    return app
