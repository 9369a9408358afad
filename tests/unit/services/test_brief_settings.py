"""Settings of briefs that could not work are refused when they are read."""

from __future__ import annotations

import pytest

from recommender.errors import InvalidInput
from recommender.services.brief_settings import BriefSettings
from recommender.settings import load_settings

VARIABLES = {
    "NEWSFEED_BRIEFS__WRITER": "generative",
    "NEWSFEED_BRIEFS__GENERATIVE__API_KEY": "the-key",
    "NEWSFEED_BRIEFS__GENERATIVE__TIMEOUT_SECONDS": "100",
}


def test_a_lease_outlasts_both_turns_of_the_generative_writer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NEWSFEED_BRIEFS__LEASE_SECONDS", str(2 * 100))
    with pytest.raises(InvalidInput) as refused:
        load_settings()
    message = str(refused.value)
    assert message.startswith("NEWSFEED_BRIEFS__LEASE_SECONDS: ")
    assert "lease_seconds must be longer than 2 × generative.timeout_seconds = 200" in message
    assert "the-key" not in message
    monkeypatch.setenv("NEWSFEED_BRIEFS__LEASE_SECONDS", str(2 * 100 + 1))
    assert load_settings().briefs.lease_seconds == 2 * 100 + 1


def test_the_default_lease_is_checked_as_well() -> None:
    slow = {"timeout_seconds": 300.0}
    with pytest.raises(ValueError, match="lease_seconds must be longer"):
        BriefSettings.model_validate({"writer": "generative", "generative": slow})
    assert BriefSettings.model_validate({"generative": slow}), "the extractive writer asks nobody"
