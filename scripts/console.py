"""What the programs share for talking to people: progress, tables, errors, JSON."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from recommender.errors import InvalidInput, NewsfeedError
from recommender.settings import Settings, load_settings

Params = ParamSpec("Params")
Result = TypeVar("Result")

PLAIN_SECONDS = 5.0
"""Where no terminal watches, a line of progress is printed at most this often."""

PLAIN_WIDTH = 120
"""Characters of a line where no terminal says how wide it is."""


class OutputFile(click.Path):
    """A file to be written, in a folder that is there: refused before the work, not after it."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Return the path, or refuse it as wrong usage."""
        file = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not file.parent.is_dir():
            self.fail(f"the folder {file.parent} does not exist", param, ctx)
        return file


people = Console(stderr=True)
"""Progress and messages for people; what a program reads goes to standard output."""

tables = Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)
"""Tables on standard output."""


def print_json(document: Any) -> None:  # any JSON document
    """Print one JSON document on standard output."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
    sys.stdout.write(orjson.dumps(document, option=options).decode() + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many more are done: a bar, or plain lines off a terminal.

    Parameters
    ----------
    total : int or None
        How many there will be, where that is known.
    """
    if not people.is_terminal:
        with _plain_progress(title, total) as advance:
            yield advance
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=people) as bar:
        task = bar.add_task(title, total=total)
        yield lambda more: bar.advance(task, more)


@contextlib.contextmanager
def _plain_progress(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    done, said = 0, time.monotonic()
    of = f" of {total}" if total is not None else ""

    def advance(more: int) -> None:
        nonlocal done, said
        done += more
        if time.monotonic() - said >= PLAIN_SECONDS:
            said = time.monotonic()
            people.print(f"{title}: {done}{of}", highlight=False)

    yield advance
    people.print(f"{title}: {done}{of}, finished", highlight=False)


def read_settings(**changes: Any) -> Settings:
    """Return the settings of the environment, with ``changes`` on top; name what is off.

    Raises
    ------
    click.ClickException
        A variable is unknown, malformed or out of range.
    """
    try:
        return load_settings(**changes)
    except InvalidInput as error:
        raise click.ClickException(str(error)) from error


def reports_errors(command: Callable[Params, Result]) -> Callable[Params, Result]:
    """Make a command end with a message and exit code 1 on an error that the library means."""

    @functools.wraps(command)
    def reporting(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except NewsfeedError as error:
            raise click.ClickException(str(error)) from error

    return reporting
