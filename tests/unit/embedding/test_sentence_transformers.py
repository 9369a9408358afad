"""The adapter on the real model: precision, agreement with the library, errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recommender.embedding.weights import DEFAULT_ID, EmbeddingConfig
from recommender.errors import WeightsError

adapter = pytest.importorskip("recommender.embedding.sentence_transformers")

SAMPLE = Path(__file__).resolve().parents[3] / "scripts" / "sample"
XEON = "flags\t\t: fpu vme avx512f avx512_bf16 amx_tile amx_bf16 amx_int8\n"
HASWELL = "flags\t\t: fpu vme avx2 bf16_of_another_kind\n"


def _load(**fields: object) -> adapter.SentenceTransformerEncoder:
    config = EmbeddingConfig.model_validate({"allow_hub": False} | fields)
    return adapter.SentenceTransformerEncoder.load(config)


@pytest.fixture(scope="module")
def exact() -> adapter.SentenceTransformerEncoder:
    return _load(precision="float32")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Give real texts of many lengths: titles, summaries and bodies of the sample articles."""
    lines = [path.read_text().splitlines()[:2] for path in sorted(SAMPLE.glob("*.jsonl"))]
    rows = [json.loads(line) for group in lines for line in group]
    parts = [row.get(field) for row in rows for field in ("title", "summary", "body")]
    return [part for part in parts if part]


def test_float32_gives_what_the_library_gives(
    exact: adapter.SentenceTransformerEncoder, texts: list[str]
) -> None:
    np.testing.assert_allclose(exact.encode(texts), exact.encode_plainly(texts), atol=1e-5)


def test_bfloat16_stays_within_two_thousandths_of_float32(
    exact: adapter.SentenceTransformerEncoder, texts: list[str]
) -> None:
    """Emulated where the processor has no instructions for it, so this runs everywhere."""
    cosines = (_load(precision="bfloat16").encode(texts) * exact.encode(texts)).sum(axis=1)
    assert cosines.min() >= 0.998


def test_the_size_of_a_batch_changes_no_vector(
    exact: adapter.SentenceTransformerEncoder, texts: list[str]
) -> None:
    small = _load(precision="float32", batch_tokens=64)
    np.testing.assert_allclose(small.encode(texts), exact.encode(texts), atol=1e-5)


def test_auto_takes_bfloat16_where_the_processor_has_it() -> None:
    wanted = "bfloat16" if adapter.supports_bfloat16() else "float32"
    assert _load(precision="auto").precision == wanted


@pytest.mark.parametrize(("flags", "supported"), [(XEON, True), (HASWELL, False), ("", False)])
def test_the_processor_is_known_by_its_flags(tmp_path: Path, flags: str, supported: bool) -> None:  # noqa: FBT001
    (tmp_path / "cpuinfo").write_text(flags)
    assert adapter.supports_bfloat16(tmp_path / "cpuinfo") is supported


def test_a_system_that_does_not_tell_gets_float32(tmp_path: Path) -> None:
    assert not adapter.supports_bfloat16(tmp_path / "absent")


def test_it_says_which_model_it_is(exact: adapter.SentenceTransformerEncoder) -> None:
    assert (exact.model_id, exact.dimension, exact.precision) == (DEFAULT_ID, 384, "float32")


def test_a_folder_that_holds_no_model_is_a_weights_error(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not a model")
    with pytest.raises(WeightsError, match="a sentence-transformers model is wanted"):
        _load(model=str(tmp_path))
