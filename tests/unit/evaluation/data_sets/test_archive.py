"""The service's archive as feature tables, on slates small enough to check by eye."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from recommender.archive.files import ArchiveFile
from recommender.archive.tables import INTERACTIONS, as_parquet, interactions_table, slates_table
from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId, SlateId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.slates import LoggedSlate, Ordering, Reason, Slate
from recommender.errors import InvalidInput, SourceError
from recommender.evaluation.data_sets.archive import read_archive
from recommender.store.log_reader import EntryId, LogEntry
from recommender.store.reader_logs import LoggedInteraction

DAY = 86_400.0
NOW = 1_767_225_600.0
"""2026-01-01T00:00:00Z."""


def slate(
    number: int,
    at: float,
    reader: str | None,
    *articles: str,
    names: tuple[str, ...] = ("age", "score"),
    schema: str = "s1",
    start: int = 1,
    variant: str | None = None,
) -> LogEntry[LoggedSlate]:
    """Return a slate whose features tell its number, and the place."""
    n, f = len(articles), len(names)
    features = np.array([[number, place][:f] for place in range(n)], np.float32).reshape(n, f)
    entry = EntryId(int(at * 1_000), number)
    return LogEntry(
        id=entry,
        record=LoggedSlate(
            id=SlateId(f"{entry}-0-{number:016x}"),
            slate=Slate(
                token=f"{number:016x}",
                site=SiteId("main"),
                reader=None if reader is None else ReaderId(reader),
                created_at=at,
                policy="weighted@2",
                variant=variant,
                customised=False,
                start=start,
                feature_names=names,
                schema=schema,
                ordering=Ordering(
                    articles=tuple(map(ArticleId, articles)),
                    scores=np.zeros(n),
                    sources=("fresh",) * n,
                    propensities=np.array([1 / (place + 1) for place in range(n)]),
                    features=features,
                    contributions=np.zeros((n, f)),
                    reasons=(Reason(code="fresh"),) * n,
                ),
            ),
        ),
    )


def event(
    number: int,
    at: float,
    article: str,
    of: LogEntry[LoggedSlate] | str | None,
    kind: str = "click",
    reader: str | None = None,
) -> LogEntry[LoggedInteraction]:
    """Return what the slate's reader did with it, or another one."""
    served_to = of.record.slate.reader if isinstance(of, LogEntry) else None
    pointed = of.record.id if isinstance(of, LogEntry) else of
    done = Interaction(
        id=EventId(f"e{number}"),
        reader=ReaderId(reader or served_to or "anna"),
        article=ArticleId(article),
        kind=Kind(kind),
        occurred_at=at,
        slate=None if pointed is None else SlateId(pointed),
    )
    entry = EntryId(int(at * 1_000), number)
    return LogEntry(id=entry, record=LoggedInteraction(interaction=done, received_at=at))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes each slate, and each interaction, into a file of its own."""

    def write(slates: list[Any], done: list[Any], site: str = "main") -> Path:
        for name, entries, table in (
            ("slates", slates, slates_table),
            ("interactions", done, interactions_table),
        ):
            for each in entries:
                folder = tmp_path / site / name
                file = ArchiveFile(folder=folder, shard=0, first=each.id, last=each.id, entries=1)
                file.path.parent.mkdir(parents=True, exist_ok=True)
                file.path.write_bytes(as_parquet(table([each])))
        return tmp_path

    return write


ONE = slate(1, NOW, "ben", "a", "b")
TWO = slate(2, NOW + 10, None, "b", "c", "a", start=3)
THREE = slate(3, NOW + DAY, "anna", "c")


def test_a_slate_is_an_impression_and_its_own_clicks_are_its_labels(
    write: Callable[..., Path],
) -> None:
    clicks = [
        event(1, NOW + 5, "b", ONE),
        event(2, NOW + 6, "b", ONE),
        event(3, NOW + 7, "a", ONE, "impression"),
        event(4, NOW + DAY + 1, "c", THREE),
    ]
    read = read_archive(write([ONE, TWO, THREE], clicks))
    train, test = read.parts["train"], read.parts["test"]
    assert read.dropped == ()
    assert len(read.digest) == 64
    assert train.names == ("age", "score")
    assert train.impressions.tolist() == [ONE.record.id, TWO.record.id]
    assert train.starts.tolist() == [0, 2, 5]
    assert train.rows.tolist() == [[1, 0], [1, 1], [2, 0], [2, 1], [2, 2]]
    assert train.clicked.tolist() == [False, True, False, False, False]
    assert train.articles.tolist() == [0, 1, 1, 2, 0]
    assert train.readers.tolist() == [1, -1]
    assert train.popularity.tolist() == [0, 0, 2, 0, 0]
    assert train.positions is not None
    assert train.positions.tolist() == [1, 2, 3, 4, 5]
    assert train.propensities is not None
    assert train.propensities.tolist() == [1, 1 / 2, 1, 1 / 2, 1 / 3]
    assert np.isnan(train.published).all()
    assert train.at.tolist() == [NOW, NOW + 10]
    assert (train.known_until < train.at).all()
    assert (train.known_until > train.at - 1e-5).all()
    assert test.clicked.tolist() == [True]


@pytest.mark.parametrize(
    ("test_from", "sizes"), [(None, (2, 1)), (NOW + DAY, (2, 1)), (NOW + 10, (1, 2))]
)
def test_the_test_part_begins_with_the_last_day_or_at_a_moment(
    write: Callable[..., Path], test_from: float | None, sizes: tuple[int, int]
) -> None:
    parts = read_archive(write([ONE, TWO, THREE], []), test_from).parts
    assert tuple(map(len, parts.values())) == sizes


@pytest.mark.parametrize("test_from", [NOW, NOW + DAY + 1])
def test_a_cut_that_leaves_a_part_empty_is_refused(
    write: Callable[..., Path], test_from: float
) -> None:
    with pytest.raises(InvalidInput, match=r"--test-from: .* from 2026-01-01T00:00Z to 2026-01-02"):
        read_archive(write([ONE, TWO, THREE], []), test_from)


def test_an_archive_of_one_day_names_the_option_and_what_was_left_out(
    write: Callable[..., Path],
) -> None:
    folder = write([slate(4, NOW - DAY, "ben", "a", schema="s0"), ONE, TWO], [])
    with pytest.raises(InvalidInput, match=r"--test-from: .*1: slate left out: its features were"):
        read_archive(folder)
    assert list(map(len, read_archive(folder, NOW + 10).parts.values())) == [1, 1]


def test_slates_of_other_features_or_of_nothing_are_left_out(write: Callable[..., Path]) -> None:
    old = slate(4, NOW - 1, "ben", "a", names=("age",))
    empty = slate(5, NOW + 1, "ben")
    read = read_archive(write([old, ONE, empty, THREE], [event(1, NOW, "a", old)]))
    assert read.parts["train"].impressions.tolist() == [ONE.record.id]
    [dropped] = read.dropped
    assert (dropped.count, dropped.place) == (1, f"slates, entry {old.id}")
    assert "other features" in dropped.reason


def test_slates_of_another_schema_than_the_newest_are_left_out(
    write: Callable[..., Path],
) -> None:
    others = [slate(4, NOW - 2, "ben", "a", schema="s0"), slate(5, NOW - 1, "ben", "a", schema="")]
    read = read_archive(write([*others, ONE, THREE], []))
    assert read.schema == "s1"
    assert read.parts["train"].impressions.tolist() == [ONE.record.id]
    assert [(each.count, each.reason.split(": ")[1].split(" ")[0]) for each in read.dropped] == [
        (1, "an"),
        (1, "its"),
    ]


def test_the_schema_is_that_of_the_site_and_not_of_a_variant(write: Callable[..., Path]) -> None:
    tested = slate(4, NOW + 2 * DAY, "ben", "a", schema="s2", variant="near:wide")
    read = read_archive(write([ONE, THREE, tested], []))
    assert read.schema == "s1"
    assert sum(len(part) for part in read.parts.values()) == 2


def test_files_of_a_version_that_logged_no_schema_are_read_and_counted(
    write: Callable[..., Path],
) -> None:
    folder = write([ONE, TWO, THREE], [])
    files = sorted(folder.rglob("slates/*/*.parquet"))
    _rewrite(files[0], lambda table: table.drop("schema"))
    read = read_archive(folder, NOW + DAY)
    assert read.parts["train"].impressions.tolist() == [TWO.record.id]
    assert [(each.count, "an earlier version" in each.reason) for each in read.dropped] == [
        (1, True)
    ]
    for file in files[1:]:
        _rewrite(file, lambda table: table.drop("schema"))
    with pytest.raises(SourceError, match="3: slate left out: an earlier version"):
        read_archive(folder)


def _rewrite(file: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    file.write_bytes(as_parquet(change(pl.read_parquet(file))))


DAMAGES: dict[str, pl.Expr] = {
    "no lists": pl.lit(None, pl.List(pl.Float32)).alias("features"),
    "a feature is no number": pl.lit([1.0, float("nan"), 0.0, 0.0], pl.List(pl.Float32)).alias(
        "features"
    ),
    "a feature is infinite": pl.lit([1.0, -np.inf, 0.0, 0.0], pl.List(pl.Float32)).alias(
        "features"
    ),
    "a feature is missing": pl.col("features").list.head(3),
    "a feature is null": pl.lit([1.0, None, 0.0, 0.0], pl.List(pl.Float32)).alias("features"),
    "no features": pl.lit([], pl.List(pl.String)).alias("feature_names"),
    "a propensity is missing": pl.col("propensities").list.head(1),
    "a propensity is 0": pl.lit([0.0, 1.0], pl.List(pl.Float64)).alias("propensities"),
    "an article is null": pl.lit(["a", None], pl.List(pl.String)).alias("articles"),
    "an article comes twice": pl.lit(["a", "a"], pl.List(pl.String)).alias("articles"),
    "no place": pl.lit(0, pl.Int32).alias("start"),
    "no time": pl.lit(float("nan")).alias("created_at"),
    "no id": pl.lit(None, pl.String).alias("slate_id"),
    "no entry": pl.lit(None, pl.String).alias("entry"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_slate_is_left_out_and_counted(
    write: Callable[..., Path], damage: pl.Expr
) -> None:
    folder = write([ONE, TWO, THREE], [])
    _rewrite(min(folder.rglob("slates/*/*.parquet")), lambda table: table.with_columns(damage))
    read = read_archive(folder)
    assert read.parts["train"].impressions.tolist() == [TWO.record.id]
    assert [(each.count, each.reason[:25]) for each in read.dropped] == [
        (1, "slate left out: damaged; ")
    ]


@pytest.mark.parametrize("column", ["entry", "reader", "article", "kind", "received_at"])
def test_a_damaged_click_is_left_out_and_counted(write: Callable[..., Path], column: str) -> None:
    clicks = [event(1, NOW + 5, "a", ONE), event(2, NOW + 6, "b", ONE)]
    folder = write([ONE, THREE], clicks)
    _rewrite(
        min(folder.rglob("interactions/*/*.parquet")),
        lambda table: table.with_columns(pl.lit(None, INTERACTIONS[column]).alias(column)),
    )
    read = read_archive(folder)
    assert read.parts["train"].clicked.tolist() == [False, True]
    assert [(each.count, each.reason[:25]) for each in read.dropped] == [
        (1, "click left out: damaged; ")
    ]


@pytest.mark.parametrize("name", ["slates", "interactions"])
def test_what_was_copied_by_hand_counts_once(write: Callable[..., Path], name: str) -> None:
    """Under the name of another shard, or in a file that claims the same entries."""
    folder = write([ONE, THREE], [event(1, NOW + 5, "b", ONE), event(2, NOW + 6, "b", ONE)])
    plain = read_archive(folder)
    file = min(folder.rglob(f"{name}/*/*.parquet"))
    for other in (
        file.name.replace("shard=0", "shard=1"),
        file.name.replace("_1.parquet", "_2.parquet"),
    ):
        file.with_name(other).write_bytes(file.read_bytes())
    read = read_archive(folder)
    assert [(each.count, each.reason) for each in read.dropped] == [
        (2, "left out: it is in the archive twice")
    ]
    assert read.parts["train"].impressions.tolist() == plain.parts["train"].impressions.tolist()
    assert read.parts["train"].clicked.tolist() == [False, True]
    assert read.parts["test"].popularity.tolist() == plain.parts["test"].popularity.tolist()


def test_clicks_that_belong_to_no_impression_are_counted(write: Callable[..., Path]) -> None:
    clicks = [
        event(1, NOW, "a", None),
        event(2, NOW, "a", "1-0-0-0000000000000000"),
        event(3, NOW, "a", "2-0-0-0000000000000000"),
        event(4, NOW, "elsewhere", ONE),
    ]
    read = read_archive(write([ONE, THREE], clicks))
    assert [(each.count, each.reason.split(": ")[1]) for each in read.dropped] == [
        (1, "it names no slate"),
        (2, "its slate is not in the archive"),
        (1, "its slate did not show the article"),
    ]
    assert not read.parts["train"].clicked.any()
    assert read.parts["test"].popularity.tolist() == [0]


def test_a_click_on_another_readers_slate_or_before_it_was_served_is_no_label(
    write: Callable[..., Path],
) -> None:
    clicks = [
        event(1, NOW + 5, "a", ONE, reader="mallory"),
        event(2, NOW - 5, "b", ONE),
        event(3, NOW + 15, "c", TWO, reader="anna"),
    ]
    read = read_archive(write([ONE, TWO, THREE], clicks))
    assert [(each.count, each.reason.split(": ")[1]) for each in read.dropped] == [
        (2, "its slate was served to another reader, or after it")
    ]
    assert read.parts["train"].clicked.tolist() == [False, False, False, True, False]


def test_guests_alone_make_a_table_too(write: Callable[..., Path]) -> None:
    read = read_archive(write([slate(1, NOW, None, "a"), slate(2, NOW + DAY, None, "a")], []))
    assert read.parts["train"].readers.tolist() == [-1]


def test_one_of_several_sites_must_be_named(write: Callable[..., Path]) -> None:
    write([ONE, THREE], [], "one")
    folder = write([TWO, THREE], [], "two")
    with pytest.raises(SourceError, match="those of one, two"):
        read_archive(folder)
    assert read_archive(folder / "two").parts["train"].impressions.tolist() == [TWO.record.id]


def test_a_folder_without_archive_or_slates_is_named(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    with pytest.raises(SourceError, match="got none there"):
        read_archive(tmp_path)
    with pytest.raises(SourceError, match="at least one slate"):
        read_archive(write([slate(1, NOW, "ben")], []))


@pytest.mark.parametrize("damage", [lambda whole: whole[:-9], lambda _: b"", lambda _: b"PAR1"])
def test_a_damaged_file_is_named(write: Callable[..., Path], damage: Any) -> None:
    folder = write([ONE, THREE], [])
    file = next(folder.rglob("shard=*.parquet"))
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SourceError, match="cut short or damaged") as error:
        read_archive(folder)
    assert str(file) in str(error.value)


def test_a_table_of_other_columns_is_refused(write: Callable[..., Path]) -> None:
    folder = write([ONE, THREE], [event(1, NOW, "a", ONE)])
    slates, done = (min(folder.rglob(f"{name}/*/*.parquet")) for name in ("slates", "interactions"))
    slates.write_bytes(done.read_bytes())
    with pytest.raises(SourceError, match="wanted the columns entry, slate_id"):
        read_archive(folder)


def test_days_are_days_of_utc() -> None:
    assert EntryId(int((NOW - 1e-3) * 1_000), 0).day == date(2025, 12, 31)
    assert EntryId(int(NOW * 1_000), 0).day == datetime.fromtimestamp(NOW, UTC).date()
