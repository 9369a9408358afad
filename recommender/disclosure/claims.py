"""What an article says of itself at the edges of its text, lifted out of that text.

Publishers write "[Generated with AI. Your feed is customised.]" below an article, or above it, and
a dateline before its first sentence. None of it is part of what the article tells, so none may be
embedded; what it says is kept as the article's own claims. Only brackets that begin or end the text
are looked at, and only those that make a claim known here (in English, German, French or Spanish)
are lifted: "[Photo: AP]" stays, and so does whatever would then be told to nobody.

A sentence makes a claim where one of its clauses begins with it, with nothing before but the
article as the subject, an auxiliary and an adverb. So "not generated with AI" and "the video, which
was generated with AI" claim nothing; nor does "edited with the help of AI", which is assistance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from recommender.disclosure.datelines import Dateline, split_dateline
from recommender.domain.provenance import Claim, ClaimCode

LABEL_MAX = 600
"""Characters of the longest bracket that is read as a label."""

LABELS_MAX = 8
"""Brackets at the beginning of a text that are looked at, and at its end."""

_OPENING = {"]": "[", ")": "("}
_CLOSING = {opening: closing for closing, opening in _OPENING.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """A text and what was lifted out of it.

    Parameters
    ----------
    text : str
        What is left; empty where there was nothing else.
    claims : tuple of Claim
        In the order of the text, the dateline among them.
    dateline : Dateline or None
    heads : tuple of str
        The labels and the dateline that stood before the text, white space folded: a title that
        was made from the text begins with them.
    """

    text: str
    claims: tuple[Claim, ...]
    dateline: Dateline | None
    heads: tuple[str, ...] = ()

    @property
    def claims_ai(self) -> bool:
        """Whether the text says that it was generated with AI."""
        return any(claim.code is ClaimCode.GENERATED_WITH_AI for claim in self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bracket:
    """A bracket at an edge, with the white space between it and the text; its claims, if any."""

    text: str
    claims: tuple[Claim, ...]


def lift(text: str, *, with_ai: bool = False) -> Lifted:
    """Lift the labels at both ends and the leading dateline out of ``text``.

    Parameters
    ----------
    with_ai : bool
        Whether the article says elsewhere that it was generated with AI. Unless it does, there or
        here, a claim to be experimental that does not speak of AI stays in the text.

    Examples
    --------
    >>> lifted = lift("2 May 2025. Rain fell. [Written by AI. Photo: AP] [Page 3]")
    >>> lifted.text
    'Rain fell. [Page 3]'
    >>> [(claim.code.value, claim.text) for claim in lifted.claims]
    [('dateline', '2 May 2025.'), ('generated_with_ai', 'Written by AI.')]
    """
    middle, after = _split_end(text)
    before, middle = _split_start(middle)
    made = {claim.code for each in (*before, *after) for claim in each.claims}
    with_ai = with_ai or ClaimCode.GENERATED_WITH_AI in made
    above, kept_above = _sorted_out(before, with_ai)
    below, kept_below = _sorted_out(after, with_ai)
    left = (kept_above + middle + kept_below).lstrip() if above or below else text
    dateline, left = split_dateline(left)
    dated = (Claim(code=ClaimCode.DATELINE, text=dateline.text),) if dateline else ()
    heads = [*(each.text for each in above), *(each.text for each in dated)]
    return Lifted(
        text=left,
        claims=(*_claims(above), *dated, *_claims(below)),
        dateline=dateline,
        heads=tuple(" ".join(each.split()) for each in heads),
    )


def claims_of(label: str) -> Iterator[Claim]:
    """Yield the claims that the sentences of a label make, each with its sentence."""
    for sentence in _SENTENCE_END.split(" ".join(label.split())):
        for code in _codes_of(sentence):
            yield Claim(code=code, text=sentence)


def _split_end(text: str) -> tuple[str, list[_Bracket]]:
    """Return ``text`` without the brackets that end it, and those brackets."""
    brackets: list[_Bracket] = []
    left = text.rstrip()
    while len(brackets) < LABELS_MAX and (start := _bracket_start(left)) is not None:
        before = left[:start].rstrip()
        # "artificial intelligence [AI]" explains an abbreviation.
        apart = before[-1:] in _SENTENCE_ENDS or "\n" in left[len(before) : start]
        claims = _claims_in(left[start:].rstrip("."), apart=apart)
        brackets.insert(0, _Bracket(text=left[len(before) :], claims=claims))
        left = before
    return left, brackets


def _split_start(text: str) -> tuple[list[_Bracket], str]:
    """Return the brackets that begin ``text`` and may be labels, and the text without them."""
    brackets: list[_Bracket] = []
    left = text.lstrip()
    while len(brackets) < LABELS_MAX and (end := _bracket_end(left)) is not None:
        after = left[end:].removeprefix(".").lstrip()
        gap = left[end : len(left) - len(after)]
        apart = "\n" in gap or not after
        # Within a paragraph "(AI-generated) Pictures" and "[trending] topics" begin sentences.
        follows = _BEGINS if left[0] == "[" else _BEGINS_BRACKET
        if not (apart or follows.match(after) or split_dateline(after)[0]):
            break
        claims = _claims_in(left[:end], apart=apart)
        brackets.append(_Bracket(text=left[: end + len(gap)], claims=claims))
        left = after
    return brackets, left


def _claims_in(bracket: str, *, apart: bool) -> tuple[Claim, ...]:
    """Return the claims of a bracket; a bare "[AI]" makes one only where it stands ``apart``."""
    label = bracket[1:-1].strip()
    if apart and bracket[0] == "[" and label in _BARE:
        return (Claim(code=ClaimCode.GENERATED_WITH_AI, text=label),)
    return tuple(claims_of(label))


def _sorted_out(brackets: Sequence[_Bracket], with_ai: bool) -> tuple[list[_Bracket], str]:
    """Return the brackets to lift, and the text of those that stay."""
    lifted = [each for each in brackets if each.claims and (with_ai or _is_told(each))]
    return lifted, "".join(each.text for each in brackets if each not in lifted)


def _is_told(bracket: _Bracket) -> bool:
    """Tell whether no claim is lost with a bracket of an article that does not claim AI."""
    return all(
        claim.code is not ClaimCode.EXPERIMENTAL or _SPEAKS_OF_AI.search(_plain(claim.text))
        for claim in bracket.claims
    )


def _claims(brackets: Sequence[_Bracket]) -> tuple[Claim, ...]:
    return tuple(claim for each in brackets for claim in each.claims)


def _bracket_start(text: str) -> int | None:
    """Return where the bracket begins that ends ``text``; None where none does."""
    end = len(text) - (text.endswith(".") and text[-2:-1] in _OPENING)
    closing = text[end - 1 : end]
    if closing not in _OPENING:
        return None
    start = text.rfind(_OPENING[closing], max(0, end - LABEL_MAX), end)
    return start if start >= 0 and _is_whole(text[start + 1 : end - 1], closing) else None


def _bracket_end(text: str) -> int | None:
    """Return where the bracket ends that begins ``text``; None where none does."""
    opening = text[:1]
    if opening not in _CLOSING:
        return None
    end = text.find(_CLOSING[opening], 0, LABEL_MAX)
    return end + 1 if end > 0 and _is_whole(text[1:end], opening) else None


def _is_whole(label: str, bracket: str) -> bool:
    """Tell whether what stands in a bracket opens and closes only brackets of the other kind."""
    other = next(each for each in _OPENING if bracket not in (each, _OPENING[each]))
    return bracket not in label and label.count(other) == label.count(_OPENING[other])


def _codes_of(sentence: str) -> list[ClaimCode]:
    if sentence.endswith("?"):
        return []
    plain = _plain(sentence)
    subject = _SUBJECT.match(plain) or _BARE_SUBJECT.match(plain)
    clauses = _CLAUSE_END.split(plain[subject.end() :] if subject else plain)
    if not (subject and subject.re is _SUBJECT):
        # It is about the article where it begins with what was done to it.
        clauses = list(dropwhile(_WORKED_ON.match, clauses))
        if len(plain.split()) > _ELLIPSIS_MAX_WORDS or not _told_in(clauses[:1]):
            return []
    return _told_in(clauses)


def _told_in(clauses: Sequence[str]) -> list[ClaimCode]:
    told = (code for each in clauses for code, begins in _CLAIMS.items() if begins.match(each))
    return list(dict.fromkeys(told))


def _plain(sentence: str) -> str:
    return sentence.translate(_SAME).replace("A.I.", "AI").strip(_AROUND)


_BARE = {"AI", "KI"}
"""Labels that claim generation where they are all that a bracket of its own holds."""

_SENTENCE_ENDS = {"", *".!?…:;\"”»’)]"}
_BEGINS_BRACKET = re.compile(r"[\[(]")
_BEGINS = re.compile(r"[^\W_a-zß-ÿ]|[\[(¿¡\"“«„]")
_SAME = {ord("’"): "'", ord("‐"): "-", ord("‑"): "-"}
"""Typographic apostrophe and hyphens."""

_AROUND = " .!*_\"'“”«»"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W_a-zß-ÿ]|[¿¡\"“«])")
_CLAUSE_END = re.compile(r"\s*(?:[,;|+&/—–]|\s-\s|\b(?:and|und|et|y|e)\b)\s*", re.IGNORECASE)
_ELLIPSIS_MAX_WORDS = 14
"""Words of a label without a subject; a longer sentence is one of the article's own."""

