"""Which claims a sentence of a label makes, in English, German, French or Spanish.

A sentence makes a claim where one of its clauses begins with it, with nothing before but the
article as the subject, an auxiliary and an adverb. So "not generated with AI" and "the video, which
was generated with AI" claim nothing; nor does "edited with the help of AI", which is assistance.
After AI the clause must end or go on with a known word: "written by AI pioneer Jane Doe" is a
byline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from recommender.domain.provenance import Claim, ClaimCode


def claims_of(label: str) -> Iterator[Claim]:
    """Yield the claims that the sentences of a label make, each with its sentence."""
    for sentence in _SENTENCE_END.split(" ".join(label.split())):
        for code in _codes_of(sentence):
            yield Claim(code=code, text=sentence)


def speaks_of_ai(sentence: str) -> bool:
    """Tell whether a sentence names AI or a system of it."""
    return bool(_AI_NAMED.search(_plain(sentence)))


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
    told = (
        code
        for each in clauses
        for code, begins in _CLAIMS.items()
        if begins.match(each)
        and not (code is ClaimCode.GENERATED_WITH_AI and _NEGATION.search(each))
    )
    return list(dict.fromkeys(told))


def _plain(sentence: str) -> str:
    return sentence.translate(_SAME).replace("A.I.", "AI").strip(_AROUND)


_SAME = {ord("’"): "'", 0x2010: "-", 0x2011: "-"}
"""Typographic apostrophe and hyphens."""

_AROUND = " .!*_\"'“”«»"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W_a-zß-ÿ]|[¿¡\"“«])")
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
# Repeated groups that may meet are bounded: the time to match stays linear whatever a label holds.
_LEADS = (
    r"(?:is|are|was|were|has|have|been|being|an?|it|ist|sind|wurden?|wird|ein|eine[ns]?|est|sont"
    r"|ont|été|un|une|es|son|ha|han|fue|sido|está|partly|partially|entirely|fully|largely|wholly"
    r"|in part|automatically|also|currently|recently|now|gerade|aktuell|derzeit|teilweise"
    r"|zum teil|vollständig|automatisch|partiellement|en partie|entièrement|automatiquement"
    r"|actuellement|parcialmente|en parte|totalmente|automáticamente|actualmente)"
)
_BEFORE = rf"(?:{_LEADS}\s+){{0,8}}"
# In capitals only: Ai is also a name.
_ABBREVIATED = r"(?-i:AI|KI|IA)"
_AI = (
    rf"(?:{_ABBREVIATED}|artificial intelligence|LLMs?|large language models?|language models?"
    r"|ChatGPT(?:[- ]?\d\S{0,8})?|GPT-?\d\S{0,8}(?: (?:mini|nano|turbo))?"
    r"|künstlicher? intelligenz|sprachmodell\w{0,2}"
    r"|intelligence artificielle|inteligencia artificial)\b"
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
    r"|d'|la|le|l'|les|uso|del|generativa|générative|des|outils?|logiciels?|modèles?|systèmes?"
    r"|herramientas?|sistemas?|modelos?|programas?)){0,8}\s+(?:l'|d'|de l')?"
)
_END = r"(?=\s*(?:$|[()\[\]!]|\.(?:\s|$)))"
_SYSTEMS = (
    r"(?:[- ](?:powered|driven|based|gestützte[mnrs]?|basierte[mnrs]?))?"
    r"(?:[- ](?:language|writing|text))?"
    r"(?:[- ](?:tools?|software|systems?|models?|technolog(?:y|ies)|services?|assistants?|chatbots?"
    r"|programs?|algorithms?|generators?|werkzeuge?n?|systeme?n?|modelle?n?|technologien?"
    r"|programme?n?|générative|generativa))?"
)
# What follows AI where it is no part of a name: the clause ends or goes on with one of these.
_AFTER_AI = (
    rf"{_SYSTEMS}(?:{_END}|\s*[:=]\s*(?:yes|ja|oui|sí|true)\b"
    r"|\s+(?:on|am|le|el|in)\s+(?:[^\W\d]+\.?\s+){0,2}\d"
    r"|\s+(?-i:in part|partly|automatically|from|based on|using|via|under|such as|like|including"
    r"|auf (?:der )?(?:basis|Basis|Grundlage)|unter|wie|à partir|sous|comme|a partir|bajo|como)\b)"
)
# What follows "AI-generated" where it speaks of the text and not of a picture in it.
_TEXT = rf"(?:\s+(?:{_ARTICLE}|news)s?\b){{1,2}}"
_AFTER_MADE = (
    rf"(?:{_AFTER_AI}|\s+(?-i:by|with)\b"
    rf"|{_TEXT}(?:{_AFTER_AI}|\s+(?-i:of|about|by|with|above|below|may|can|kann|peut|puede)\b))"
)
_THIS = (
    r"(?:(?:all|parts?) of |teile |une partie de |parte de )?"
    r"(?:this|the|diese[nrs]?|den|cet|cette|ce|l'|este|esta|el|la)\s*"
    rf"(?:{_ARTICLE})\b"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|without|nicht|kein\w{0,2}|nie|niemals|ohne|pas|jamais|sans|aucune?|non"
    r"|sin|nunca|n')\b|n't\b",
    re.IGNORECASE,
)
_WORKED_ON = re.compile(
    _BEFORE + r"(?:human[- ])?(?:(?:copy-?|fact-?)?(?:edited|checked)|reviewed|verified|translated"
    r"|proofread|corrected|approved|(?:redaktionell )?(?:redigiert|bearbeitet|geprüft|überprüft)"
    r"|übersetzt|korrigiert|(?:relu|édité|corrigé|vérifié|traduit|révisé)e?s?"
    r"|(?:editad|revisad|verificad|traducid|corregid)[oa]s?)\b",
    re.IGNORECASE,
)
# "And" ends a clause where another one follows; in "AI and robotics reporter" none does.
_CLAUSE_END = re.compile(
    r"\s*(?:[,;|—]|\s[-–]\s|(?:[&+/]|\b(?:and|und|et|y|e|but|aber|mais|pero|then)\b)"
    rf"(?=\s*(?:(?:{_LEADS}|not|no|never|nicht|pas|non|may|might|can|kann|peut|puede|then|later"
    r"|subsequently|anschließend|danach|ensuite|puis|luego|después"
    r"|human (?:review|oversight|editing|editors?))\b"
    rf"|{_WORKED_ON.pattern}|{_MADE}\b|{_MADE_DE}\b|{_ABBREVIATED}[- ](?:{_MADE}|{_MADE_DE})\b"
    r"|(?:von|durch)\b[^,;]{1,60}\b(?:geprüft|überprüft|redigiert|bearbeitet|korrigiert)\b"
    r"|mit(?:hilfe)?\b|trend|tendanc|tendenc|experiment|expériment|customi|personali|tailored"
    r"|curated|your|ihr|dein|votre|ton|su\b|tu\b|(?:this|the|diese[rs]?|cet|cette|ce|este|esta)\b)))\s*",
    re.IGNORECASE,
)
_AI_NAMED = re.compile(rf"\b{_AI}", re.IGNORECASE)
_ADJECTIVE = r"(?:customi[sz]ed|personali[sz]ed|tailored|curated)"
_LATELY = (
    r"(?:\s*(?:now|online|today|recently|lately|currently|this week|right now|topics?|on the web"
    r"|on social media|jetzt|gerade|heute|derzeit|aktuell|en ligne|actuellement|récemment"
    r"|aujourd'hui|en línea|ahora|hoy|actualmente|recientemente))*\s*$"
)

# "AI wrote this article", with the article behind the verb or, in German, before it.
_WROTE = (
    r"(?:(?:the|die|la|una|l')\s*)?(?:generative\s+)?"
    rf"(?:{_AI}(?:\s+(?:générative|generativa))?\s+(?:(?:has|have|a|ha)\s+)?(?:wrote|{_MADE}"
    r"|schrieb|verfasste|erstellte|generierte|erzeugte|escribió|redactó|generó|creó|elaboró|produjo)"
    rf"\s+{_THIS}{_AFTER_AI}"
    rf"|{_AI}\s+hat\s+{_THIS}\s+{_MADE_DE}{_END}"
    rf"|(?:{_THIS}\s+)?(?:hat|schrieb|verfasste|erstellte|generierte)\s+(?:(?:eine|die)\s+)?{_AI}"
    rf"(?:\s+{_MADE_DE})?{_END})"
)

_CLAIMS = {
    code: re.compile(_BEFORE + pattern, re.IGNORECASE)
    for code, pattern in {
        ClaimCode.TRENDING: (
            r"(?:trending|(?:liegt |ist )?(?:gerade |aktuell |derzeit )?im trend|trendet"
            rf"|(?:en )?tendance|(?:en )?tendencia){_LATELY}"
        ),
        ClaimCode.GENERATED_WITH_AI: (
            rf"(?:(?:{_MADE}){_FILL}{_WITH}{_FILL}{_AI}{_AFTER_AI}"
            rf"|(?:mit(?:\s?hilfe)?|von|durch){_FILL}{_AI}{_SYSTEMS}(?:\s+(?-i:[a-zäöüß]+))?"
            rf"\s+{_MADE_DE}\b(?:\s+worden\b)?{_AFTER_MADE}"
            rf"|{_MADE_DE}\s+(?:mit(?:\s?hilfe)?|von|durch){_FILL}{_AI}{_AFTER_AI}"
            r"|(?:contains? |includes? |uses? |enthält )?"
            rf"{_ABBREVIATED}[- ](?:{_MADE}|{_MADE_DE})\b{_AFTER_MADE}"
            r"|(?-i:AI) (?:was|has been) used (?:to|in|for)\b"
            rf"|{_WROTE})"
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
