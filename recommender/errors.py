"""Every error that this library raises on purpose, in one tree.

::

    NewsfeedError
    ├── InvalidInput          the caller sent something outside a stated limit (field, wanted, got)
    │   ├── UnknownArticle    an id that names no article of the site
    │   ├── UnknownExperiment a key that names no experiment of the site
    │   ├── NotAnalysed       an experiment whose results were not published yet
    │   ├── UnknownSlate      an id that names no slate in the log
    │   ├── UnknownStory      an id that names no story that a live article tells
    │   ├── UnknownBrief      an id that names no brief of the site
    │   └── UnknownRevision   a number that names no revision that is kept of a brief
    ├── Refused               well-formed, but the service will not do it now
    │   ├── QueueFull         too many articles wait for embedding
    │   ├── TooManyEvents     one reader sent more events than can be remembered
    │   ├── CursorExpired     the pages that a cursor leads to are no longer kept
    │   ├── VersionConflict   an experiment is at another version than was told
    │   └── BriefConflict     a brief is not in the state that was to be changed
    ├── StoreError            Redis answered with an error, or holds what does not fit
    │   ├── StoreUnreachable  Redis does not answer now; it may later
    │   ├── ServerNotFound    no redis-server binary on this machine and no URL set
    │   └── ModelMismatch     the stored vectors come from another embedding model
    ├── WeightsError          the embedding model's files are missing or not the expected ones
    ├── ArtifactError         a trained ranker's file cannot be used
    │   ├── ArtifactUnreadable  it is missing, cut short, damaged, or not such a file
    │   ├── ArtifactMismatch  it was trained on other features than are made here
    │   └── ExtraMissing      its kind needs a library that is not installed
    ├── ArchiveError          the archive's folder is in use, or cannot be written
    ├── SourceError           a feed or file could not be read at all
    ├── NoSupport             a log cannot judge a policy: it shows what was never left to chance
    └── WriterFailed          a brief could not be written: its writer is down, or makes no sense

A message says what was wanted, what came, and what to do about it.
"""

from __future__ import annotations

import json

SHOWN_CHARACTERS = 80
"""How much of a refused value is told back."""


def shown(value: object) -> str:
    """Return a refused value as it is told back: as JSON has it, but texts in single quotes.

    Examples
    --------
    >>> shown({"weight": None}), shown("it")
    ('{"weight": null}', "'it'")
    """
    try:
        text = repr(value) if isinstance(value, str) else json.dumps(value, default=str)
    except RecursionError:  # JSON may be nested deeper than Python can write
        return "a value nested too deeply to be shown"
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


class NewsfeedError(Exception):
    """Base of every deliberate error of this library."""


class InvalidInput(NewsfeedError):
    """Something the caller sent is outside a stated limit.

    Parameters
    ----------
    field : str
        Path of the offending field, dots between levels (``"articles.3.title"``).
    wanted : str
        The rule, with its limit and unit.
    got : str, optional
        What came instead, shortened.
    """

    def __init__(self, field: str, wanted: str, got: str | None = None) -> None:
        self.field = field
        self.wanted = wanted
        self.got = got
        super().__init__(f"{field}: {wanted}" + (f", got {got}" if got is not None else ""))


class UnknownArticle(InvalidInput):
    """An article id that names nothing on this site."""

    def __init__(self, article_id: str, field: str = "article_id") -> None:
        super().__init__(field, "the id of an article of this site", repr(article_id))
        self.article_id = article_id


class UnknownExperiment(InvalidInput):
    """A key that names no experiment of this site."""

    def __init__(self, key: str) -> None:
        super().__init__("key", "the key of an experiment of this site", repr(key))


class NotAnalysed(InvalidInput):
    """An experiment whose results nobody has published yet."""

    def __init__(self, key: str) -> None:
        wanted = (
            "the key of an experiment whose results were published: "
            f"python -m scripts.experiment analyse {key} --publish"
        )
        super().__init__("key", wanted, repr(key))


class UnknownSlate(InvalidInput):
    """A slate id that names nothing in this site's log."""

    def __init__(self, slate_id: str) -> None:
        super().__init__(
            "slate_id", "the id of a slate that this site served and still logs", repr(slate_id)
        )


