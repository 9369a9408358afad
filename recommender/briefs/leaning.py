"""Which sentences cannot stand alone: what they say hangs on the ones before them.

A sentence leans on the one before it where it begins with a word that points back ("He", "The
club", "Hours earlier"), where somebody is "she" or "them" before anybody was named, where "this"
or "many" stand for what is not named, or where a quotation runs over from the one before. It needs
a farther one where it calls by one word whom its source introduced with more: "Wraysby" after
"Filip Wraysby".
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def leans(sentence: str) -> bool:
    """Tell whether a sentence points back at the one before it.

    Examples
    --------
    >>> leans("Hours earlier the keeper had dived."), leans("Filip Wraysby said that he was late.")
    (True, False)
    """
    plain = sentence.lstrip(_OPENERS)
    if any(each.match(plain) for each in (_POINTS_BACK, _CONNECTS, _COUNTS_ALONE)):
        return True
    if _ELSEWHERE.search(plain) or _SPEAKS_AS.search(plain):
        return True
    if _FORWARD.match(plain):
        return False
    return any(
        not _means_before(plain, pronoun.start(), pronoun[0].casefold())
        for pronoun in _PRONOUN.finditer(plain)
    )


def needs_person(sentence: str) -> bool:
    """Tell whether a sentence has a "she" before it names anybody.

    Examples
    --------
    >>> needs_person("Two publishers asked her to wait."), needs_person("It rained on Ada Byron.")
    (True, False)
    """
    plain = sentence.lstrip(_OPENERS)
    person = _PERSON.search(plain)
    if person is None or _FORWARD.match(plain):
        return False
    return not _means_before(plain, person.start(), person[0].casefold())


def is_closed(text: str) -> bool:
    """Tell whether every quotation that is opened in a text is closed in it."""
    return sum(text.count(mark) for mark in _MARKS) % 2 == 0


def full_names(sentence: str) -> set[str]:
    """Return the last words of the names of several words in a sentence.

    Examples
    --------
    >>> sorted(full_names("On Monday Filip Wraysby met Mr Oriel of Sallow Bay United."))
    ['United', 'Wraysby']
    """
    runs = ([word for word in map(_bare, run) if word not in _NO_NAMES] for run in _runs(sentence))
    return {run[-1] for run in runs if len(run) > 1}


def called_by_one_word(sentence: str, introduced: Iterable[str]) -> set[str]:
    """Return which of the names introduced a sentence calls by their last word alone."""
    return {*_words(sentence)} & {*introduced} - full_names(sentence)


def _runs(sentence: str) -> list[list[str]]:
    """Return the words with a capital, those in one list that only a space parts.

    A regular expression for such a run would take a word of n capitals in n² steps.
    """
    runs: list[list[str]] = []
    end = 0
    for found in _NAME.finditer(sentence):
        if runs and sentence[end : found.start()] == " ":
            runs[-1].append(found[0])
        else:
            runs.append([found[0]])
        end = found.end()
    return runs


def _words(text: str) -> list[str]:
    return [_bare(word) for word in _NAME.findall(text)]


def _bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def _means_before(sentence: str, end: int, pronoun: str) -> bool:
    """Tell whether there is something before a pronoun that it can mean: "they" may be a club."""
    if pronoun in {"they", "their", "theirs", "them"} and _SEVERAL.search(sentence, 0, end):
        return True
    return pronoun != "them" and (
        _names_before(sentence, end) or _SOMEBODY.search(sentence, 0, end) is not None
    )


def _names_before(sentence: str, end: int) -> bool:
    """Tell whether somebody is named before a place; a sentence's first word alone is no name."""
    return any(
        found.start() > 0 or found[0] in sentence[1:]
        for found in _NAME.finditer(sentence, 0, end)
        if found[0] not in _NO_NAMES
    )


