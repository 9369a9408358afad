from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recommender.errors import SourceError
from recommender.ingest.experiments import parse_experiment_file
from recommender.ingest.yaml_files import FILE_MAX_BYTES, read_yaml


def read(folder: Path, text: str) -> Any:
    path = folder / "file.yaml"
    path.write_text(text)
    return read_yaml(path)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e-1", 0.1),
        ("1.5e+2", 150.0),
        ("10", 10),
        ("-3", -3),
        ("true", True),
        ("null", None),
        ("", None),
        ("no", "no"),
        ("on", "on"),
        ("007", "007"),
        ("12:30", "12:30"),
        ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"),
        ("2026-01-31", "2026-01-31"),
        ("'0.5'", "0.5"),
        ("=", "="),
    ],
)
def test_plain_words_mean_what_they_mean_in_json_or_are_text(
    tmp_path: Path, word: str, value: object
) -> None:
    found = read(tmp_path, f"word: {word}")["word"]
    assert found == value
    assert type(found) is type(value)


def test_json_is_read_too(tmp_path: Path) -> None:
    assert read(tmp_path, '{"a": [1, 0.5, null, true, "\\u00e9"]}') == {
        "a": [1, 0.5, None, True, "é"]
    }


def test_an_experiment_can_be_written_in_yaml(tmp_path: Path) -> None:
    experiment = parse_experiment_file(
        read(
            tmp_path,
            """
            key: dial
            hypothesis: >
              A wider feed
              brings readers back.
            variants:
              - name: control   # the feed as it is
                weight: 0.5
              - name: wide
                weight: 0.5
                overrides: {rerank.diversity: 5e-1, exploration.enabled: false}
            namespace: {name: order, start: 0, end: .5}
            start: 1970-01-01T00:01:00Z
            primary_metric: return_rate
            """,
        )
    )
    assert experiment.variants[1].overrides == {
        "rerank.diversity": 0.5,
        "exploration.enabled": False,
    }
    assert (experiment.key, experiment.start) == ("dial", 60.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "YAML or JSON wanted"),
        ("a: 1\nb: 2\na: 3", "the key 'a' stands here twice"),
        ("a: !!python/object/apply:os.getcwd []", "YAML or JSON wanted"),
        ("a: \x00", "YAML or JSON wanted"),
        ("[" * 5_000, "YAML or JSON wanted"),
        ("a: " + "1" * 5_000, "YAML or JSON wanted"),
        ("#" * (FILE_MAX_BYTES + 1), f"at most {FILE_MAX_BYTES} bytes"),
    ],
)
def test_what_is_no_such_file_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as refused:
        read(tmp_path, text)
    assert "file.yaml" in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.yaml: No such file"):
        read_yaml(tmp_path / "none.yaml")
