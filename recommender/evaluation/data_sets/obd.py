"""Open Bandit Data: recommendations of a shop, logged by two policies with their propensities.

Saito, Aihara, Matsutani and Narita, Open Bandit Dataset and Pipeline, NeurIPS 2021. Three places of
a page showed an item each. A random policy and a Thompson-sampling one, which knows nothing of the
visitor, were shown side by side, to visitors at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.errors import SourceError
from recommender.evaluation.data_sets.digest import files_digest
from recommender.evaluation.off_policy.choices import check_propensities

CAMPAIGN = "men"

POSITIONS = 3

COLUMNS = {
    "item_id": pl.Int64,
    "position": pl.Int64,
    "click": pl.Int64,
    "propensity_score": pl.Float64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BanditLog:
    """n choices of one policy.

    Parameters
    ----------
    actions : ndarray, shape (n,), int64
        The item shown, from 0.
    positions : ndarray, shape (n,), int64
        The place it was shown at, from 0.
    rewards : ndarray, shape (n,), float64
        1 where it was clicked, else 0.
    propensities : ndarray, shape (n,), float64, in (0, 1]
        The policy's probability of the item at this place then.
    """

    actions: NDArray[np.int64]
    positions: NDArray[np.int64]
    rewards: NDArray[np.float64]
    propensities: NDArray[np.float64]

    def __len__(self) -> int:
        """How many choices there are."""
        return len(self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBanditData:
    """The logs of both policies over the same ``actions`` items.

    Parameters
    ----------
    digest : str
        SHA-256 of the files, hexadecimal.
    """

    random: BanditLog
    thompson: BanditLog
    actions: int
    digest: str


def read_obd(folder: Path) -> OpenBanditData:
    """Read the logs of both policies.

    Raises
    ------
    SourceError
        A file is missing, cut short or damaged.
    InvalidInput
        A propensity is no probability.
    """
    paths = {name: folder / name / CAMPAIGN / f"{CAMPAIGN}.csv" for name in ("random", "bts")}
    random, thompson = (_read(path) for path in paths.values())
    return OpenBanditData(
        random=random,
        thompson=thompson,
        actions=1 + int(max(random.actions.max(), thompson.actions.max())),
        digest=files_digest(folder, paths.values()),
    )


def _read(path: Path) -> BanditLog:
    try:
        content = path.read_bytes()
        table = pl.read_csv(content, columns=[*COLUMNS], schema_overrides=COLUMNS)
    except (pl.exceptions.PolarsError, OSError) as error:
        brief = str(error).partition("\n")[0]
        wanted = f"a table with {', '.join(COLUMNS)}"
        raise SourceError(f"{path}: wanted {wanted}, got {brief}") from error
    # A row that ends early is filled up with nulls; a number that does has no line end.
    if not content.endswith(b"\n") or sum(table.null_count().row(0)):
        raise SourceError(f"{path}: wanted whole rows, got a file that is cut short; copy it anew")
    known = pl.col("position").is_between(1, POSITIONS) & pl.col("click").is_between(0, 1)
    unfit = table.filter(~known | (pl.col("item_id") < 0))
    if table.is_empty() or unfit.height:
        wanted = f"rows with an item, a position from 1 to {POSITIONS} and a click of 0 or 1"
        raise SourceError(f"{path}: wanted {wanted}, got {unfit.height} others of {table.height}")
    propensities = table["propensity_score"].to_numpy()
    check_propensities(propensities)
    return BanditLog(
        actions=table["item_id"].to_numpy(),
        positions=table["position"].to_numpy() - 1,
        rewards=table["click"].to_numpy().astype(np.float64),
        propensities=propensities,
    )
