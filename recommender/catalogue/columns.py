"""Columns of names: each name is stored once, a row holds its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_NAME = ""
"""Stands for "none" in every column; its code is 0."""

FEW = 16
"""Up to so many codes, comparing with each is several times faster than numpy's set membership."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One name for each row.

    Parameters
    ----------
    codes : ndarray, shape (n,), int32
        Index into ``names``; 0 is "none".
    names : sequence of str
        May grow while it is looked at; the codes of a look never reach past its end.
    code_by_name : mapping of str to int
        The same the other way round.
    """

    codes: NDArray[np.int32]
    names: Sequence[str]
    code_by_name: Mapping[str, int]

    def codes_of(self, wanted: Iterable[str]) -> list[int]:
        """Return the codes of those of ``wanted`` that any row may have."""
        return _codes_of(wanted, self.code_by_name)

    def among(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Return the mask, shape (n,), of rows with one of the names.

        Examples
        --------
        >>> names = {"": 0, "food": 1, "sport": 2}
        >>> column = Coded(np.array([1, 0, 2], np.int32), list(names), names)
        >>> column.among({"sport", "war"}).tolist()
        [False, False, True]
        """
        return _is_one_of(self.codes, self.codes_of(wanted))

    def name(self, row: int) -> str | None:
        """Return the name of a row, or None where it has none."""
        return self.names[self.codes[row]] or None


@dataclass(frozen=True, slots=True)
class CodedLists:
    """Any number of names for each row, as pairs of row and code.

    Parameters
    ----------
    rows, codes : ndarray, shape (pairs,), int32
        In ascending order of rows.
    count : int
        n, the number of rows.
    """

    rows: NDArray[np.int32]
    codes: NDArray[np.int32]
    names: Sequence[str]
    code_by_name: Mapping[str, int]
    count: int

    def pairs_of(self, rows: NDArray[np.integer]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return the pairs of a place in ``rows``, shape (p,), and a code of the row there."""
        starts = np.searchsorted(self.rows, rows)
        lengths = np.searchsorted(self.rows, rows, side="right") - starts
        ends = np.cumsum(lengths)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        return np.repeat(np.arange(len(rows)), lengths), self.codes[
            within + np.repeat(starts, lengths)
        ]

    def names_of(self, row: int) -> list[str]:
        """Return the names of a row, in the order in which they were given."""
        start, end = np.searchsorted(self.rows, (row, row + 1))
        return [self.names[code] for code in self.codes[start:end].tolist()]

    def with_any(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Return the mask, shape (n,), of rows that have at least one of the names."""
        mask = np.zeros(self.count, np.bool_)
        mask[self.rows[_is_one_of(self.codes, _codes_of(wanted, self.code_by_name))]] = True
        return mask


def _codes_of(wanted: Iterable[str], code_by_name: Mapping[str, int]) -> list[int]:
    return [code for name in set(wanted) if (code := code_by_name.get(name))]


def _is_one_of(codes: NDArray[np.int32], wanted: Sequence[int]) -> NDArray[np.bool_]:
    if len(wanted) > FEW:
        return np.isin(codes, wanted)
    mask = np.zeros(len(codes), np.bool_)
    for code in wanted:
        mask |= codes == code
    return mask


class NameColumn:
    """A growing :class:`Coded` column."""

    def __init__(self, room: int) -> None:
        self._codes: NDArray[np.int32] = np.zeros(room, np.int32)
        self._vocabulary = Vocabulary()

    def put(self, row: int, name: str | None) -> None:
        """Set a row that no look has reached yet."""
        self._codes[row] = self._vocabulary.code(name or NO_NAME)

    def look(self, count: int) -> Coded:
        """Return the first ``count`` rows."""
        names = self._vocabulary
        return Coded(self._codes[:count], names.names, names.code_by_name)

    def take(self, old: Coded, living: NDArray[np.intp]) -> None:
        """Begin with the living rows of another column, and only the names that they have."""
        self._codes[: len(living)] = self._vocabulary.recoded(old.codes[living], old.names)


class NameListColumn:
    """A growing :class:`CodedLists` column."""

    def __init__(self) -> None:
        self._rows: NDArray[np.int32] = np.zeros(1_024, np.int32)
        self._codes: NDArray[np.int32] = np.zeros(1_024, np.int32)
        self._used = 0
        self._vocabulary = Vocabulary()

    def put(self, row: int, names: Iterable[str]) -> None:
        """Set a row past all rows that were set before."""
        codes = [self._vocabulary.code(name) for name in names if name]
        self._append(np.full(len(codes), row, np.int32), np.array(codes, np.int32))

    def look(self, count: int) -> CodedLists:
        """Return the lists of the first ``count`` rows; later ones are not set yet."""
        used, names = self._used, self._vocabulary
        rows, codes = self._rows[:used], self._codes[:used]
        return CodedLists(rows, codes, names.names, names.code_by_name, count)

    def take(self, old: CodedLists, living: NDArray[np.intp]) -> None:
        """Begin with the living rows of another column, and only the names that they have."""
        moved = np.full(old.count, -1, np.int32)
        moved[living] = np.arange(len(living), dtype=np.int32)
        rows = moved[old.rows]
        kept = rows >= 0
        self._append(rows[kept], self._vocabulary.recoded(old.codes[kept], old.names))

    def _append(self, rows: NDArray[np.int32], codes: NDArray[np.int32]) -> None:
        end = self._used + len(rows)
        if end > len(self._rows):  # new arrays: older looks keep theirs
            room = np.zeros(2 * end, np.int32)
            self._rows = np.concatenate([self._rows[: self._used], room])
            self._codes = np.concatenate([self._codes[: self._used], room])
        self._rows[self._used : end] = rows
        self._codes[self._used : end] = codes
        self._used = end


class Vocabulary:
    """Names with their codes, 0 for none."""

    def __init__(self) -> None:
        self.names = [NO_NAME]
        self.code_by_name = {NO_NAME: 0}

    def code(self, name: str) -> int:
        """Return the code of ``name``, a new one where it is new."""
        if name not in self.code_by_name:
            self.names.append(name)
            self.code_by_name[name] = len(self.names) - 1
        return self.code_by_name[name]

    def recoded(self, codes: NDArray[np.int32], names: Sequence[str]) -> NDArray[np.int32]:
        """Return codes of this vocabulary for ``codes`` of another one."""
        used, place = np.unique(codes, return_inverse=True)
        fresh = np.array([self.code(names[code]) for code in used.tolist()], np.int32)
        return fresh[place] if len(codes) else codes
