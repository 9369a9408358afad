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


class ClaimCode(StrEnum):
    """What an article may say of itself in its own text."""

    TRENDING = "trending"
    GENERATED_WITH_AI = "generated_with_ai"
    CUSTOMISED = "customised"
    EXPERIMENTAL = "experimental"
    DATELINE = "dateline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement that was lifted out of an article's text: its code and its own words."""

    code: ClaimCode
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is known of how an article was made; every part may be unknown.

    Parameters
    ----------
    digital_source_type : DigitalSourceType or None
        As the publisher's fields say. ``None`` is "unknown", which is never the same as "human".
    ai_system, ai_system_version : str or None
        The generating system and its version, where one is named (IPTC 2025.1).
    claims : tuple of Claim
        What the article's own text said of itself, lifted out of that text.
    """

    digital_source_type: DigitalSourceType | None = None
    ai_system: str | None = None
    ai_system_version: str | None = None
    claims: tuple[Claim, ...] = ()

    def claims_to(self, code: ClaimCode) -> str | None:
        """Return the article's own words for a claim, or None where it does not make it."""
        return next((claim.text for claim in self.claims if claim.code is code), None)

    @property
    def generated_with_ai(self) -> bool | None:
        """True where the source type or the article's own claim says so; None where unknown."""
        if self.claims_to(ClaimCode.GENERATED_WITH_AI):
            return True
        if self.digital_source_type is None:
            return None
        return self.digital_source_type in GENERATED_WITH_AI


UNKNOWN = Provenance()
"""Nothing is known of how the article was made."""
