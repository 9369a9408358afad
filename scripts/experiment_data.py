"""Where the programs on experiments read a site's log: its archive, the service, or both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.bootstrap import Wiring

if TYPE_CHECKING:
    from recommender.evaluation.experiments.logged import Logged

LIVE = "live"

data_option = click.option(
    "--data",
    multiple=True,
    metavar=f"FOLDER|{LIVE}",
    help=f'Folder of an archive, or "{LIVE}" for what the service still logs; give it again for '
    "both. What is in both counts once.  [default: the site's archive, where there is one, and "
    f"{LIVE}]",
)


def wants_service(data: Sequence[str]) -> bool:
    """Tell whether the log of the service is asked for."""
    return not data or LIVE in data


def read_data(data: Sequence[str], site: Wiring | None) -> Logged:
    """Read the log that ``--data`` asks for.

    Parameters
    ----------
    site : Wiring or None
        Not wanted where ``data`` names a folder alone.

    Raises
    ------
    click.UsageError
        Several folders are named.
    SourceError
        There is no such archive, it is damaged, or there is no slate at all.
    """
    from recommender.evaluation.data_sets.archive import (  # noqa: PLC0415  # --help does without
        site_folder,
    )
    from recommender.evaluation.experiments.logged import read_log  # noqa: PLC0415  # as above

    folders = [Path(each) for each in data if each != LIVE]
    if len(folders) > 1:
        raise click.UsageError("--data names one folder at most: a site has one archive")
    archive = site_folder(folders[0]) if folders else None
    live = site.logs if site is not None and wants_service(data) else None
    if not data and site is not None:
        own = site.settings.data_dir / "archive" / site.site
        archive = own if own.is_dir() else None
    return read_log(archive, live)
