"""Use case: feeds read from files, folders and addresses, unchanged ones skipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from recommender.errors import SourceError
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.feeds import read_feed
from recommender.ingest.fetch import FetchConfig, Validators, fetch
from recommender.store.feeds import FeedValidators

UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """What one source gave.

    Parameters
    ----------
    format : str
        The feed's format, ``"unchanged"`` for one not sent again, ``""`` for what is no feed.
    """

    place: str
    format: str
    articles: int
    rejected: int


class FeedPoll:
    """One round over some feeds.

    After the records were taken in, :meth:`remember` makes the next round skip what is unchanged;
    without it, everything is read again, so nothing is lost when the intake fails.
    """

    def __init__(self, validators: FeedValidators, config: FetchConfig) -> None:
        self._validators = validators
        self._config = config
        self._fetched: dict[str, Validators] = {}
        self.counts: list[SourceCount] = []
        self.failures: list[str] = []

    def records(
        self, sources: Iterable[str], *, category: str | None = None, source: str | None = None
    ) -> Iterator[ArticleDocument | Rejection]:
        """Yield what the sources hold; one that cannot be read is told in :attr:`failures`."""
        for place in _expanded(sources):
            try:
                read = self._read(place)
            except SourceError as error:
                self.failures.append(str(error))
                continue
            if read is None:
                self._count(place, UNCHANGED, 0, 0)
                continue
            content, content_type = read
            feed = read_feed(content, place, content_type, category=category, source=source)
            self._count(place, feed.format, len(feed.documents), len(feed.rejections))
            yield from feed.documents
            yield from feed.rejections

    def remember(self) -> None:
        """Keep the validators of everything fetched in this round."""
        for place, validators in self._fetched.items():
            self._validators.put(place, validators.etag, validators.last_modified)

    def _read(self, place: str) -> tuple[bytes, str | None] | None:
        if not _is_address(place):
            return _read_file(Path(place), self._config.max_bytes), None
        etag, last_modified = self._validators.get(place)
        known = Validators(etag=etag, last_modified=last_modified)
        fetched = fetch(place, self._config, known)
        if fetched.not_modified:
            return None
        self._fetched[place] = fetched.validators
        return fetched.content, fetched.content_type

    def _count(self, place: str, name: str, articles: int, rejected: int) -> None:
        self.counts.append(
            SourceCount(place=place, format=name, articles=articles, rejected=rejected)
        )


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _expanded(sources: Iterable[str]) -> Iterator[str]:
    for source in sources:
        if not _is_address(source) and Path(source).is_dir():
            yield from sorted(str(path) for path in Path(source).rglob("*") if path.is_file())
        else:
            yield source


def _read_file(path: Path, max_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > max_bytes:
        raise SourceError(f"{path}: at most {max_bytes} bytes are read, got more")
    return content
