"""Tables: what is wrong with a file is said with its name, and with the row where there is one."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import SourceError
from recommender.evaluation.data_sets.columns import LABELS, NUMBER, TEXT, TIME, WHOLE, WHOLES
from recommender.evaluation.data_sets.tables import Table, read_table
from recommender.evaluation.data_sets.types import Dropped

WANTED = {"id": WHOLE, "at": TIME, "of": WHOLES}
GOOD = b'{"id": 1, "at": "2023-05-18T07:00:03", "of": [1, 2]}\n'


def read(folder: Path, content: bytes, ending: str = ".jsonl") -> Table:
    (folder / f"t{ending}").write_bytes(content)
    return read_table(folder, "t", WANTED)


def parquet(folder: Path, rows: int = 3) -> bytes:
    path = folder / "whole"
    types = {"id": pl.Int32, "at": pl.Datetime("us"), "of": pl.List(pl.Int32)}
    row = (1, datetime(2023, 5, 18, 7), [1, 2])  # noqa: DTZ001  # EB-NeRD names no zone
    pl.DataFrame([row] * rows, schema=types, orient="row").write_parquet(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "no JSON object"),
        (b"[1]", "no JSON object"),
        (b"7", "no JSON object"),
        (b"\xff\xfe", "no JSON object"),
        (b'{"id": "x"}', "id must be a whole number"),
        (b'{"id": 1.5}', "id must be a whole number"),
        (b'{"id": true}', "id must be a whole number"),
        (b'{"at": 7}', "at must be a date and time, UTC where no zone is given"),
        (b'{"at": "noon"}', "at must be a date and time, UTC where no zone is given"),
        (b'{"of": 1}', "of must be a list of whole numbers"),
        (b'{"of": ["a"]}', "of must be a list of whole numbers"),
        (GOOD[:20], "no JSON object"),
    ],
)
def test_a_broken_line_is_left_out_with_its_number(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    table = read(tmp_path, GOOD + b"\n" + line + b"\n" + GOOD + line)
    assert table.frame["row"].to_list() == [1, 4]
    assert table.dropped == (Dropped(place="t.jsonl:3", reason=f"row left out: {reason}", count=2),)


def test_an_id_written_as_a_float_is_the_same_id(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD.replace(b'"id": 1,', b'"id": 9778745.0,'))
    assert table.frame["id"].to_list() == [9778745]


def test_a_zone_is_brought_to_utc(tmp_path: Path) -> None:
    lines = GOOD + GOOD.replace(b":03", b":03+02:00")
    times = read(tmp_path, lines).frame["at"].dt.epoch("s").to_list()
    assert times[0] - times[1] == 2 * 3600


def test_a_parquet_zone_is_brought_to_utc(tmp_path: Path) -> None:
    frame = pl.DataFrame({"at": ["2023-05-18T07:00:03"]}).select(
        pl.col("at").str.to_datetime(time_zone="Europe/Copenhagen")
    )
    frame.write_parquet(tmp_path / "t.parquet")
    zoned = read_table(tmp_path, "t", {"at": TIME}).frame
    assert zoned["at"].dt.hour().to_list() == [7 - 2]


@pytest.mark.parametrize(
    ("ending", "content"), [(".jsonl", b""), (".jsonl.gz", gzip.compress(b""))]
)
def test_a_file_without_rows_is_an_error(tmp_path: Path, ending: str, content: bytes) -> None:
    with pytest.raises(SourceError, match="wanted at least one row, got none"):
        read(tmp_path, content, ending)


def test_a_parquet_file_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted at least one row, got none"):
        read(tmp_path, parquet(tmp_path, rows=0), ".parquet")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    wanted = "wanted the columns id, at, of, got none named at, of"
    with pytest.raises(SourceError, match=wanted):
        read(tmp_path, b'{"id": 1}\n')
    pl.DataFrame({"id": [1]}).write_parquet(tmp_path / "whole")
    with pytest.raises(SourceError, match=wanted):
        read(tmp_path, (tmp_path / "whole").read_bytes(), ".parquet")


def test_a_parquet_column_of_another_type_is_named(tmp_path: Path) -> None:
    pl.DataFrame({"id": ["a"]}).write_parquet(tmp_path / "t.parquet")
    with pytest.raises(SourceError, match=r"column id: wanted a whole number, got String"):
        read_table(tmp_path, "t", {"id": WHOLE})


def test_a_parquet_file_cut_short_anywhere_is_an_error(tmp_path: Path) -> None:
    content = parquet(tmp_path)
    for length in range(0, len(content), 37):
        with pytest.raises(SourceError, match=r"t\.parquet: wanted a whole Parquet file"):
            read(tmp_path, content[:length], ".parquet")


def test_a_damaged_parquet_file_is_an_error(tmp_path: Path) -> None:
    content = bytearray(parquet(tmp_path))
    content[4:60] = bytes(56)
    with pytest.raises(SourceError, match=r"t\.parquet: wanted a whole Parquet file"):
        read(tmp_path, bytes(content), ".parquet")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_gzip_file_cut_short_is_an_error(tmp_path: Path, share: float) -> None:
    content = gzip.compress(GOOD * 100)
    cut = content[: int(share * len(content))]
    with pytest.raises(SourceError, match=r"t\.jsonl\.gz: wanted (a whole file|at least one row)"):
        read(tmp_path, cut, ".jsonl.gz")


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"wanted a file that ends in \.parquet, \.jsonl"):
        read_table(tmp_path / "nowhere", "t", WANTED)


@given(st.lists(st.sampled_from([GOOD, b"{\n", b'{"id": "x"}\n', b"null\n"]), max_size=20))
def test_every_line_is_kept_or_counted(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    table = read(tmp_path_factory.mktemp("lines"), b"".join([GOOD, *lines]))
    assert len(table.frame) + sum(each.count for each in table.dropped) == len(lines) + 1


def test_labels_are_read_in_every_form(tmp_path: Path) -> None:
    lines = [b'"[130 131]"', b"[130, 131]", b"\"['130', '131']\"", b"null"]
    content = b"".join(b'{"id": 1, "of": ' + each + b"}\n" for each in lines)
    (tmp_path / "t.jsonl").write_bytes(content)
    of = read_table(tmp_path, "t", {"id": WHOLE, "of": LABELS}).frame["of"].to_list()
    assert of == [["130", "131"]] * 3 + [None]


def test_an_optional_column_may_be_absent(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(GOOD)
    optional = {"of": WHOLES, "missing": TEXT}
    assert read_table(tmp_path, "t", {"id": WHOLE}, optional).frame.columns == ["row", "id", "of"]


def test_numbers_keep_their_fractions(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(b'{"n": 1.5}\n{"n": 2}\n{"n": null}\n')
    read_back = read_table(tmp_path, "t", {"n": NUMBER}).frame["n"].fill_null(np.nan).to_numpy()
    np.testing.assert_array_equal(read_back, [1.5, 2.0, np.nan])