class UnknownStory(InvalidInput):
    """An id that names no story which an article tells that may be shown now."""

    def __init__(self, story: str) -> None:
        wanted = "the id of a story that live articles tell now: GET /v1/stories lists them"
        super().__init__("story_id", wanted, repr(story))


class UnknownBrief(InvalidInput):
    """An id that names no brief of this site."""

    def __init__(self, brief_id: str) -> None:
        super().__init__("brief_id", "the id of a brief of this site", repr(brief_id))


class UnknownRevision(InvalidInput):
    """A number that names no revision which is kept of a brief.

    Parameters
    ----------
    kept : tuple of int
        Those that are.
    """

    def __init__(self, number: int, kept: tuple[int, ...]) -> None:
        numbers = ", ".join(map(str, kept)) or "none"
        super().__init__("revision", f"one that is kept: {numbers}", str(number))


class Refused(NewsfeedError):
    """A well-formed request that the service declines for now; the message says until when."""


class QueueFull(Refused):
    """More articles wait for embedding than the configured limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"{limit} articles already wait for embedding, which is the limit; "
            "start a worker (python -m scripts.worker) or send the rest later"
        )
        self.limit = limit


class TooManyEvents(Refused):
    """One reader sent more events in the idempotency window than can be remembered."""

    def __init__(self, limit: int, window_seconds: float) -> None:
        super().__init__(
            f"at most {limit} events per reader are accepted in {window_seconds / 86400:g} days"
        )
        self.limit = limit


class CursorExpired(Refused):
    """A cursor of ours whose further pages are no longer kept."""

    def __init__(self) -> None:
        super().__init__("the pages of this cursor are no longer kept; ask for the feed anew")


class VersionConflict(Refused):
    """An experiment is at another version than the one that was to be changed.

    Parameters
    ----------
    wanted : str or None
        None where a new experiment was to be defined.
    current : str or None
        None where there is none.
    """

    def __init__(self, wanted: str | None, current: str | None) -> None:
        aim = "to define a new one" if wanted is None else f"to change version {wanted!r}"
        found = "is not there any more" if current is None else f"is at version {current!r}"
        super().__init__(
            f"wanted {aim}, but the experiment {found}; read it again, and name the version to be "
            "changed"
        )


class BriefConflict(Refused):
    """A brief is not, or no longer, in the state that was to be changed."""


class StoreError(NewsfeedError):
    """Redis could not be reached, or answered with an error."""


class StoreUnreachable(StoreError):
    """Redis does not answer now: the same may succeed later."""


class ServerNotFound(StoreError):
    """No Redis URL is set and no redis-server binary was found."""


class ModelMismatch(StoreError):
    """Stored vectors come from another embedding model than the configured one."""


class WeightsError(NewsfeedError):
    """The embedding model's files are missing, or are not the expected ones."""


class ArtifactError(NewsfeedError):
    """A trained ranker's file cannot be used."""


class ArtifactUnreadable(ArtifactError):
    """It is missing, cut short, damaged, too large, or no such file at all."""


class ArtifactMismatch(ArtifactError):
    """It was trained on other features, or other settings of them, than are made here."""


class ExtraMissing(ArtifactError):
    """Its kind needs a library that is an extra of this package and is not installed."""


class ArchiveError(NewsfeedError):
    """The archive's folder is in another program's hands, or cannot be written."""


class SourceError(NewsfeedError):
    """A feed, URL or file could not be read at all."""


class NoSupport(NewsfeedError):
    """A log cannot judge a policy, for the policy shows what the log's own could not have shown.

    Parameters
    ----------
    share : float
        Part of what the policy shows that has no support, 0 to 1.
    what : str
        What that is.
    change : str
        What would make a judgement possible.
    """

    def __init__(self, share: float, what: str, change: str) -> None:
        super().__init__(
            "wanted a policy that shows only what the logging policy could have shown, got one "
            f"with {100 * share:.3g} % of its mass on {what}; {change}"
        )
        self.share = share


class WriterFailed(NewsfeedError):
    """A brief could not be written: its writer is down, slow, out of quota or makes no sense."""
