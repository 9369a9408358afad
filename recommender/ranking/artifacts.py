"""A trained ranker as one JSON file: what it is, how it came about, and its numbers.

::

    {"manifest": {"kind": "linear", "features": […], "feature_schema": "…", "checksum": "…", …},
     "model": {"kind": "linear", "weights": […], "beside": […], "squares": […],
               "calibration": {"scores": […], "chances": […]}}}

Reading it executes nothing. The checksum is over everything that decides a score, and the version
in the ranker's name is its beginning.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from recommender.errors import ArtifactError, ArtifactMismatch, ArtifactUnreadable

MOST_BYTES = 64 << 20
"""Size up to which a file is read."""

MOST_FEATURES = 10_000

MOST_POINTS = 1_000
"""Points of a calibration."""

NAMES_TOLD = 5
"""Features that a message names."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Document(BaseModel):
    """Base of the file's parts: immutable; unknown names and infinite numbers are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
"""Bounded, so that no score overflows."""


class CalibrationPart(Document):
    """The rising line from scores to probabilities."""

    scores: tuple[float, ...] = Field(min_length=1, max_length=MOST_POINTS)
    chances: tuple[Annotated[float, Field(ge=0, le=1)], ...]

    @model_validator(mode="after")
    def _rises(self) -> CalibrationPart:
        together = len(self.scores) == len(self.chances)
        if not together or any(low >= high for low, high in pairwise(self.scores)):
            raise ValueError("scores rise, with a chance for each")
        if any(low > high for low, high in pairwise(self.chances)):
            raise ValueError("chances never fall")
        return self


class LinearPart(Document):
    """The numbers of a linear ranker: weights of each feature, beside an article, of its square."""

    kind: Literal["linear"] = "linear"
    weights: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    beside: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    squares: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    low: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    high: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    calibration: CalibrationPart


class BoostedPart(Document):
    """The numbers of a boosted ranker: those of a linear one, and trees in LightGBM's format."""

    kind: Literal["boosted"] = "boosted"
    weights: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    beside: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    squares: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    low: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    high: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    trees: str
    calibration: CalibrationPart


class Origin(Document):
    """How an artifact came about.

    Parameters
    ----------
    made_at : str
        ISO 8601, UTC.
    data_set, data_digest : str
    parts : tuple of str
        Of the data set, from which was learned.
    learned_from, learned_until : float
        When the first and the last impression of these was, in seconds since the epoch.
    seed : int
    features : tuple of str
        Names, in order.
    feature_schema : str
        Digest of the features' names and of the settings they are made with.
    effects : tuple of float
        Share of each feature in what moves the scores within lists.
    taken_over : tuple of str
        Features whose weights are those of the weighted ranker, as there was nothing to learn them
        from.
    metrics : dict of str to float
        As measured on the latest part of the data: the weights measured were not learned from it,
        the penalty and the calibration were chosen on it.
    versions : dict of str to str
        Of the libraries.
    """

    made_at: str
    data_set: str
    data_digest: str
    parts: tuple[str, ...]
    learned_from: float
    learned_until: float
    seed: int
    features: tuple[str, ...] = Field(min_length=1, max_length=MOST_FEATURES)
    feature_schema: str
    effects: tuple[Number, ...] = Field(max_length=MOST_FEATURES)
    taken_over: tuple[str, ...] = Field(max_length=MOST_FEATURES)
    metrics: dict[str, float]
    versions: dict[str, str]


class Manifest(Origin):
    """Origin, name and checksum."""

    name: str
    checksum: Digest


class Artifact(Document):
    """A trained ranker and where it is from."""

    manifest: Manifest
    model: Annotated[LinearPart | BoostedPart, Field(discriminator="kind")]


def seal(model: LinearPart | BoostedPart, origin: Origin) -> Artifact:
    """Return the artifact, named and with its checksum."""
    checksum = _checksum(model, origin)
    manifest = Manifest(**origin.model_dump(), name=_name(model, checksum), checksum=checksum)
    return Artifact(manifest=manifest, model=model)


