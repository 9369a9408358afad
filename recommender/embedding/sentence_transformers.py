"""The sentence-transformers adapter: the only module that imports torch."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommender.embedding.batching import batches_by_length
from recommender.embedding.weights import EmbeddingConfig, Weights, locate_weights
from recommender.errors import WeightsError

# libgomp reads this once, when torch loads it. Its threads spin for milliseconds at each of the
# many short barriers of a small model: harmless on idle cores, but a fifth of the throughput is
# left where Redis or an API process wants one of them. 10,000 turns keep both cases fast.
# Remove when torch's wheels bring an OpenMP that yields.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

CPU_INFO = Path("/proc/cpuinfo")


def supports_bfloat16(cpu_info: Path = CPU_INFO) -> bool:
    """Tell whether the processor multiplies bfloat16 by itself: by AMX or AVX512-BF16.

    Other processors emulate it, slower than float32. Where there is no such file the answer
    is False.
    """
    try:
        return re.search(r"\b(amx_bf16|avx512_bf16)\b", cpu_info.read_text()) is not None
    except OSError:
        return False


class SentenceTransformerEncoder:
    """An :class:`~recommender.embedding.encoder.Encoder` on the processor's cores.

    Parameters
    ----------
    model : SentenceTransformer
        On the CPU, already in the type that it computes in.
    batch_tokens : int
        Word pieces, padding included, of one forward pass.
    """

    def __init__(self, model: SentenceTransformer, model_id: str, batch_tokens: int) -> None:
        self._model = model
        self._model_id = model_id
        self._batch_tokens = batch_tokens
        self._dimension = int(self._forward(self._tokenize([""])).shape[1])

    @classmethod
    def load(cls, config: EmbeddingConfig) -> Self:
        """Find the weights, check them and load them; about a second.

        Raises
        ------
        WeightsError
            They are missing, not the expected ones, or no sentence-transformers model.
        """
        weights = locate_weights(config)
        is_half = config.precision == "bfloat16" or (
            config.precision == "auto" and supports_bfloat16()
        )
        model = _read(weights).to(torch.bfloat16 if is_half else torch.float32).eval()
        return cls(model, weights.model_id, config.batch_tokens)

    @property
    def model_id(self) -> str:
        """Name of the model; two different models never share one."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Length d of every vector."""
        return self._dimension

    @property
    def precision(self) -> str:
        """What the model computes in: ``"float32"`` or ``"bfloat16"``."""
        return str(next(self._model.parameters()).dtype).removeprefix("torch.")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of ``texts``, shape (n, d) float32, unit length.

        Texts are cut at the model's window, 256 word pieces for the default one.
        """
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        if len(texts) == 0:
            return vectors
        columns = self._tokenize(texts)
        lengths = [len(row) for row in columns["input_ids"]]
        for rows in batches_by_length(lengths, self._batch_tokens):
            batch = {name: [column[row] for row in rows] for name, column in columns.items()}
            vectors[rows] = self._forward(batch)
        return vectors

    def encode_plainly(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the same by the library's own loop: what ``encode`` is measured against."""
        vectors = self._model.encode(list(texts), show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def _tokenize(self, texts: Sequence[str]) -> dict[str, list[list[int]]]:
        # Half of a surrogate pair is legal in a str, but the tokenizer takes UTF-8 alone.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        limit = self._model.max_seq_length
        return dict(self._model.tokenizer(clean, truncation=True, max_length=limit))

    def _forward(self, batch: dict[str, list[list[int]]]) -> NDArray[np.float32]:
        features: dict[str, Any] = dict(self._model.tokenizer.pad(batch, return_tensors="pt"))
        with torch.inference_mode():
            vectors = self._model(features)["sentence_embedding"].float()
            # Rounding to bfloat16 leaves lengths off by up to 0.2 %.
            unit: NDArray[np.float32] = torch.nn.functional.normalize(vectors, dim=1).numpy()
        return unit


def _read(weights: Weights) -> SentenceTransformer:
    # A bar for a tenth of a second is noise in a worker's log.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(weights.folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(
            f"{weights.folder}: a sentence-transformers model is wanted, got {error}"
        ) from error
