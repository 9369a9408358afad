"""Plain text out of markup: what a reader sees and an encoder is given.

The result is text, not HTML: ``<`` and ``&`` in it are characters, and whoever shows it escapes
them. Tags are found by the HTML parser behind ``nh3``; what only looks like a tag (``a < b``,
``AT&T``, ``<3``) stays.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import groupby

import nh3

_PARAGRAPHS = (
    "address article aside blockquote center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary "
    "table tr ul"
)
_SPACES = "br caption option td th"
_HIDDEN = "script style iframe noembed noframes noscript template svg object audio video canvas"
_PARAGRAPH_TAGS = frozenset(_PARAGRAPHS.split())
_SPACE_TAGS = frozenset(_SPACES.split())
_HIDDEN_TAGS = frozenset(_HIDDEN.split())
_TAGS_MAX = 2_000
_MARKUP_MAX_CHARACTERS = 200_000

_CLEANER = nh3.Cleaner(
    tags=set(_PARAGRAPH_TAGS | _SPACE_TAGS),
    clean_content_tags=set(_HIDDEN_TAGS),
    attributes={},
    link_rel=None,
)

# Controls but white space; soft hyphen; zero-width, joining, direction and annotation marks; tag
# characters (they can hide a second text in the first); surrogates and two non-characters.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_ENDS = {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n\n"}
_LINE_END = re.compile("\r\n|[" + "".join(_LINE_ENDS) + "]")

# More than 30 marks on one letter are no writing (UAX #15, stream-safe text), and normalising
# a long run of them takes quadratic time.
_MARKS = "".join(c for c in map(chr, range(0x300, 0x1E94B)) if unicodedata.combining(c))
_MARKS_OVER_30 = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")

# Stand-ins while the HTML parser is at work: two controls, which no text holds by then.
_AMPERSAND, _LESS_THAN = "\x01", "\x02"

_STRAY_LESS_THAN = re.compile(r"<(?!/?[A-Za-z][\w:.-]*(?<!:)[\s/>]|[!?])")
# An entity's name must end in ";" (else "R&LTD" would lose its name), its number need not.
_BARE_AMPERSAND = re.compile(
    r"&(?!#[0-9]{1,10}(?![0-9])|#[xX][0-9A-Fa-f]{1,8}(?![0-9A-Fa-f])|[A-Za-z][A-Za-z0-9]{1,31};)"
)
_CUT_TAG = re.compile(r"<!--|<[A-Za-z][\w:-]*\s[^<]*=|</[A-Za-z]*$")
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*)[^>]*>")


def plain_text(markup: str) -> str:
    r"""Return the readable text of ``markup``; paragraphs are parted by one blank line.

    Scripts, styles and tags go, entities are decoded once, invisible characters are dropped, the
    text is brought to Unicode's composed form (NFC) and white space is folded. A line break
    alone, or a ``<br>``, is white space; a blank line or a block element parts paragraphs.
    Never raises.

    Examples
    --------
    >>> plain_text("<p>AT&amp;T  <b>ro</b>se</p><script>x()</script><p>5 < 6</p>")
    'AT&T rose\n\n5 < 6'
    >>> plain_text("R&D, &amp;lt;b&amp;gt; and I <3 NY")
    'R&D, &lt;b&gt; and I <3 NY'
    """
    text = _INVISIBLE.sub("", markup)
    if "<" in text or "&" in text:
        # Once more: an entity may have stood for an invisible character.
        text = _INVISIBLE.sub("", _without_tags(text))
    return _fold(_compose(text))


def single_line(markup: str) -> str:
    """Return :func:`plain_text` without paragraphs: for headlines and names.

    Examples
    --------
    >>> single_line("<p>Rain</p><p>in Spain</p>")
    'Rain in Spain'
    """
    return plain_text(markup).replace("\n\n", " ")


def _without_tags(text: str) -> str:
    text = text.replace("<![CDATA[", "").replace("]]>", "") if "<![CDATA[" in text else text
    text = _hide_lookalikes(text)
    # The parser's time grows with the square of the nesting and of one tag's attributes. Where
    # there is more of either than in any article, tags are found without it: less exact (a
    # quoted ">" ends a tag), but in linear time.
    if text.count("<") > _TAGS_MAX or len(text) > _MARKUP_MAX_CHARACTERS:
        text = _TAG.sub(_flattened, text)
    text = _TAG.sub(_white_space_of, _CLEANER.clean(text)).replace(_AMPERSAND, "&")
    return html.unescape(_BARE_AMPERSAND.sub("&amp;", text)).replace(_LESS_THAN, "<")


def _flattened(tag: re.Match[str]) -> str:
    hides = tag[2].lower() in _HIDDEN_TAGS
    return f"<{tag[1]}{tag[2]}>" if hides else _white_space_of(tag)


def _white_space_of(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    return "\n\n" if name in _PARAGRAPH_TAGS else "\n" if name in _SPACE_TAGS else ""


def _hide_lookalikes(text: str) -> str:
    """Hide from the parser each ``&``, and each ``<`` that opens no tag.

    After the last ``>`` nothing can be a whole tag: there, markup that was cut off in its middle
    is dropped, and any other ``<`` is text.
    """
    text = text.replace("&", _AMPERSAND)
    end = text.rfind(">") + 1
    tags, rest = text[:end], text[end:]
    cut = _CUT_TAG.search(rest)
    rest = (rest[: cut.start()] if cut else rest).replace("<", _LESS_THAN)
    return _STRAY_LESS_THAN.sub(_LESS_THAN, tags) + rest


def _compose(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS_OVER_30.sub(r"\1", text))


def _fold(text: str) -> str:
    text = _LINE_END.sub(lambda end: _LINE_ENDS.get(end[0], "\n"), text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n\n".join(" ".join(group) for filled, group in groupby(lines, bool) if filled)
