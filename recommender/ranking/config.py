"""Which trained ranker is served."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from recommender.config import Config


class RankingConfig(Config):
    """Which ranker scores the candidates."""

    artifact: Path | None = Field(
        default=None,
        description="File that scripts.train wrote; it is read anew when it changes. Without one, "
        "or while it cannot be used, the weighted ranker serves.",
    )
    folder: Path = Field(
        default=Path("rankers"),
        description="Folder of the artifacts that NEWSFEED_FEED__RANKER, or a variant of an "
        "experiment, names.",
    )
