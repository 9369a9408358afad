"""What tells two articles' origins apart: how a publisher's name reads, and an address's host."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit


def read_name(publisher: str) -> str:
    r"""Return a name as readers tell it from others: without case, marks and look-alike letters.

    Two names that look alike are one: it is worse to count a publisher twice than two as one. So
    all marks go, though some languages tell words apart by them.

    Examples
    --------
    >>> read_name("The Pöst."), read_name("The P\N{CYRILLIC SMALL LETTER O}st")
    ('thepost', 'thepost')
    """
    plain = unicodedata.normalize("NFKD", publisher).translate(_LOOK_ALIKES).casefold()
    return "".join(character for character in plain if character.isalnum())


def host_of(url: str | None) -> str:
    """Return the host of an address, in small letters and without "www."; empty where none is."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:  # "http://[": what nobody can read names no host
        return ""
    return host.removeprefix("www.").rstrip(".")


_CYRILLIC = "АВЕЅІЈКМНОРСТУХаеѕіјкморстухԁԛԝһӏ"
_AS_CYRILLIC = "ABESIJKMHOPCTYXaesijkmopctyxdqwhl"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχωıɑɡ"  # and three letters of Latin
_AS_GREEK = "ABEZHIKMNOPTYXaeikvoptuxwiag"
_UNSEEN = "\u115f\u1160\u3164\uffa0"
"""Letters that show nothing."""
_LOOK_ALIKES = str.maketrans(_CYRILLIC + _GREEK, _AS_CYRILLIC + _AS_GREEK, _UNSEEN)
