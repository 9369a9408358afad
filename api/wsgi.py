"""What gunicorn loads: ``gunicorn "api.wsgi:create()"``.

Gunicorn calls :func:`create` in each of its processes after the fork, so that each has its own
connections and its own follower thread. Do not preload the application: threads do not live
through a fork.
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from flask import Flask

from api.app import create_app
from recommender.bootstrap import open_site
from recommender.settings import Settings


def create() -> Flask:
    """Return this process's application, its catalogue loaded; settings come from the environment.

    Everything is closed when the process ends.

    Raises
    ------
    StoreError
        Redis cannot be reached, or holds data that do not fit the settings.
    """
    with ExitStack() as opened:
        wiring = opened.enter_context(open_site(Settings()))
        app = create_app(wiring)
        opened.callback(wiring.follower.stop)
        wiring.follower.start()
        atexit.register(opened.pop_all().close)
    return app
