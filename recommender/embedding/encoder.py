"""What the service asks of an embedding model; no model library is imported here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into vectors of unit length.

    Every implementation passes ``tests/contracts/test_encoder_contract.py``.
    """

    @property
    def model_id(self) -> str:
        """Name of the model; two different models never share one."""
        ...

    @property
    def dimension(self) -> int:
        """Length d of every vector."""
        ...

    @property
    def precision(self) -> str:
        """What the model computes in: ``"float32"`` or ``"bfloat16"``."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts.

        Parameters
        ----------
        texts : sequence of str
            n texts, n ≥ 0, of any content and length.

        Returns
        -------
        ndarray, shape (n, d) float32
            Row i belongs to ``texts[i]`` and has unit length.
        """
        ...
