"""MIND's ``behaviors.tsv`` as columns of codes, with all that was left out counted.

Columns, parted by tabs: impression id, user id, time, history (oldest first), candidates
(``N1-1`` was clicked, ``N2-0`` was not).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from recommender.errors import SourceError
from recommender.evaluation.data_sets.tables import ID_LEFT_OUT, ROW_LEFT_OUT
from recommender.evaluation.data_sets.types import NONE, Dropped, History, Impressions
from recommender.ingest.lines import Line, read_lines

COLUMNS = 5
LABELS = ("0", "1")
HOURS = {"AM": {12: 0} | {hour: hour for hour in range(1, 12)}}
HOURS["PM"] = {hour: since_midnight + 12 for hour, since_midnight in HOURS["AM"].items()}
"""Hours of the day by half of the day and hour of the clock."""

GAP_SECONDS = 3_600.0
"""Between the last entry of a history and the first impression."""

UNLABELLED = f"{ROW_LEFT_OUT}: the candidates must end in -0 or -1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line, its ids still as they are written."""

    id: str
    reader: str
    at: float
    history: list[str]
    candidates: list[str]


@dataclass(slots=True, kw_only=True)
class _Columns:
    """What lines come to, grown row by row."""

    ids: list[str] = field(default_factory=list)
    readers: array[int] = field(default_factory=lambda: array("i"))
    at: array[float] = field(default_factory=lambda: array("d"))
    lengths: array[int] = field(default_factory=lambda: array("i"))
    candidates: array[int] = field(default_factory=lambda: array("i"))
    clicked: bytearray = field(default_factory=bytearray)

    def append(self, row: _Row, reader: int, offered: list[int], clicked: set[int]) -> None:
        self.ids.append(row.id)
        self.readers.append(reader)
        self.at.append(row.at)
        self.lengths.append(len(offered))
        self.candidates.extend(offered)
        self.clicked.extend(code in clicked for code in offered)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """A reader's history at one impression, which is at ``place`` in the file."""

    at: float
    place: str
    known: array[int]
    unknown: int


@dataclass(slots=True, kw_only=True)
class _Losses:
    """Counts of what is left out, by reason, with the place of the first."""

    places: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, reason: str, place: str, count: int = 1) -> None:
        if count > 0:
            self.places.setdefault(reason, place)
            self.counts[reason] = self.counts.get(reason, 0) + count

    def dropped(self) -> tuple[Dropped, ...]:
        return tuple(
            Dropped(place=place, reason=reason, count=self.counts[reason])
            for reason, place in self.places.items()
        )


class _Unfit(ValueError):
    """A line that cannot be read; the message is the reason."""


def read_behaviours(
    folder: Path, path: Path, codes: Mapping[str, int], readers: dict[str, int]
) -> tuple[History, Impressions, tuple[Dropped, ...]]:
    """Stream a file, bring it into order of time and its ids to codes.

    Parameters
    ----------
    folder : Path
        What places are given below.
    codes : mapping of str to int
        Codes of articles by id.
    readers : dict of str to int
        Codes of readers by id; grows by those who are new.

    Raises
    ------
    SourceError
        The file cannot be read, or no row of it can be used.
    """
    columns, losses = _Columns(), _Losses()
    # Twice the code, plus the label: one look-up for each of the many candidates.
    marks = {
        f"{name}-{label}": 2 * code + label for name, code in codes.items() for label in (0, 1)
    }
    histories: dict[int, _Past] = {}
    below = path.parent.relative_to(folder)
    for line in read_lines(path):
        place = line.place if below == Path() else f"{below.as_posix()}/{line.place}"
        try:
            row = _row(line)
            offered, clicked = _offered(row.candidates, marks, place, losses)
        except _Unfit as reason:
            losses.add(str(reason), place)
            continue
        reader = readers.setdefault(row.reader, len(readers))
        if reader not in histories or row.at < histories[reader].at:
            histories[reader] = _past(row, place, codes)
        columns.append(row, reader, offered, clicked)
    if not columns.ids:
        raise SourceError(_nothing_left(path, losses))
    impressions = _impressions(columns)
    history = _history(histories, float(impressions.at[0]) - GAP_SECONDS, losses)
    return history, impressions, losses.dropped()


def _nothing_left(path: Path, losses: _Losses) -> str:
    if set(losses.counts) == {UNLABELLED}:
        return (
            f"{path}: wanted candidates with labels like N1-0 and N2-1, got none: "
            "MIND's test set is published without its clicks"
        )
    reasons = "; ".join(f"{row.place}: {row.reason} ({row.count})" for row in losses.dropped())
    return f"{path}: wanted an impression with a known click, got none ({reasons or 'no rows'})"


