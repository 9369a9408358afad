"""The dateline of a brief: the day that it is told on, in words of its language."""

from __future__ import annotations

from datetime import UTC, datetime

from recommender.briefs.calendar_names import MONTHS

_FORMS = {
    "de": "{day}. {month} {year}",
    "en": "{day} {month} {year}",
    "es": "{day} de {month} de {year}",
    "fr": "{day} {month} {year}",
}


def dateline_of(published_at: float, language: str | None) -> str:
    """Return the day of ``published_at`` in UTC, in words where ``language`` has them here.

    Parameters
    ----------
    published_at : float
        Seconds since the epoch.
    language : str or None
        A language tag, like ``"de"`` or ``"de-AT"``. English, French, German and Spanish are told
        in words; every other one, and None, as ISO 8601 has it.

    Examples
    --------
    >>> dateline_of(1_746_144_000, "en-GB"), dateline_of(1_746_144_000, "fi")
    ('2 May 2025', '2025-05-02')
    """
    day = datetime.fromtimestamp(published_at, UTC).date()
    spoken = (language or "").replace("_", "-").partition("-")[0].lower()
    if spoken not in _FORMS:
        return day.isoformat()
    number = "1er" if (spoken, day.day) == ("fr", 1) else str(day.day)
    month = MONTHS[spoken].split()[day.month - 1]
    return _FORMS[spoken].format(day=number, month=month, year=day.year)
