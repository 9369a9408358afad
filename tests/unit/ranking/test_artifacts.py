from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import (
    ArtifactError,
    ArtifactMismatch,
    ArtifactUnreadable,
    ExtraMissing,
)
from recommender.ranking import artifacts
from recommender.ranking.artifacts import (
    Artifact,
    BoostedPart,
    CalibrationPart,
    LinearPart,
    Origin,
    save,
    seal,
)
from recommender.ranking.boosted import BoostedRanker
from recommender.ranking.learned import load_ranker, ranker_of
from recommender.ranking.linear import LinearRanker

NAMES = ("a", "b")


def _stump(features: int) -> str:
    """Return one tree: 1 where the first feature is above .5, else 0."""
    names = " ".join(f"Column_{number}" for number in range(features))
    infos = " ".join(["none"] * features)
    return f"""tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx={features - 1}
feature_names={names}
feature_infos={infos}

Tree=0
num_leaves=2
num_cat=0
split_feature=0
split_gain=1
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=0 1
leaf_weight=1 1
leaf_count=1 1
internal_value=0
internal_weight=2
internal_count=2
is_linear=0
shrinkage=1


end of trees
"""


def _boosted(weights: tuple[float, ...], trees: str, calibration: CalibrationPart) -> BoostedPart:
    none = (0.0,) * len(weights)
    return BoostedPart(
        weights=weights,
        beside=none,
        squares=none,
        low=(-9.0,) * len(none),
        high=(9.0,) * len(none),
        trees=trees,
        calibration=calibration,
    )


@pytest.fixture
def boosted_artifact(origin: Callable[..., Origin]) -> Artifact:
    calibration = CalibrationPart(scores=(0.0, 1.0), chances=(0.25, 0.75))
    return seal(_boosted((0.0, 3.0), _stump(2), calibration), origin())


@pytest.fixture
def file(tmp_path: Path, linear_artifact: Callable[..., Artifact]) -> Path:
    path = tmp_path / "ranker.json"
    save(linear_artifact(0.1, -2.0), path)
    return path


def _edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    document = orjson.loads(path.read_bytes())
    change(document)
    path.write_bytes(orjson.dumps(document))


def test_what_was_saved_is_loaded_to_the_last_bit(file: Path) -> None:
    ranker = load_ranker(file, "s1", NAMES)
    assert isinstance(ranker, LinearRanker)
    assert ranker.weights.tolist() == [0.1, -2.0]
    rows = np.array([[1, 1], [2, 0]], np.float32)
    assert ranker.scores(rows) == pytest.approx([0.1 - 2.0, 0.2])
    assert ranker.contributions(rows) == pytest.approx(np.array([[0.1, -2.0], [0.2, 0]]))
    assert not np.signbit(ranker.contributions(rows)[1, 1])
    assert ranker.probabilities(np.array([0.5])).tolist() == [0.5]


def test_weights_beside_an_open_article_and_of_squares_are_loaded(
    tmp_path: Path, origin: Callable[..., Origin]
) -> None:
    """Of the features a and reading; the second one tells that an article is open."""
    part = LinearPart(
        weights=(1.0, 0.0),
        beside=(10.0, 0.0),
        squares=(100.0, 0.0),
        low=(0.0, 0.0),
        high=(2.0, 1.0),
        calibration=CalibrationPart(scores=(0.0,), chances=(0.5,)),
    )
    names = ("a", "reading")
    save(seal(part, origin(features=names, effects=(1.0, 0.0))), tmp_path / "ranker.json")
    ranker = load_ranker(tmp_path / "ranker.json", "s1", names)
    rows = np.array([[2, 0], [3, 1]], np.float32)  # 3 is more than was met: it counts as 2
    always, square, beside = 2 * 1, 2**2 * 100, 2 * 10
    assert ranker.scores(rows).tolist() == [always + square, always + square + beside]
    assert ranker.contributions(rows)[:, 0].tolist() == ranker.scores(rows).tolist()
    assert ranker.contributions(rows)[:, 1].tolist() == [0, 0]
    assert ranker.effects.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("of", ["beside", "squares", "low", "high"])
def test_weights_too_few_of_any_kind_are_refused(
    tmp_path: Path, origin: Callable[..., Origin], of: str
) -> None:
    whole: dict[str, Any] = dict.fromkeys(
        ("weights", "beside", "squares", "low", "high"), (1.0, 1.0)
    )
    calibration = CalibrationPart(scores=(0.0,), chances=(0.5,))
    part = LinearPart(**(whole | {of: (1.0,)}), calibration=calibration)
    save(seal(part, origin()), tmp_path / "ranker.json")
    with pytest.raises(ArtifactUnreadable, match=r"weights for 2 features"):
        load_ranker(tmp_path / "ranker.json", "s1", NAMES)


