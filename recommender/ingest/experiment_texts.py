"""The free texts of an experiment: what they may hold, so that they show what they say.

Terminals obey control characters and pages obey direction marks, so either could make a definition
look like another one. The schema does not say so, for what was kept before must still be read: only
what is sent is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from recommender.domain.experiments import Experiment
from recommender.errors import InvalidInput, shown
from recommender.ingest.text import single_line

TEXT_RULE = "text without control or direction characters, line ends (U+000A) apart"

_HIDDEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"
    r"\ud800-\udfff]"
)
"""Of what ids may not hold either (``recommender.domain.ids``): controls, direction marks and
halves of a surrogate pair. Spaces, joiners and the variants of a sign are part of writing."""


def refuse_hidden(experiment: Experiment) -> None:
    """Refuse an experiment with a text that does not show what it says, or a blank hypothesis.

    Raises
    ------
    InvalidInput
        Names the field.
    """
    if not single_line(experiment.hypothesis):
        wanted = "at least one visible character"
        raise InvalidInput("hypothesis", wanted, shown(experiment.hypothesis))
    for field, text in _texts(experiment):
        if _HIDDEN.search(text):
            raise InvalidInput(field, TEXT_RULE, shown(text))


def _texts(experiment: Experiment) -> Iterator[tuple[str, str]]:
    """Yield the field of each text that no pattern bounds, and the text."""
    yield "hypothesis", experiment.hypothesis
    yield "seed", experiment.seed
    for number, variant in enumerate(experiment.variants):
        field = f"variants.{number}.overrides"
        for path, value in variant.overrides.items():
            yield field, path
            if isinstance(value, str):
                yield f"{field}.{path}", value
