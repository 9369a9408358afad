"""The byte layout of a stored vector: d × float16, little-endian, unit length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STORED = np.dtype("<f2")


def pack_vector(vector: NDArray[np.float32]) -> bytes:
    """Return the bytes that Redis keeps for one vector, shape (d,)."""
    return vector.astype(_STORED).tobytes()


def unpack_vectors(packed: list[bytes], dimension: int) -> NDArray[np.float32]:
    """Return stored vectors as an array, shape (n, d) float32, unit length again.

    Half precision moves a component by at most 2⁻¹² of its size: a cosine by less than 1e-3.
    """
    stacked = np.frombuffer(b"".join(packed), dtype=_STORED).reshape(len(packed), dimension)
    vectors = stacked.astype(np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, np.float32(1e-12)))