_ARTICLE = (
    r"article|story|text|content|post|piece|report|summary|page|news item|artikel|beitrag|bericht"
    r"|inhalt|zusammenfassung|meldung|contenu|texte|résumé|artículo|texto|contenido|nota|noticia"
    r"|resumen"
)
# "The report" may be any report that the article speaks of, "the article" is hardly another one.
_SUBJECT = re.compile(
    r"(?:(?:note|hinweis|nota|avis|disclaimer):?\s*)?(?:parts? of |teile )?"
    rf"(?:(?:this|diese[rs]?|cet|cette|ce|este|esta)\s+(?:{_ARTICLE})\b\s*"
    r"|(?:(?:the|der|el)\s+|l')(?:article|story|artikel|beitrag|artículo)\b\s*"
    r"|this (?=is\b)|dies (?=ist\b)|ceci (?=est\b)|esto (?=es\b))",
    re.IGNORECASE,
)
_BARE_SUBJECT = re.compile(rf"(?:{_ARTICLE})\b:?\s+", re.IGNORECASE)
# In the repeated groups below no two alternatives match the same word: the time to match stays
# linear whatever a bracket holds.
_BEFORE = (
    r"(?:(?:is|are|was|were|has|have|been|being|an?|it|ist|sind|wurden?|wird|ein|eine[ns]?|est|sont"
    r"|ont|été|un|une|es|son|ha|han|fue|sido|está|partly|partially|entirely|fully|largely|wholly"
    r"|in part|automatically|also|currently|recently|now|gerade|aktuell|derzeit|teilweise"
    r"|zum teil|vollständig|automatisch|partiellement|en partie|entièrement|automatiquement"
    r"|actuellement|parcialmente|en parte|totalmente|automáticamente|actualmente)\s+)*"
)
_AI = (
    r"(?:AI|artificial intelligence|LLMs?|large language models?|language models?|ChatGPT"
    r"|GPT-?\d\S*|KI|künstlicher? intelligenz|sprachmodell\w*|IA|intelligence artificielle"
    r"|inteligencia artificial)\b"
)
_MADE = (
    r"(?:generated|written|created|produced|made|composed|drafted|authored|prepared"
    r"|summari[sz]ed|généré|rédigé|écrit|créé|produit|résumé)e?s?"
    r"|(?:generad|redactad|escrit|cread|producid|elaborad|resumid)[oa]s?"
)
_MADE_DE = r"(?:erstellt|generiert|geschrieben|erzeugt|verfasst|produziert|zusammengefasst)e?[rsn]?"
_WITH = (
    r"(?:with|by|using|via|through|mit(?:\s?hilfe)?|von|durch|par|avec|à l'aide|grâce à|à|con|por"
    r"|mediante)"
)
# "With the help of AI" is assistance; "mit Hilfe von" and "à l'aide de" mean no more than "with".
_FILL = (
    r"(?:\s+(?:the|an?|our|its|use|of|from|in|part|partly|generative"
    r"|experimental|large|von|einer|einem|eines|der|generativer|un|une|una|de"
    r"|d'|la|le|l'|les|uso|del|generativa|générative))*\s+(?:l'|d'|de l')?"
)
_DENIED = r"(?!\s*[:=]\s*(?:no|none|nein|non|false|0)\b)"
_PEOPLE = (
    r"(?!\s+(?:\w+\s+)?(?:researcher|expert|reporter|editor|correspondent|writer|journalist|scientist"
    r"|compan|firm|start-?up|entrepreneur|engineer|critic|lab\b|columnist|specialist|professor))"
)
_WORKED_ON = re.compile(
    _BEFORE + r"(?:human[- ])?(?:(?:copy-?|fact-?)?(?:edited|checked)|reviewed|verified|translated"
    r"|proofread|corrected|approved|(?:redaktionell )?(?:redigiert|bearbeitet|geprüft|überprüft)"
    r"|übersetzt|korrigiert|(?:relu|édité|corrigé|vérifié|traduit|révisé)e?s?"
    r"|(?:editad|revisad|verificad|traducid|corregid)[oa]s?)\b",
    re.IGNORECASE,
)
_SPEAKS_OF_AI = re.compile(rf"\b{_AI}", re.IGNORECASE)
_ADJECTIVE = r"(?:customi[sz]ed|personali[sz]ed|tailored|curated)"
_LATELY = (
    r"(?:\s*(?:now|online|today|recently|lately|currently|this week|right now|topics?|on the web"
    r"|on social media|jetzt|gerade|heute|derzeit|aktuell|en ligne|actuellement|récemment"
    r"|aujourd'hui|en línea|ahora|hoy|actualmente|recientemente))*\s*$"
)

