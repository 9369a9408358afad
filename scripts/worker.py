"""The embedding worker: takes pending articles off the queue, embeds them, makes them live."""

from __future__ import annotations

import logging
import signal
import threading

import click

from recommender.bootstrap import open_site
from scripts.console import people, read_settings, reports_errors

EXAMPLES = """
\b
Examples:
  python -m scripts.worker            work until stopped (Ctrl-C or SIGTERM)
  python -m scripts.worker --drain    embed what waits now, then end
"""


@click.command(epilog=EXAMPLES)
@click.option("--drain", is_flag=True, help="End when nothing waits any more.")
@reports_errors
def main(drain: bool) -> None:
    """Embed pending articles and make them live.

    Any number of workers may run. One that is killed loses nothing: another takes its batch over.
    """
    logging.basicConfig(level=logging.WARNING, format="worker: %(message)s")
    with open_site(read_settings()) as site:
        embedder = site.embedder()
        # Until here a signal ends the program at once: nothing is in hand yet.
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        model, precision = site.encoder.model_id, site.encoder.precision
        people.print(f"worker: ready, {model} in {precision}", highlight=False)
        if drain:
            embedder.drain()
        else:
            embedder.run(stopping.is_set)


if __name__ == "__main__":
    main()
