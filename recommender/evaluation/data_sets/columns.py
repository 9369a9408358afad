"""Kinds of columns: the type that each is brought to, from Parquet and from JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

LABEL = r"[^\[\]\s,'\"]+"
"""One label of a list that was written as text, like ``[130 131]`` or ``['a', 'b']``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a column must hold; a value that is not given is null.

    Parameters
    ----------
    name : str
        For messages: ``"a whole number"``.
    from_column : callable
        A column of a Parquet file in ``dtype``; raises a polars error where that cannot be.
    from_json : callable
        One value that is not null; raises ``ValueError`` or ``TypeError``.
    """

    name: str
    dtype: pl.DataType
    from_column: Callable[[pl.Series], pl.Series]
    from_json: Callable[[Any], Any]


def _cast(dtype: pl.DataType) -> Callable[[pl.Series], pl.Series]:
    return lambda column: column.cast(dtype)


def _list_of(name: str, element: Kind) -> Kind:
    dtype = pl.List(element.dtype)

    def from_json(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError(value)
        return [None if part is None else element.from_json(part) for part in value]

    return Kind(name=name, dtype=dtype, from_column=_cast(dtype), from_json=from_json)


def _whole(value: Any) -> int:
    # Tables that once held nulls were written with floats: 9778745.0 is the same id.
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise TypeError(value)
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)


def _time(value: Any) -> datetime:
    time = datetime.fromisoformat(value)
    return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)


def _times(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        column = column.str.to_datetime(time_zone="UTC")
    return column.cast(pl.Datetime("us"))


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(value)
    return str(value)


def _labels(value: Any) -> list[str]:
    if isinstance(value, str):
        return re.findall(LABEL, value)
    return [_text(part) for part in value if part is not None]


def _label_lists(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column.str.extract_all(LABEL)
    return column.cast(pl.List(pl.String)).list.drop_nulls()


WHOLE = Kind(
    name="a whole number", dtype=pl.Int64(), from_column=_cast(pl.Int64()), from_json=_whole
)
NUMBER = Kind(
    name="a number", dtype=pl.Float64(), from_column=_cast(pl.Float64()), from_json=_number
)
TIME = Kind(
    name="a date and time, UTC where no zone is given",
    dtype=pl.Datetime("us"),
    from_column=_times,
    from_json=_time,
)
TEXT = Kind(name="a text", dtype=pl.String(), from_column=_cast(pl.String()), from_json=_text)
LABELS = Kind(
    name="a list of labels",
    dtype=pl.List(pl.String()),
    from_column=_label_lists,
    from_json=_labels,
)
WHOLES = _list_of("a list of whole numbers", WHOLE)
NUMBERS = _list_of("a list of numbers", NUMBER)
TIMES = _list_of("a list of dates and times, UTC where no zone is given", TIME)
