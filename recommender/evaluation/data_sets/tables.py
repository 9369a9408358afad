"""One table of a data set as a polars frame: Parquet or JSON Lines, checked column by column.

A frame's column ``row`` is the place of each row in its file, the first is 1: rows that are left
out later are reported by it.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from recommender.errors import SourceError
from recommender.evaluation.data_sets.columns import Kind
from recommender.evaluation.data_sets.types import Dropped

ENDINGS = (".parquet", ".jsonl", ".jsonl.gz")
"""Forms of a table in the order in which they are looked for."""

ROW = "row"
ROW_LEFT_OUT = "row left out"
ID_LEFT_OUT = "id left out, row kept"

Columns = Mapping[str, Kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file's rows, with what was left out.

    Parameters
    ----------
    name : str
        The file below the data set's folder, for places: ``"train/behaviors.parquet"``.
    frame : DataFrame
        The wanted columns in their wanted types, and ``row``.
    """

    path: Path
    name: str
    frame: pl.DataFrame
    dropped: tuple[Dropped, ...]


def read_table(folder: Path, stem: str, wanted: Columns, optional: Columns | None = None) -> Table:
    """Read ``folder/stem`` with whichever of the ``ENDINGS`` it has.

    Parameters
    ----------
    wanted, optional : mapping of str to Kind
        Columns by name; all others stay unread. An optional column may be absent.

    Raises
    ------
    SourceError
        There is no such file, it is cut short or holds no rows, or a column is missing or of
        another type.
    """
    path = _find(folder, stem)
    name = path.relative_to(folder).as_posix()
    dropped: tuple[Dropped, ...] = ()
    if path.suffix == ".parquet":
        frame = _read_parquet(path, wanted, optional or {})
    else:
        frame, dropped = _read_json_lines(path, name, wanted, optional or {})
    if frame.is_empty():
        raise SourceError(f"{path}: wanted at least one row, got none that can be read")
    return Table(path=path, name=name, frame=frame, dropped=dropped)


def lost(frame: pl.DataFrame, name: str, reason: str) -> tuple[Dropped, ...]:
    """Return what is to be said of left-out rows (or ids, one in each row): nothing, if none."""
    if frame.is_empty():
        return ()
    first = int(frame[ROW].to_numpy().min())
    return (Dropped(place=f"{name}:{first}", reason=reason, count=frame.height),)


def _find(folder: Path, stem: str) -> Path:
    for ending in ENDINGS:
        path = folder / (stem + ending)
        if path.is_file():
            return path
    raise SourceError(f"{folder / stem}: wanted a file that ends in {', '.join(ENDINGS)}, got none")


def _read_parquet(path: Path, wanted: Columns, optional: Columns) -> pl.DataFrame:
    # Damaged pages make polars panic: that is no Exception, so it is named here.
    try:
        present = pl.read_parquet_schema(path)
        columns = _present(path, present, wanted, optional)
        frame = pl.read_parquet(path, columns=list(columns))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise SourceError(
            f"{path}: wanted a whole Parquet file, got one that is cut short or damaged ({error})"
        ) from error
    typed = [_typed(path, frame[name], kind) for name, kind in columns.items()]
    return pl.DataFrame(typed).with_row_index(ROW, offset=1)


def _typed(path: Path, column: pl.Series, kind: Kind) -> pl.Series:
    try:
        return kind.from_column(column)
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            f"{path}: column {column.name}: wanted {kind.name}, got {column.dtype}"
        ) from error


def _present(path: Path, names: Any, wanted: Columns, optional: Columns) -> dict[str, Kind]:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise SourceError(
            f"{path}: wanted the columns {', '.join(wanted)}, got none named {', '.join(missing)}"
        )
    return {**wanted, **{name: kind for name, kind in optional.items() if name in names}}


def _read_json_lines(
    path: Path, name: str, wanted: Columns, optional: Columns
) -> tuple[pl.DataFrame, tuple[Dropped, ...]]:
    kinds = {**wanted, **optional}
    columns: dict[str, list[Any]] = {column: [] for column in kinds}
    rows: list[int] = []
    seen: set[str] = set()
    broken: dict[str, list[int]] = {}
    for number, line in _numbered(path):
        try:
            record = orjson.loads(line)
            seen.update(record)
            values = [_value(column, kind, record.get(column)) for column, kind in kinds.items()]
        except (ValueError, TypeError, AttributeError) as error:
            reason = str(error) if isinstance(error, _Broken) else "no JSON object"
            broken.setdefault(reason, []).append(number)
            continue
        rows.append(number)
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    if rows:
        kinds = _present(path, seen, wanted, optional)
    series = [pl.Series(column, columns[column], dtype=kinds[column].dtype) for column in kinds]
    return pl.DataFrame([pl.Series(ROW, rows, dtype=pl.UInt32), *series]), tuple(
        Dropped(place=f"{name}:{lines[0]}", reason=f"{ROW_LEFT_OUT}: {reason}", count=len(lines))
        for reason, lines in broken.items()
    )


class _Broken(ValueError):
    """A value of a line that is not of its column's kind."""


def _value(column: str, kind: Kind, value: Any) -> Any:
    try:
        return None if value is None else kind.from_json(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise _Broken(f"{column} must be {kind.name}") from error


def _numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(
            f"{path}: wanted a whole file of JSON Lines, got one that cannot be read to its end "
            f"({error})"
        ) from error
