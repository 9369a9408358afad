import os

import pytest

from recommender.settings import load_settings
from scripts.supervisor import _environment

SHARED = "a secret of more than thirty-two characters"
SET = {
    "NEWSFEED_SITE": "valley",
    "NEWSFEED_CURSORS__SECRET": SHARED,
    "NEWSFEED_TRENDING__HALF_LIVES_HOURS": "[1.0,8.0]",
    "NEWSFEED_TRENDING__SURGE_HOURS": "[1.0,8.0]",
    "NEWSFEED_TRENDING__SERVED_HOURS": "8.0",
    "NEWSFEED_RANKING__FOLDER": "rankers of ours",
}


def test_programs_read_the_very_settings_that_they_are_handed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A secret handed on as asterisks would be everybody's."""
    for name in [each for each in os.environ if each.startswith("NEWSFEED_")]:
        monkeypatch.delenv(name)
    for name, value in SET.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    handed = _environment(settings)
    assert handed["NEWSFEED_CURSORS__SECRET"] == SHARED
    for name in SET:
        monkeypatch.delenv(name)
    for name, value in handed.items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings
