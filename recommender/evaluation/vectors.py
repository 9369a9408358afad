"""Vectors of a data set's articles, embedded once and kept on disk.

The cache is a folder for each model, of files that are written once: each holds one batch of
vectors and is named after its own SHA-256. So a file is either whole or not there, two processes
never write to the same one, and a damaged file is known by its name.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.embedding.encoder import Encoder
from recommender.evaluation.data_sets.types import Articles, Part

log = logging.getLogger(__name__)

BATCH = 1_024
"""Texts that are embedded between two files: what an interrupted run loses at most."""

KEY_BYTES = 32

Vectors = dict[bytes, NDArray[np.float32]]


def default_cache_folder() -> Path:
    """Return where programs of this project keep what can be made again.

    ``$XDG_CACHE_HOME/newsfeed``, or ``~/.cache/newsfeed`` where that is not set
    (https://specifications.freedesktop.org/basedir-spec/).
    """
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "newsfeed"


def used_articles(parts: Iterable[Part], count: int) -> NDArray[np.bool_]:
    """Tell which of ``count`` articles are offered, read or in a history, shape (count,) bool.

    The rest needs no vector.
    """
    used = np.zeros(count, dtype=np.bool_)
    for part in parts:
        lists = part.impressions
        used[lists.candidates] = True
        used[lists.reading[lists.reading >= 0]] = True
        used[part.history.articles] = True
    return used


def article_vectors(
    articles: Articles,
    used: NDArray[np.bool_],
    encoder: Encoder,
    cache: Path | None,
    advance: Callable[[int], None],
) -> NDArray[np.float32]:
    """Embed the articles that are used, or take their vectors from the cache.

    Parameters
    ----------
    used : ndarray, shape (n,), bool
        See :func:`used_articles`.
    cache : Path or None
        A folder, made where it is missing; None keeps nothing. A file of it that is damaged is
        reported and deleted, and its texts are embedded again; where the folder cannot be written,
        that is reported and nothing is kept.
    advance : callable
        Told how many more of the used articles have their vector.

    Returns
    -------
    ndarray, shape (n, d) float32
        Unit length; zero in rows that are not used.
    """
    rows = np.flatnonzero(used)
    texts = {_key(articles.texts[row]): articles.texts[row] for row in rows}
    places = [_key(articles.texts[row]) for row in rows]
    shares = Counter(places)
    folder = _model_folder(cache, encoder) if cache is not None else None
    known = _load(folder, encoder.dimension) if folder is not None else {}
    advance(sum(shares[key] for key in texts if key in known))
    unknown = {key: text for key, text in texts.items() if key not in known}
    for batch in _batches(unknown):
        fresh = dict(zip(batch, encoder.encode([unknown[key] for key in batch]), strict=True))
        if folder is not None:
            _save(folder, fresh, encoder.dimension)
        known |= fresh
        advance(sum(shares[key] for key in batch))
    vectors = np.zeros((len(used), encoder.dimension), dtype=np.float32)
    for row, place in zip(rows, places, strict=True):
        vectors[row] = known[place]
    return vectors


def _batches(texts: Mapping[bytes, str]) -> Iterator[Sequence[bytes]]:
    keys = list(texts)
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _model_folder(cache: Path, encoder: Encoder) -> Path:
    # A model that computes in another precision gives slightly other vectors.
    model = f"{encoder.model_id}\0{encoder.precision}\0{encoder.dimension}"
    return cache / "vectors" / hashlib.sha256(model.encode()).hexdigest()[:16]


def _record(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("key", np.uint8, (KEY_BYTES,)), ("vector", np.float32, (dimension,))])


def _load(folder: Path, dimension: int) -> Vectors:
    known: Vectors = {}
    for path in sorted(folder.glob("*.npy")):
        try:
            content = path.read_bytes()
        except OSError as error:
            log.warning("%s: left out of the cache of vectors: %s", path, error)
            continue
        if hashlib.sha256(content).hexdigest() != path.stem:
            log.warning("%s: damaged, deleted from the cache of vectors and made again", path)
            path.unlink(missing_ok=True)
            continue
        records = np.load(io.BytesIO(content), allow_pickle=False)
        if records.dtype == _record(dimension):
            keys = (key.tobytes() for key in records["key"])
            known.update(zip(keys, records["vector"], strict=True))
    return known


def _save(folder: Path, vectors: Vectors, dimension: int) -> None:
    records = np.empty(len(vectors), dtype=_record(dimension))
    records["key"] = [np.frombuffer(key, dtype=np.uint8) for key in vectors]
    records["vector"] = list(vectors.values())
    buffer = io.BytesIO()
    np.save(buffer, records, allow_pickle=False)
    content = buffer.getvalue()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_at_once(folder / f"{hashlib.sha256(content).hexdigest()}.npy", content)
    except OSError as error:
        log.warning("%s: the cache of vectors cannot be written: %s", folder, error)


def _write_at_once(path: Path, content: bytes) -> None:
    """Write under another name first: a reader finds the whole file or none."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