def test_a_boosted_ranker_is_loaded_with_its_trees(
    tmp_path: Path, boosted_artifact: Artifact
) -> None:
    save(boosted_artifact, tmp_path / "ranker.json")
    ranker = load_ranker(tmp_path / "ranker.json", "s1", NAMES)
    assert isinstance(ranker, BoostedRanker)
    rows = np.array([[1, 0], [0, 2]], np.float32)
    assert ranker.scores(rows) == pytest.approx([1 - 1 / 2, 0 - 1 / 2 + 2 * 3])
    assert ranker.contributions(rows) == pytest.approx(np.array([[1 / 2, 0], [-1 / 2, 2 * 3]]))
    assert ranker.probabilities(np.array([0.5])).tolist() == [0.5]


def test_the_name_is_the_kind_and_the_beginning_of_the_checksum(file: Path) -> None:
    manifest = orjson.loads(file.read_bytes())["manifest"]
    ranker = load_ranker(file, "s1", NAMES)
    assert ranker.name == f"linear@{manifest['checksum'][:8]}" == manifest["name"]


def test_the_name_changes_with_what_decides_a_score_and_with_nothing_else(
    linear_artifact: Callable[..., Artifact],
) -> None:
    plain = linear_artifact(1.0, 2.0).manifest.name
    assert linear_artifact(1.0, 2.0, made_at="2027-01-01T00:00:00Z").manifest.name == plain
    others = [
        linear_artifact(1.0, 2.5),
        linear_artifact(1.0, 2.0, features=("b", "a")),
        linear_artifact(1.0, 2.0, feature_schema="s2"),
    ]
    assert plain not in {other.manifest.name for other in others}


def test_a_missing_file_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ArtifactUnreadable, match=r"none\.json.*scripts\.train"):
        load_ranker(tmp_path / "none.json", "s1", NAMES)


def test_a_folder_is_no_artifact(tmp_path: Path) -> None:
    with pytest.raises(ArtifactUnreadable, match="directory"):
        load_ranker(tmp_path, "s1", NAMES)