_OPENERS = "\"'“„«»‘‚("  # noqa: RUF001
_MARKS = '"“”„«»'
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w’'-]*[\w]")
# What is written with a capital and is nobody's name.
_BEGIN_SENTENCES = (
    "The An In On At By For From With When While As After Before But And So If It He She They We"
    " Its His Her Their This That These Those Mr Mrs Ms Mx Dr Prof Professor Sir Monday Tuesday"
    " Wednesday Thursday Friday Saturday Sunday January February March April May June July August"
    " September October November December Januar Februar März Mai Juni Juli Oktober Dezember Der"
    " Die Das Ein Eine Im Am Bei Mit Nach Vor Als Wenn Und Aber Herr Frau Montag Dienstag Mittwoch"
    " Donnerstag Freitag Samstag Sonntag Le La Les Un Une En Au Aux Dans Pour Par Avec Mais Et El"
    " Los Las Una Por Para Con Pero Later Earlier Yesterday Today Then Only Even Still Yet Since"
    " Until However Meanwhile Some Many Most All Each Both One Two Three"
)
_NO_NAMES = frozenset(_BEGIN_SENTENCES.split())
# Before anybody was named, "he" or "it" is somebody or something of an earlier sentence.
_PRONOUN = re.compile(r"\b(?:he|she|him|his|hers?|its?|they|them|theirs?)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.IGNORECASE)
# What "they" can mean, beside names.
_SEVERAL = re.compile(
    r"\b(?:\w{2,}[^\W_su]s|people|men|women|children|staff|crew|police|team|side|family|council"
    r"|government|couple|pair|who|each|every\w*|any\w*|nobody|no one|and)\b",
    re.IGNORECASE,
)
# "A man was held after he fled": one whom the sentence itself brings in.
_SOMEBODY = re.compile(
    r"\b(?:an?|another|one) (?:[\w-]+ ){0,3}?(?:man|woman|boy|girl|child|teenager|person|patient"
    r"|student|resident|[\w-]{2,}(?:er|or|ist|ian|-old))\b",
    re.IGNORECASE,
)
# "When her name was read out, Ilse Tarrant stayed seated": the name comes after.
_FORWARD = re.compile(
    r"(?:when|while|before|after|as|although|though|if|since|once|in addition to"
    r"|besides|despite|like|unlike)\b[^,.;]*,"
    r" (?:[\w-]+ ){0,2}(?-i:[^\W\d_a-zß-ÿ])",
    re.IGNORECASE,
)
_CONNECTS = re.compile(
    r"(?:[\w'’-]+ ){1,4}(?:nevertheless|nonetheless|however|meanwhile|therefore|also|likewise)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:of them|no such|every one(?! of)|like (?:hers|his|theirs)|here)\b|, those\b"
    r"|\b(?:this|these)[,.;]"
    r"|\bthe (?:former|latter|figure|move|estimate|finding|claim)s?\b"
    r"(?! (?:to|of|for|in|on|that)\b)"
    # Whose verb is of opinion is somebody, so what he "called it" is something before.
    r"|\b(?:called|thought|found|considered|believed|dismissed|described|welcomed|hailed)"
    r" (?:it|this|that|them)\b",
    re.IGNORECASE,
)
# "Many complained", "Each wears a collar": of those whom the sentence before told of.
_COUNTS_ALONE = re.compile(
    r"(?:many|some|most|several|few|all|none|neither|each|one|two|three|four|five|six"
    r"|a (?:few|second|third|fourth|dozen))"
    r" (?:had|has|have|was|were|is|are|did|do|would|will|could|can|may|might|said|say|told|went"
    r"|came|took|made|found|\w{3,}ed)\b"
    r"|(?:each|none|neither|nobody else) \w{2,}[^\W_su]s\b"
    r"|(?:viele|einige|manche|mehrere|alle|andere|keiner|jeder)"
    r" (?:hat|haben|hatten?|war|waren|sind|ist|wurden?|sagten?|wollen|können)\b"
    r"|(?:beaucoup|certains|plusieurs|d['’]autres|tous|aucun|chacun)"
    r" (?:a|ont|avait|avaient|est|sont|était|étaient|disent)\b"
    r"|(?:muchos|algunos|varios|otros|todos|ninguno|cada uno)"
    r" (?:ha|han|había|habían|es|son|era|eran|fue|fueron|dijo|dijeron)\b",
    re.IGNORECASE,
)
_ROLES = (
    "club|company|firm|group|party|team|side|trust|agency|office|authority|gang|coach|captain"
    "|minister|mayor|man|woman|boy|girl|pair|couple|duo|three|former|latter|same|other|others"
    "|rest|remainder|move|decision|change|difference|difficulty|result|contrast|report|reason"
    "|account|holding|company's|group's|club's|firm's"
)
# "…,” the coach told reporters": which one, the sentence before says.
_SPEAKS_AS = re.compile(
    rf"[,.!?][\"”’»] ?(?:(?:said|says|told) )?the (?:{_ROLES}|player|manager|chairman|spokes\w+"
    r"|analyst|author|officer|report)\b(?! (?:of|for|at|in|from)\b)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    rf"(?:(?:the|its|their) (?:{_ROLES})\b(?! (?:of|to)\b)"
    r"|(?:this|that|these|those|such|both|neither|either|another|others|also|too|then|there"
    r"|(?:hours|minutes|days|weeks) (?:later|earlier|before)|later|earlier|afterwards"
    r"|meanwhile|instead|however|but|and|or|yet|so|still|nor|nevertheless|moreover|therefore"
    r"|\w+ (?:hours|minutes|days|weeks|months|years) (?:later|earlier)"
    r"|thus|until then|until now|by then|since then|after that|even so|in addition(?! to)"
    r"|at the same|for example|for instance|in turn|as a result|not everyone|in relative terms)\b"
    r"|(?:er|sie|es|ihm|ihr|ihre[rnms]?|sein|seine[rnms]?|diese[rnms]?|dies|dazu|dabei|damit"
    r"|danach|daraufhin|dort|dann|zuvor|zudem|außerdem|doch|aber|und|auch|deshalb|jedoch"
    r"|beide|letztere[rs]?|stunden (?:zuvor|später)|(?:der|die|das) (?:klub|club|verein"
    r"|unternehmen|firma|konzern|gruppe|partei|mannschaft|trainer|minister(?:in)?|mann|frau))\b"
    r"|(?:il|elle|ils|elles|ce|cet|cette|ces|cela|ceci|celui|celle|son|sa|ses|leur|leurs|lui"
    r"|puis|ensuite|mais|et|or|donc|ainsi|là|cependant|toutefois|(?:le|la|l['’]) ?(?:club|société"
    r"|entreprise|groupe|parti|équipe|ministre|homme|femme))\b"
    r"|(?:él|ella|ellos|ellas|su|sus|este|esta|estos|estas|ese|esa|eso|esto|aquel|después"
    r"|luego|pero|y|sin embargo|además|también|así|allí|(?:el|la) (?:club|empresa|compañía"
    r"|grupo|partido|equipo|ministr[oa]|hombre|mujer))\b"
    r"|(?:han|hun|det|de|hans|hendes|deres|denne|dette|disse|men|og|så|derfor|klubben"
    r"|selskabet|holdet|partiet)\b)",
    re.IGNORECASE,
)