def _row(line: Line) -> _Row:
    columns = line.content.decode("utf-8", "replace").split("\t")
    if line.too_long or len(columns) != COLUMNS:
        raise _Unfit(f"{ROW_LEFT_OUT}: it must have {COLUMNS} columns parted by tabs")
    name, reader, at, history, candidates = columns
    if not (name and reader):
        raise _Unfit(f"{ROW_LEFT_OUT}: it must name its impression and its reader")
    return _Row(
        id=name,
        reader=reader,
        at=_seconds(at),
        history=history.split(),
        candidates=candidates.split(),
    )


def _seconds(text: str) -> float:
    """Read ``11/13/2019 8:36:57 AM``; several times faster than ``strptime``."""
    try:
        date, clock, half = text.split(" ")
        month, day, year = map(int, date.split("/"))
        hour, minute, second = map(int, clock.split(":"))
        time = datetime(year, month, day, HOURS[half][hour], minute, second, tzinfo=UTC)
    except (ValueError, KeyError) as error:
        reason = f"{ROW_LEFT_OUT}: its time must be like 11/13/2019 8:36:57 AM"
        raise _Unfit(reason) from error
    return time.timestamp()


def _offered(
    tokens: list[str], marks: Mapping[str, int], place: str, losses: _Losses
) -> tuple[list[int], set[int]]:
    """Return the codes of the known candidates, and those of them that were clicked."""
    known = [marks[token] for token in tokens if token in marks]
    if len(known) < len(tokens):
        _check_labels(tokens)
    clicked = {mark >> 1 for mark in known if mark & 1}
    offered = list(dict.fromkeys(mark >> 1 for mark in known))
    unknown, again = len(tokens) - len(known), len(known) - len(offered)
    losses.add(f"{ID_LEFT_OUT}: a candidate that is no such article", place, unknown)
    losses.add(f"{ID_LEFT_OUT}: a candidate that comes twice", place, again)
    if not offered:
        raise _Unfit(f"{ROW_LEFT_OUT}: no candidate is a known article")
    if not clicked:
        raise _Unfit(f"{ROW_LEFT_OUT}: no known candidate was clicked")
    return offered, clicked


def _check_labels(tokens: list[str]) -> None:
    for token in tokens:
        name, _, label = token.rpartition("-")
        if not name or label not in LABELS:
            raise _Unfit(UNLABELLED)


def _past(row: _Row, place: str, codes: Mapping[str, int]) -> _Past:
    known = array("i", [codes[name] for name in row.history if name in codes])
    return _Past(at=row.at, place=place, known=known, unknown=len(row.history) - len(known))


def _impressions(columns: _Columns) -> Impressions:
    order = np.argsort(np.frombuffer(columns.at), kind="stable")
    lengths = np.frombuffer(columns.lengths, dtype=np.int32).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(lengths)])
    starts = np.concatenate([[0], np.cumsum(lengths[order])])
    rows = np.arange(starts[-1]) + np.repeat(before[order] - starts[:-1], lengths[order])
    at = np.frombuffer(columns.at)[order]
    return Impressions(
        ids=np.array(columns.ids, dtype=np.str_)[order],
        readers=np.frombuffer(columns.readers, dtype=np.int32)[order],
        at=at,
        visible=at.copy(),
        reading=np.full(len(at), NONE, dtype=np.int32),
        dwell=np.full(len(at), np.nan, dtype=np.float32),
        starts=starts,
        candidates=np.frombuffer(columns.candidates, dtype=np.int32)[rows],
        clicked=np.frombuffer(columns.clicked, dtype=np.bool_)[rows],
    )


def _history(histories: Mapping[int, _Past], end: float, losses: _Losses) -> History:
    readers, lengths, entries = array("i"), array("q"), array("i")
    for reader, past in histories.items():
        reason = f"{ID_LEFT_OUT}: an entry of a history that is no such article"
        losses.add(reason, past.place, past.unknown)
        if past.known:
            readers.append(reader)
            lengths.append(len(past.known))
            entries.extend(past.known)
    return _dated(readers, lengths, entries, end)


def _dated(readers: array[int], lengths: array[int], entries: array[int], end: float) -> History:
    sizes = np.array(lengths, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    # How many entries of the same reader come after each.
    later = np.repeat(starts[1:], sizes) - np.arange(starts[-1]) - 1
    return History(
        readers=np.array(readers, dtype=np.int32),
        starts=starts,
        articles=np.array(entries, dtype=np.int32),
        at=np.float64(end) - later.astype(np.float64),
        dwell=np.full(len(later), np.nan, dtype=np.float32),
    )