@pytest.mark.parametrize("content", [b"", b"x", b"[]", b"{}", b"\x80\x04K\x01.", b"[" * 100_000])
def test_what_is_no_artifact_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ranker.json"
    path.write_bytes(content)
    with pytest.raises(ArtifactUnreadable, match="no artifact, or was cut short"):
        load_ranker(path, "s1", NAMES)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_refused(file: Path, kept: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(ArtifactUnreadable, match="cut short"):
        load_ranker(file, "s1", NAMES)


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "MOST_BYTES", 100)
    with pytest.raises(ArtifactUnreadable, match="limit"):
        load_ranker(file, "s1", NAMES)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["model"]["weights"].reverse(),
        lambda document: document["model"]["calibration"].update(chances=[0.0, 1.0]),
        lambda document: document["manifest"]["features"].reverse(),
        lambda document: document["manifest"].update(feature_schema="s2"),
        lambda document: document["manifest"].update(checksum="0" * 64),
        lambda document: document["manifest"].update(name="linear@00000000"),
    ],
)
def test_a_change_to_what_decides_a_score_is_found(
    file: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    _edit(file, change)
    with pytest.raises(ArtifactUnreadable, match="damaged or edited"):
        load_ranker(file, "s2", NAMES)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["model"].update(kind="forest"),
        lambda document: document["model"].update(weights=["1", "2"]),
        lambda document: document["model"].update(weights=[None, 1.0]),
        lambda document: document["model"].update(more=1),
        lambda document: document["model"].pop("calibration"),
        lambda document: document["model"]["calibration"].update(scores=[1.0, 0.0]),
        lambda document: document["model"]["calibration"].update(scores=[1.0]),
        lambda document: document["model"]["calibration"].update(chances=[0.75, 0.25]),
        lambda document: document["model"]["calibration"].update(chances=[0.0, 1.5]),
        lambda document: document["manifest"].pop("seed"),
        lambda document: document["manifest"].update(checksum="0"),
    ],
)
def test_a_document_of_another_form_is_refused(
    file: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    _edit(file, change)
    with pytest.raises(ArtifactUnreadable, match="no artifact"):
        load_ranker(file, "s1", NAMES)


def test_an_unknown_kind_is_told_beside_the_known_ones(file: Path) -> None:
    _edit(file, lambda document: document["model"].update(kind="forest"))
    with pytest.raises(ArtifactUnreadable, match=r"forest.*linear.*boosted"):
        load_ranker(file, "s1", NAMES)


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_weights_that_are_not_finite_are_refused(file: Path, value: bytes) -> None:
    file.write_bytes(file.read_bytes().replace(b"-2.0", value))
    with pytest.raises(ArtifactUnreadable, match="finite"):
        load_ranker(file, "s1", NAMES)


def test_a_weight_too_few_is_refused(
    tmp_path: Path, linear_artifact: Callable[..., Artifact]
) -> None:
    save(linear_artifact(1.0), tmp_path / "ranker.json")
    with pytest.raises(ArtifactUnreadable, match="1 weights for 2 features"):
        load_ranker(tmp_path / "ranker.json", "s1", NAMES)


def test_other_features_are_named(file: Path) -> None:
    with pytest.raises(ArtifactMismatch, match="no longer made b, not known to it c"):
        load_ranker(file, "s1", ("a", "c"))


def test_features_in_another_order_are_other_features(file: Path) -> None:
    with pytest.raises(ArtifactMismatch, match="in another order"):
        load_ranker(file, "s1", ("b", "a"))


def test_other_settings_of_the_same_features_are_told(file: Path) -> None:
    with pytest.raises(ArtifactMismatch, match="their schema here is s2, its own s1"):
        load_ranker(file, "s2", NAMES)


def test_trees_over_other_features_than_the_manifest_names_are_refused(
    origin: Callable[..., Origin],
) -> None:
    calibration = CalibrationPart(scores=(0.0, 1.0), chances=(0.25, 0.75))
    artifact = seal(_boosted((0.0, 0.0), _stump(3), calibration), origin())
    with pytest.raises(ArtifactUnreadable, match="2 features"):
        ranker_of(artifact)


def test_without_lightgbm_the_extra_is_named(
    boosted_artifact: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "lightgbm":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ExtraMissing, match='extra "boosted"'):
        ranker_of(boosted_artifact)


def test_saving_replaces_the_file_whole_and_leaves_nothing_else(
    file: Path, linear_artifact: Callable[..., Artifact]
) -> None:
    before = file.stat().st_ino
    save(linear_artifact(5.0, 6.0), file)
    assert file.stat().st_ino != before
    assert file.stat().st_mode & 0o777 == 0o644
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(
    tmp_path: Path, linear_artifact: Callable[..., Artifact]
) -> None:
    (tmp_path / "taken").mkdir()
    for path in (tmp_path / "no" / "folder.json", tmp_path / "taken"):
        with pytest.raises(ArtifactError, match="cannot be written"):
            save(linear_artifact(1.0, 2.0), path)
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


FUZZ = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FUZZ
@given(data=st.data())
def test_changed_bytes_give_a_ranker_or_an_artifact_error_and_nothing_else(
    tmp_path: Path,
    linear_artifact: Callable[..., Artifact],
    boosted_artifact: Artifact,
    data: st.DataObject,
) -> None:
    path = tmp_path / "ranker.json"
    save(data.draw(st.sampled_from([linear_artifact(0.1, -2.0), boosted_artifact])), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    path.write_bytes(content)
    try:
        ranker = load_ranker(path, "s1", NAMES)
    except ArtifactError:
        return
    assert np.isfinite(ranker.scores(np.ones((1, 2), np.float32))).all()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@FUZZ
@given(value=JSON, place=st.integers(0, 20))
def test_any_json_in_any_place_gives_a_ranker_or_an_artifact_error(
    file: Path, linear_artifact: Callable[..., Artifact], value: Any, place: int
) -> None:
    save(linear_artifact(0.1, -2.0), file)

    def change(document: dict[str, Any]) -> None:
        manifest, model = document["manifest"], document["model"]
        places = [(part, name) for part in (document, manifest, model) for name in part]
        part, name = places[place % len(places)]
        part[name] = value

    try:
        _edit(file, change)
    except TypeError:  # what was drawn is no JSON, as an integer of 65 bits
        return
    try:
        load_ranker(file, "s1", NAMES)
    except ArtifactError:
        return


@FUZZ
@given(data=st.data())
def test_changed_trees_with_a_right_checksum_never_harm_the_process(
    origin: Callable[..., Origin], data: st.DataObject
) -> None:
    lines = _stump(2).split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    name = lines[at].partition("=")[0]
    numbers = st.lists(st.integers(-3, 3) | st.floats(), max_size=3)
    lines[at] = f"{name}={' '.join(map(str, data.draw(numbers)))}"
    calibration = CalibrationPart(scores=(0.0, 1.0), chances=(0.25, 0.75))
    artifact = seal(_boosted((1.0, 1.0), "\n".join(lines), calibration), origin())
    try:
        ranker = ranker_of(artifact)
    except ArtifactError:
        return
    assert np.isfinite(ranker.scores(np.ones((1, 2), np.float32))).all()


def test_metrics_that_are_not_finite_are_refused_when_sealed(
    linear_artifact: Callable[..., Artifact],
) -> None:
    with pytest.raises(ValueError, match="finite"):
        linear_artifact(1.0, 2.0, metrics={"auc": float("nan")})


def test_no_weights_beyond_the_limit() -> None:
    calibration = CalibrationPart(scores=(0.0, 1.0), chances=(0.25, 0.75))
    with pytest.raises(ValueError, match="10000"):
        LinearPart(
            weights=(0.0,) * 10_001, beside=(), squares=(), low=(), high=(), calibration=calibration
        )
