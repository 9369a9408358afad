"""Serve: the API under gunicorn, a worker, and an embedded Redis where no URL is set."""

from __future__ import annotations

import signal
import time

import click

from scripts.console import people, read_settings, reports_errors
from scripts.supervisor import running_service

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
            people.print(f"serving on {running.url}  (its API: {running.url}/docs)")
            people.print(f"Redis: {running.redis_url if settings.redis_url is None else 'as set'}")
            while True:
                running.check()
                time.sleep(0.5)
    except KeyboardInterrupt:
        people.print("stopped")


if __name__ == "__main__":
    main()