def save(artifact: Artifact, path: Path) -> None:
    """Write the file, whole or not at all.

    Raises
    ------
    ArtifactError
        It cannot be written there.
    """
    content = orjson.dumps(artifact.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
    try:
        with _replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise ArtifactError(
            f"the artifact cannot be written to {path} ({error.strerror}): "
            "name a file in a folder that exists and can be written to"
        ) from error


def load(path: Path, feature_schema: str, features: tuple[str, ...]) -> Artifact:
    """Return the artifact of a file, if it is whole and of these features.

    Raises
    ------
    ArtifactUnreadable
        The file is missing, too large, cut short, damaged, or no such file.
    ArtifactMismatch
        It was trained on other features.
    """
    content = _read(path)
    try:
        artifact = Artifact.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise ArtifactUnreadable(_unreadable(path, error)) from error
    _require_whole(artifact, path)
    _require_features(artifact.manifest, feature_schema, features, path)
    return artifact


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ArtifactUnreadable(
            f"the artifact {path} cannot be read ({error.strerror}): "
            "train one with python -m scripts.train, or correct the path"
        ) from error
    if len(content) > MOST_BYTES:
        raise ArtifactUnreadable(
            f"the artifact {path} has more than {MOST_BYTES >> 20} MiB, which is the limit: "
            "train with fewer or smaller trees"
        )
    return content


def _unreadable(path: Path, error: ValidationError) -> str:
    """Say what is wrong first, without what was found there, which may be of any length."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the file"
    return (
        f"{path} is no artifact, or was cut short or damaged: {place}: {first['msg'][:200]}; "
        "copy it anew or train one with python -m scripts.train"
    )


def _require_whole(artifact: Artifact, path: Path) -> None:
    manifest, model = artifact.manifest, artifact.model
    found = _checksum(model, manifest)
    if found != manifest.checksum or manifest.name != _name(model, found):
        raise ArtifactUnreadable(
            f"{path} was damaged or edited: it is {_name(model, found)} by its checksum and "
            f"{manifest.name[:40]}, {manifest.checksum[:8]}, by its manifest; copy it anew or "
            "train one with python -m scripts.train"
        )
    of_each = (
        model.weights,
        model.beside,
        model.squares,
        model.low,
        model.high,
        manifest.effects,
    )
    if {len(each) for each in of_each} != {len(manifest.features)}:
        raise ArtifactUnreadable(
            f"{path} has {len(model.weights)} weights for {len(manifest.features)} features: "
            "train one with python -m scripts.train"
        )


def _require_features(
    manifest: Manifest, feature_schema: str, features: tuple[str, ...], path: Path
) -> None:
    if manifest.features != features:
        gone = sorted(set(manifest.features) - set(features))
        new = sorted(set(features) - set(manifest.features))
        raise ArtifactMismatch(
            f"{path} was trained on other features than are made here: no longer made "
            f"{_list(gone)}, not known to it {_list(new)}"
            f"{'' if gone or new else ', in another order'}; train it anew"
        )
    if manifest.feature_schema != feature_schema:
        raise ArtifactMismatch(
            f"{path} was trained with other settings of the features: their schema here is "
            f"{feature_schema[:12]}, its own {manifest.feature_schema[:12]}; "
            "train it anew or set the features as they were"
        )


def _list(names: list[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:NAMES_TOLD]) or "none"
    more = len(names) - NAMES_TOLD
    return f"{shown} and {more} more" if more > 0 else shown


def _name(model: LinearPart | BoostedPart, checksum: str) -> str:
    return f"{model.kind}@{checksum[:8]}"


def _checksum(model: LinearPart | BoostedPart, origin: Origin) -> str:
    deciding = {
        "model": model.model_dump(mode="json"),
        "features": origin.features,
        "feature_schema": origin.feature_schema,
    }
    canonical = orjson.dumps(deciding, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file that takes the place of ``path`` when all was written to the disk."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        # Who trains need not be who serves: everybody may read it.
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
