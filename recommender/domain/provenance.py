"""Where an article's text comes from, in the words of the IPTC digital source type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

IPTC_BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""Base address of the controlled vocabulary (IPTC NewsCodes, "Digital Source Type")."""


class DigitalSourceType(StrEnum):
    """Terms of the IPTC vocabulary that an article may carry."""

    DIGITAL_CAPTURE = "digitalCapture"
    HUMAN_EDITS = "humanEdits"
    ALGORITHMICALLY_ENHANCED = "algorithmicallyEnhanced"
    DIGITAL_CREATION = "digitalCreation"
    DATA_DRIVEN_MEDIA = "dataDrivenMedia"
    TRAINED_ALGORITHMIC_MEDIA = "trainedAlgorithmicMedia"
    ALGORITHMIC_MEDIA = "algorithmicMedia"
    COMPOSITE = "composite"
    COMPOSITE_SYNTHETIC = "compositeSynthetic"
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = "compositeWithTrainedAlgorithmicMedia"


GENERATED_WITH_AI = frozenset(
    {
        DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
        DigitalSourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
    }
)
"""Source types that say a trained model wrote the text, or part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is known of how an article was made; every part may be unknown.

    Parameters
    ----------
    digital_source_type : DigitalSourceType or None
        ``None`` is "unknown", which is never the same as "human".
    ai_system, ai_system_version : str or None
        The generating system and its version, where one is named (IPTC 2025.1).
    """

    digital_source_type: DigitalSourceType | None = None
    ai_system: str | None = None
    ai_system_version: str | None = None

    @property
    def generated_with_ai(self) -> bool | None:
        """True or False where the source type says so; None where it is unknown."""
        if self.digital_source_type is None:
            return None
        return self.digital_source_type in GENERATED_WITH_AI


UNKNOWN = Provenance()
"""Nothing is known of how the article was made."""