_CLAIMS = {
    code: re.compile(_BEFORE + pattern, re.IGNORECASE)
    for code, pattern in {
        ClaimCode.TRENDING: (
            r"(?:trending|(?:liegt |ist )?(?:gerade |aktuell |derzeit )?im trend|trendet"
            rf"|(?:en )?tendance|(?:en )?tendencia){_LATELY}"
        ),
        ClaimCode.GENERATED_WITH_AI: (
            rf"(?:(?:{_MADE}){_FILL}{_WITH}{_FILL}{_AI}{_PEOPLE}"
            rf"|(?:mit(?:\s?hilfe)?|von|durch){_FILL}{_AI}(?:\s+\w+)?\s+{_MADE_DE}\b"
            rf"|{_MADE_DE}\s+(?:mit(?:\s?hilfe)?|von|durch){_FILL}{_AI}"
            rf"|(?:contains? |includes? |uses? |enthält )?(?:AI|KI)[- ](?:{_MADE}|{_MADE_DE})\b"
            rf"|AI (?:was|has been) used (?:to|in|for)\b){_DENIED}"
        ),
        ClaimCode.CUSTOMISED: (
            rf"(?:(?:your|this|the) (?:news ?)?feed (?:is|was|has been) {_ADJECTIVE}"
            rf"|{_ADJECTIVE}(?: news ?)?(?: feed| for you)?\s*$"
            r"|(?:ihr|dein|dieser) (?:news)?feed (?:ist|wurde) (?:angepasst|personalisiert)"
            r"|(?:votre|ton|ce) (?:fil|flux)(?: d'actualités?)? (?:est|a été) personnalisé"
            r"|(?:su|tu|este) (?:feed|muro|canal) (?:está|es|ha sido) personalizado)"
        ),
        ClaimCode.EXPERIMENTAL: (
            r"(?:(?:generative |this )?(?:AI|artificial intelligence|feature|technology)"
            r"(?: features?| content)? (?:is|are|remains?) (?:still )?experimental"
            r"|(?:generative )?(?:KI|künstliche intelligenz) ist (?:noch )?experimentell"
            r"|(?:l')?(?:IA|intelligence artificielle)(?: générative)? est"
            r" (?:encore )?expérimentale"
            r"|(?:la )?(?:IA|inteligencia artificial)(?: generativa)?"
            r" (?:es|está en fase) experimental"
            r"|experimental(?: AI| feature)?\s*$|experimentell\s*$|expérimental\s*$)"
        ),
    }.items()
}
"""By code, what a clause begins with that makes the claim."""
