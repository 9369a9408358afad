"""Serve: the API under gunicorn, a worker, and an embedded Redis where no URL is set."""

from __future__ import annotations

import signal
import time

import click

from scripts.console import people, read_settings, reports_errors
from scripts.supervisor import Running, running_service

REVIVE_SECONDS = 5.0
"""Pause after a worker was started again."""

EXAMPLES = """
\b
Examples:
  python -m scripts.serve
  NEWSFEED_REDIS_URL=redis://localhost:6379/0 python -m scripts.serve
  NEWSFEED_SERVER__PORT=9000 NEWSFEED_SERVER__PROCESSES=4 python -m scripts.serve
"""


@click.command(epilog=EXAMPLES)
@click.option("--no-worker", is_flag=True, help="Serve only; a worker runs elsewhere.")
@reports_errors
def main(no_worker: bool) -> None:
    """Serve feeds until stopped (Ctrl-C or SIGTERM).

    Listens on 127.0.0.1:8000 unless NEWSFEED_SERVER__HOST and NEWSFEED_SERVER__PORT say otherwise.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = read_settings()
    try:
        with running_service(settings, worker=not no_worker, quiet=False) as running:
            where = running.redis_url if settings.redis_url is None else "as set"
            people.print(f"serving on {running.url} , all routes: {running.url}/docs")
            people.print(f"Redis: {where}", highlight=False)
            _watch(running)
            people.print("stopping …")
    except KeyboardInterrupt:
        people.print("stopped")
        return
    people.print("stopped")


def _watch(running: Running) -> None:
    try:
        while True:
            if running.revive_worker():
                people.print("the worker ended; it was started again")
                time.sleep(REVIVE_SECONDS)
            running.check("api")
            time.sleep(0.5)
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
