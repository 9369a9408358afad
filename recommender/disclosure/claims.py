"""What an article says of itself at the edges of its text, lifted out of that text.

Publishers write "[Generated with AI. Your feed is customised.]" below an article and a dateline
above it. Neither is part of what the article tells, so neither may be embedded; what they say is
kept as the article's own claims. Only brackets that end the text are looked at, and only those that
make a claim known here (in English, German, French or Spanish) are lifted: "[Photo: AP]" stays.

A sentence makes a claim where one of its clauses begins with it, with nothing before but the
article as the subject, an auxiliary and an adverb. So "not generated with AI" and "the video, which
was generated with AI" claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recommender.disclosure.datelines import Dateline, split_dateline
from recommender.domain.provenance import Claim, ClaimCode

LABEL_MAX = 600
"""Characters of the longest bracket that is read as a label."""

LABELS_MAX = 8
"""Brackets at the end of a text that are looked at."""

_OPENING = {"]": "[", ")": "("}


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
    """

    text: str
    claims: tuple[Claim, ...]
    dateline: Dateline | None


def lift(text: str) -> Lifted:
    """Lift the leading dateline and the trailing labels out of ``text``.

    Examples
    --------
    >>> lifted = lift("2 May 2025. Rain fell. [Written by AI. Photo: AP] [Page 3]")
    >>> lifted.text
    'Rain fell. [Page 3]'
    >>> [(claim.code.value, claim.text) for claim in lifted.claims]
    [('dateline', '2 May 2025.'), ('generated_with_ai', 'Written by AI.')]
    """
    left, labels = lift_labels(text)
    dateline, left = split_dateline(left)
    dated = (Claim(code=ClaimCode.DATELINE, text=dateline.text),) if dateline else ()
    return Lifted(text=left, claims=(*dated, *labels), dateline=dateline)


def lift_labels(text: str) -> tuple[str, tuple[Claim, ...]]:
    """Return ``text`` without the trailing brackets that make claims, and the claims."""
    kept: list[str] = []
    claims: list[Claim] = []
    left = text.rstrip()
    for _ in range(LABELS_MAX):
        start = _bracket_start(left)
        if start is None:
            break
        made = tuple(claims_of(left[start:].rstrip(".")[1:-1]))
        before = left[:start].rstrip()
        if made:
            claims[:0] = made
        else:
            kept.insert(0, left[len(before) :])
        left = before
    return (left + "".join(kept)).lstrip() if claims else text, tuple(claims)


def claims_of(label: str) -> Iterator[Claim]:
    """Yield the claims that the sentences of a label make, each with its sentence."""
    for sentence in _SENTENCE_END.split(" ".join(label.split())):
        for code in _codes_of(sentence):
            yield Claim(code=code, text=sentence)


def _bracket_start(text: str) -> int | None:
    """Return where the bracket begins that ends ``text``; None where none does."""
    end = len(text) - (text.endswith(".") and text[-2:-1] in _OPENING)
    closing = text[end - 1 : end]
    if closing not in _OPENING:
        return None
    start = text.rfind(_OPENING[closing], max(0, end - LABEL_MAX), end)
    return start if start >= 0 and _is_whole(text[start + 1 : end - 1], closing) else None


def _is_whole(label: str, closing: str) -> bool:
    """Tell whether what stands in a bracket opens and closes only brackets of the other kind."""
    other = next(each for each in _OPENING if each != closing)
    return closing not in label and label.count(other) == label.count(_OPENING[other])


def _codes_of(sentence: str) -> list[ClaimCode]:
    if sentence.endswith("?"):
        return []
    plain = sentence.replace("A.I.", "AI").replace("’", "'").strip(_AROUND)
    subject = _SUBJECT.match(plain)
    clauses = _CLAUSE_END.split(plain[subject.end() :] if subject else plain)
    told = [[code for code, begins in _CLAIMS.items() if begins.match(each)] for each in clauses]
    if not subject and not (told[0] and len(plain.split()) <= _ELLIPSIS_MAX_WORDS):
        return []  # it is about something else
    return list(dict.fromkeys(code for codes in told for code in codes))


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
    r"|GPT-?\d\S*|KI|künstlicher intelligenz|sprachmodell\w*|IA|intelligence artificielle"
    r"|inteligencia artificial)\b"
)
_MADE = (
    r"(?:generated|written|created|produced|made|composed|drafted|authored|prepared|assisted"
    r"|summari[sz]ed|généré|rédigé|écrit|créé|produit|résumé)e?s?"
    r"|(?:generad|redactad|escrit|cread|producid|elaborad|resumid)[oa]s?"
)
_MADE_DE = r"(?:erstellt|generiert|geschrieben|erzeugt|verfasst|produziert|zusammengefasst)e?[rsn]?"
_WITH = (
    r"(?:with|by|using|via|through|mit(?:hilfe)?|von|durch|par|avec|à l'aide|à|grâce|con|por"
    r"|mediante)"
)
_FILL = (
    r"(?:\s+(?:the|an?|our|its|help|assistance|aid|use|support|of|from|in|part|partly|generative"
    r"|experimental|large|hilfe|unterstützung|von|einer|einem|eines|der|generativer|l'aide|un|une|una|de"
    r"|d'|la|le|l'|les|ayuda|uso|del|generativa|générative))*\s+(?:l'|d'|de l')?"
)
_DENIED = r"(?!\s*[:=]\s*(?:no|none|nein|non|false|0)\b)"
_PEOPLE = (
    r"(?!\s+(?:\w+\s+)?(?:researcher|expert|reporter|editor|correspondent|writer|journalist|scientist"
    r"|compan|firm|start-?up|entrepreneur|engineer|critic|lab\b|columnist|specialist|professor))"
)
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
            rf"|(?:mit(?:hilfe)?|von|durch){_FILL}{_AI}(?:\s+\w+)?\s+{_MADE_DE}\b"
            rf"|{_MADE_DE}\s+(?:mit(?:hilfe)?|von|durch){_FILL}{_AI}"
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
