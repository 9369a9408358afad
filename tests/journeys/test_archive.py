"""The logs moved into the archive: each entry exactly once, whenever the program is killed."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest
from click.testing import CliRunner, Result

from recommender.archive.durable import written_by_one
from recommender.archive.files import files_of
from recommender.archive.tables import INTERACTIONS, SLATES, read_table
from recommender.domain.ids import EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.evaluation.data_sets.archive import read_archive
from recommender.feed_request import FeedConfig, schema_of
from recommender.ranking.features import FeatureConfig
from recommender.reranking.exploration import ExplorationConfig
from recommender.services.asking import Ask
from recommender.store.connection import Redis
from recommender.store.limits import ReaderLimits
from recommender.store.log_reader import START, EntryId, Log, LogReader
from scripts.archive import main

ROOT = Path(__file__).resolve().parents[2]

READERS = ("anna", "ben", "carla", "dora", None)

END = EntryId(10**14, 0)

MOVE = "run --rows 3 --keep-hours 0"
"""Many files of few entries, and all that is archived is trimmed."""

STARTER = """
import os, signal, sys
from scripts.archive import main

CALLS = {"open", "BufferedWriter.write", "fsync", "replace", "mkdir", "unlink", "socket.sendall"}

def kill_before(number):
    def watch(frame, event, called):
        nonlocal number
        if event == "c_call" and called.__qualname__ in CALLS:
            number -= 1
            if number == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(watch)

for line in sys.stdin:
    number, url, shards, *args = line.split()
    child = os.fork()
    if child == 0:
        os.environ |= {"NEWSFEED_REDIS_URL": url, "NEWSFEED_READERS__SHARDS": shards}
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if number != "0":
            kill_before(int(number))
        main(args)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Starts the program in a process of its own for each line, with everything imported already. The
number that comes first kills it before that call of the system, by a profiler: the program itself
knows nothing of it."""


three_shards = pytest.mark.parametrize("site", [3], indirect=True)


@pytest.fixture(params=[1, 3])
def site(
    request: pytest.FixtureRequest, make_wiring: Callable[..., Any], world: Callable[[Any], None]
) -> Any:
    wiring = make_wiring(readers=ReaderLimits(shards=request.param))
    world(wiring)
    return wiring


@pytest.fixture
def archive(
    site: Any, redis_server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Give the program over the site's Redis, as it is called from a shell."""
    monkeypatch.setenv("NEWSFEED_REDIS_URL", redis_server_url)
    monkeypatch.setenv("NEWSFEED_READERS__SHARDS", str(site.settings.readers.shards))

    def archive(command: str, *options: str, code: int = 0) -> Result:
        args = [command, "--to", str(tmp_path / "archive"), *options]
        result = CliRunner().invoke(main, args, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return archive


@pytest.fixture
def use(clock: Any) -> Callable[..., tuple[list[str], list[str]]]:
    """Give a function that serves feeds, each reader clicking the first article; ids of both."""
    numbers = iter(range(10**9))

    def use(site: Any, rounds: int) -> tuple[list[str], list[str]]:
        slates, events = [], []
        for _ in range(rounds):
            for reader in READERS:
                asked = Ask(reader=None if reader is None else ReaderId(reader), size=3)
                served = site.feed.feed(asked)
                slates.append(served.id)
                if reader is None or not len(served.slate.ordering):
                    continue
                events.append(f"event-{next(numbers)}")
                click = Interaction(
                    id=EventId(events[-1]),
                    reader=ReaderId(reader),
                    article=served.slate.ordering.articles[0],
                    kind=Kind.CLICK,
                    occurred_at=clock.now(),
                    slate=served.id,
                )
                assert [each.outcome for each in site.interactions.record([click])] == ["accepted"]
            clock.advance(1.0)
        return slates, events

    return use


def archived(folder: Path, log: Log) -> pl.DataFrame:
    schema = SLATES if log is Log.SLATES else INTERACTIONS
    files = files_of(folder / "archive" / "main" / log)
    return pl.concat([pl.DataFrame(schema=schema), *(read_table(f.path, schema) for f in files)])


def as_archived(reader: LogReader) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what the logs hold, as the rows that the archive is to hold."""
    slates, done = [], []
    for shard in reader.shards:
        for entry in reader.slates(shard, START, END):
            slate = entry.record.slate
            shown = slate.ordering
            slates.append(
                {
                    "entry": str(entry.id),
                    "slate_id": entry.record.id,
                    "reader": slate.reader,
                    "created_at": slate.created_at,
                    "policy": slate.policy,
                    "variant": slate.variant,
                    "customised": slate.customised,
                    "start": slate.start,
                    "articles": list(shown.articles),
                    "scores": shown.scores.tolist(),
                    "sources": list(shown.sources),
                    "propensities": shown.propensities.tolist(),
                    "reason_codes": [each.code for each in shown.reasons],
                    "reason_abouts": [each.about for each in shown.reasons],
                    "feature_names": list(slate.feature_names),
                    "schema": slate.schema,
                    "features": shown.features.ravel().tolist(),
                    "contributions": shown.contributions.ravel().tolist(),
                    "teams": None,
                    "credits": None,
                    "milliseconds": slate.facts.milliseconds,
                    "diversity": slate.facts.diversity,
                    "ai_share": slate.facts.ai_share,
                    "failures": slate.facts.failures,
                    "language": slate.language,
                }
            )
        for event in reader.interactions(shard, START, END):
            each = event.record.interaction
            done.append(
                {
                    "entry": str(event.id),
                    "id": each.id,
                    "slate_id": each.slate,
                    "reader": each.reader,
                    "article": each.article,
                    "kind": each.kind,
                    "occurred_at": each.occurred_at,
                    "received_at": event.record.received_at,
                    "dwell_seconds": each.dwell_seconds,
                }
            )
    return slates, done


def test_the_archive_holds_what_was_logged_and_a_second_run_adds_what_is_new(
    site: Any, archive: Callable[..., Result], use: Callable[..., Any], tmp_path: Path
) -> None:
    reader = LogReader(site.client, site.site, site.settings.readers)
    for rounds in (2, 0, 1):
        use(site, rounds)
        archive("run")
        slates, done = as_archived(reader)  # nothing is old enough to be trimmed
        assert archived(tmp_path, Log.SLATES).sort("entry").rows(named=True) == sorted(
            slates, key=lambda row: row["entry"]
        )
        assert archived(tmp_path, Log.INTERACTIONS).sort("entry").rows(named=True) == sorted(
            done, key=lambda row: row["entry"]
        )
    assert len(slates) == 3 * len(READERS)
    assert site.slate_log.find(slates[0]["slate_id"]) is not None, "it can still be explained"


def test_what_is_safely_archived_leaves_the_logs_but_for_the_newest(
    site: Any, archive: Callable[..., Result], use: Callable[..., Any], tmp_path: Path
) -> None:
    slates, events = use(site, 3)
    archive("run", "--keep-hours", "0", "--json", str(tmp_path / "moved.json"))
    told = orjson.loads((tmp_path / "moved.json").read_bytes())["logs"]
    assert sum(each["entries"] for each in told) == len(slates) + len(events)
    assert all(each["left"] <= 1 for each in told)
    assert all(each["entries"] == each["trimmed"] + each["left"] for each in told)
    assert site.slate_log.find(slates[0]) is None
    again = archive("run", "--keep-hours", "0")
    assert "nothing new" in again.output
    more, _ = use(site, 1)
    assert "missing" not in archive("run", "--keep-hours", "0").stderr
    assert sorted(archived(tmp_path, Log.SLATES)["slate_id"]) == sorted(slates + more)


def test_files_that_got_lost_before_anything_was_trimmed_are_made_again_byte_for_byte(
    site: Any, archive: Callable[..., Result], use: Callable[..., Any], tmp_path: Path
) -> None:
    use(site, 3)
    archive("run", "--rows", "4")
    folder = tmp_path / "archive" / "main"
    files = {each.path: each.path.read_bytes() for log in Log for each in files_of(folder / log)}
    newest = {each.shard: each.path for each in files_of(folder / "slates")}
    for shard, path in newest.items():
        path.unlink()
        (folder / "slates" / f"shard={shard}.json").unlink()
    archive("run", "--rows", "4")
    assert files == {path: path.read_bytes() for path in folder.rglob("*.parquet")}


def test_an_empty_site_is_told_what_to_do(archive: Callable[..., Result]) -> None:
    assert "are empty: serve feeds" in archive("run").output


def test_a_second_archiver_is_refused(archive: Callable[..., Result], tmp_path: Path) -> None:
    with written_by_one(tmp_path / "archive"):
        refused = archive("run", code=1)
    assert "another archiver is at work" in refused.output


@pytest.fixture
def two_days(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], clock: Any, use: Any
) -> tuple[Any, list[str], list[str]]:
    """Give a site, and the ids of the slates that it served on each of two days."""
    wiring = make_wiring(
        feed=FeedConfig(
            exploration=ExplorationConfig(enabled=False), features=FeatureConfig(softness=0.2)
        )
    )
    world(wiring)
    first, _ = use(wiring, 1)
    clock.advance(86_400.0)
    second, _ = use(wiring, 1)
    return wiring, first, second


def test_the_archive_is_read_as_impressions_with_their_clicks(
    two_days: tuple[Any, list[str], list[str]],
    redis_server_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wiring, *days = two_days
    monkeypatch.setenv("NEWSFEED_REDIS_URL", redis_server_url)
    CliRunner().invoke(main, ["run", "--to", str(tmp_path)], catch_exceptions=False)
    read = read_archive(tmp_path)
    assert read.dropped == ()
    assert read.schema == schema_of(wiring.settings.feed, wiring.settings.trending)
    for day, table in zip(days, read.parts.values(), strict=True):
        assert sorted(table.impressions) == sorted(day)
        assert np.diff(table.starts).tolist() == [3] * len(READERS)
        clicked = table.clicked.reshape(-1, 3)
        assert clicked[table.readers >= 0].tolist() == [[True, False, False]] * 4
        assert not clicked[table.readers < 0].any()
        for place, slate in enumerate(table.impressions):
            found = wiring.slate_log.find(slate).slate
            assert table.names == found.feature_names
            rows = table.rows[3 * place : 3 * place + 3]
            assert rows.tolist() == found.ordering.features.tolist()
            assert table.known_until[place] < table.at[place] == found.created_at


def test_an_erased_reader_is_in_neither_archive_nor_service(
    site: Any, archive: Callable[..., Result], use: Callable[..., Any], tmp_path: Path
) -> None:
    use(site, 2)
    archive("run", "--rows", "4")
    use(site, 1)
    site.readers.merge(ReaderId("anna"), ReaderId("ben"))  # ben's session becomes anna's
    before = [each.path for log in Log for each in files_of(tmp_path / "archive" / "main" / log)]
    result = archive("erase", "--user-id", "anna")
    assert "anna, ben" in result.output
    archive("run")
    for log in Log:
        table = archived(tmp_path, log)
        left = {"carla", "dora"} | ({None} if log is Log.SLATES else set())
        assert set(table["reader"]) == left
        assert table.filter(pl.col("reader") == "carla").height == 3
    after = [each.path for log in Log for each in files_of(tmp_path / "archive" / "main" / log)]
    assert set(before) <= set(after), "files keep their names"
    assert list(site.readers.export(ReaderId("ben")).interactions) == []


def test_who_was_erased_from_the_service_leaves_the_archive_with_the_next_run(
    site: Any, archive: Callable[..., Result], use: Callable[..., Any], tmp_path: Path
) -> None:
    """Whether archived before, or merged, or still in the log; who comes anew is not erased."""
    json_file = tmp_path / "moved.json"
    use(site, 2)
    archive("run", "--rows", "4")
    use(site, 1)
    site.readers.merge(ReaderId("anna"), ReaderId("ben"))
    site.readers.erase(ReaderId("anna"))
    told = archive("run", "--json", str(json_file)).output
    assert "2 readers were erased" in told
    erased = orjson.loads(json_file.read_bytes())["erased"]
    assert (erased["readers"], erased["slates"], erased["interactions"]) == (2, 2 * 2, 2 * 2)
    for log in Log:
        assert not {"anna", "ben"} & set(archived(tmp_path, log)["reader"])
        assert archived(tmp_path, log).filter(pl.col("reader") == "carla").height == 3
    use(site, 1)
    assert "were erased" not in archive("run", "--json", str(json_file)).output
    assert orjson.loads(json_file.read_bytes())["erased"]["readers"] == 0
    assert archived(tmp_path, Log.SLATES).filter(pl.col("reader") == "anna").height == 1


def test_erasures_that_were_dropped_before_the_archive_learned_of_them_are_told(
    site: Any, archive: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSFEED_READERS__MAX_ERASURES", "1000")
    archive("run")
    for number in range(1_000):
        site.erasures.add([ReaderId(f"r{number}")])
    assert "may not know of all" in archive("run").stderr
    assert "may not know of all" not in archive("run").stderr


def test_no_one_is_erased_from_a_folder_without_archive(archive: Callable[..., Result]) -> None:
    assert "wanted an archive of the site main" in archive("erase", "--user-id", "a", code=1).output


def test_a_damaged_file_is_named_and_nothing_is_trimmed(
    site: Any, archive: Callable[..., Result], use: Callable[..., Any], tmp_path: Path
) -> None:
    use(site, 2)
    archive("run")
    damaged = files_of(tmp_path / "archive" / "main" / "slates")[0].path
    damaged.write_bytes(damaged.read_bytes()[:-100])
    shard = int(damaged.name.split("_")[0].removeprefix("shard="))
    length = site.client.xlen(f"nf:{{main:{shard}}}:slates")
    failed = archive("run", "--keep-hours", "0", code=1)
    assert str(damaged) in failed.output.replace("\n", "")
    assert site.client.xlen(f"nf:{{main:{shard}}}:slates") == length


@pytest.fixture(scope="module")
def starter() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    ) as starter:
        yield starter
        assert starter.stdin is not None
        starter.stdin.close()


@pytest.fixture
def start(
    site: Any, starter: subprocess.Popen[bytes], redis_server_url: str, tmp_path: Path
) -> Callable[..., int]:
    """Give a function that runs the program and returns its exit code.

    It is killed before the given call of the system (0: none), or after the given seconds.
    """
    assert starter.stdin is not None
    assert starter.stdout is not None
    said, heard = starter.stdin, starter.stdout.fileno()

    def start(number: int, seconds: float | None = None, command: str = MOVE) -> int:
        place = f"{redis_server_url} {site.settings.readers.shards}"
        said.write(f"{number} {place} {command} --to {tmp_path / 'archive'}\n".encode())
        said.flush()
        child = int(_line(heard))
        if seconds is not None and not select.select([heard], [], [], seconds)[0]:
            os.kill(child, signal.SIGKILL)
        return int(_line(heard))

    return start


def _line(descriptor: int) -> bytes:
    """Read one line and not a byte more: what is buffered is seen by no select."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(descriptor, 1)
        assert byte, "the program could not be started"
        line += byte
    return line


@three_shards
def test_killed_before_any_call_of_the_system_it_loses_and_doubles_nothing(
    site: Any,
    start: Callable[..., int],
    archive: Callable[..., Result],
    use: Callable[..., Any],
    tmp_path: Path,
) -> None:
    slates, events = use(site, 1)
    number, code = 1.0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        code = start(int(number))
        if int(number) % 3 == 0:
            more = use(site, 1)
            slates += more[0]
            events += more[1]
        number = max(number + 1.0, number * 1.15)
    assert code == 0
    assert number > 100.0, "there are so many calls to be killed before"
    assert "missing" not in archive("run").stderr
    assert sorted(archived(tmp_path, Log.SLATES)["slate_id"]) == sorted(slates)
    assert sorted(archived(tmp_path, Log.INTERACTIONS)["id"]) == sorted(events)


@three_shards
def test_killed_at_any_time_while_readers_go_on_it_loses_and_doubles_nothing(
    site: Any,
    start: Callable[..., int],
    archive: Callable[..., Result],
    use: Callable[..., Any],
    tmp_path: Path,
) -> None:
    slates, events = use(site, 2)
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            more = use(site, 1)
            slates.extend(more[0])
            events.extend(more[1])

    readers = threading.Thread(target=go_on)
    readers.start()
    try:
        codes = [start(0, seconds) for seconds in np.linspace(0.01, 0.1, 8)]
    finally:
        stop.set()
        readers.join()
    assert -signal.SIGKILL in codes, "it was never killed in time to tell anything"
    assert "missing" not in archive("run").stderr
    assert sorted(archived(tmp_path, Log.SLATES)["slate_id"]) == sorted(slates)
    assert sorted(archived(tmp_path, Log.INTERACTIONS)["id"]) == sorted(events)


@three_shards
def test_an_erasure_that_is_killed_is_done_by_the_next(
    start: Callable[..., int], site: Any, use: Callable[..., Any], tmp_path: Path
) -> None:
    slates, events = use(site, 2)
    assert start(0) == 0
    number, code = 1.0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        code = start(int(number), command="erase --user-id anna")
        number = max(number + 1.0, number * 1.3)
    assert code == 0
    for log, ids, column in ((Log.SLATES, slates, "slate_id"), (Log.INTERACTIONS, events, "id")):
        table = archived(tmp_path, log)
        assert "anna" not in table["reader"].to_list()
        assert table.height == table[column].n_unique() == len(ids) - 2
    assert list((tmp_path / "archive").rglob("*.tmp")) == []


@three_shards
def test_a_run_that_is_killed_while_it_erases_is_finished_by_the_next(
    start: Callable[..., int], site: Any, use: Callable[..., Any], tmp_path: Path
) -> None:
    slates, events = use(site, 2)
    assert start(0, command="run --rows 3") == 0
    more = use(site, 1)
    slates, events = slates + more[0], events + more[1]
    site.readers.erase(ReaderId("anna"))
    number, code = 1.0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        code = start(int(number), command="run --rows 3")
        if "anna" in {*archived(tmp_path, Log.SLATES)["reader"]}:
            assert site.erasures.waiting().digests, "forgotten only when it is done"
        number = max(number + 1.0, number * 1.2)
    assert code == 0
    for log, ids, column in ((Log.SLATES, slates, "slate_id"), (Log.INTERACTIONS, events, "id")):
        table = archived(tmp_path, log)
        assert "anna" not in table["reader"].to_list()
        assert table.height == table[column].n_unique() == len(ids) - 3
    assert site.erasures.waiting().entries == ()


def test_where_the_archive_cannot_be_written_nothing_is_trimmed(
    site: Any, archive: Callable[..., Result], use: Callable[..., Any], tmp_path: Path
) -> None:
    use(site, 2)
    folder = tmp_path / "archive" / "main" / "slates"
    folder.mkdir(parents=True)
    last = LogReader(site.client, site.site, site.settings.readers).state(Log.SLATES, 0).last
    assert last is not None
    (folder / f"day={last.day}").touch()  # a file where a folder is to be
    failed = archive("run", "--keep-hours", "0", code=1)
    assert "cannot be written" in failed.output
    logged = sum(
        site.client.xlen(f"nf:{{main:{shard}}}:slates")
        for shard in range(site.settings.readers.shards)
    )
    assert logged == 2 * len(READERS)


def test_entries_that_a_full_log_dropped_are_told(
    client: Redis, site: Any, archive: Callable[..., Result], use: Callable[..., Any]
) -> None:
    use(site, 2)
    archive("run")
    use(site, 2)
    counted = "entries-added" in client.xinfo_stream("nf:{main:0}:interactions")
    client.xtrim("nf:{main:0}:interactions", maxlen=1, approximate=False)
    told = archive("run").stderr
    lines = [each for each in told.splitlines() if each.startswith("warning")]
    assert len(lines) == 1
    assert "interactions of shard 0" in lines[0]
    assert ("entries are missing" if counted else "entries may be missing") in lines[0]
    assert "warning" not in archive("run").stderr, "it is told once"


def test_a_log_that_went_back_is_told_and_not_trimmed(
    client: Redis, site: Any, archive: Callable[..., Result], use: Callable[..., Any]
) -> None:
    use(site, 1)
    archive("run")
    stream = "nf:{main:0}:interactions"
    logged: Any = client.xrange(stream)
    client.delete(stream)
    client.xadd(stream, logged[0][1], id="5-0")
    client.xadd(stream, logged[0][1], id="6-0")
    told = archive("run", "--keep-hours", "0").stderr
    assert "interactions of shard 0: entries may be missing" in told
    assert client.xlen(stream) == 2
