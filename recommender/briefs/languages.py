"""Which language and which script a text is in, told by its function words and its letters.

The words are of five languages: Danish, English, French, German and Spanish. A text in another one
is told only by its script.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_FUNCTION_WORDS = {
    "da": (
        "af alle at blev bliver da de dem den der deres det dette efter eller en end er et for "
        "fra få ham han hans har havde hun hvis hvor i ikke ind jeg kan kun man med meget men mod "
        "mellem nogle nu når og også om op over på sagde sig sin siger skal som så til ud under "
        "var ved vil være været"
    ),
    "de": (
        "aber alle als am an auch auf aus bei bis das dass dem den der des die diese dieser durch "
        "ein eine einem einen einer eines er es für gegen haben hat hatte ich ihr ihre im in ist "
        "kann mehr mit nach nicht noch nur oder sagte sein seine sich sie sind so über um und "
        "unter vom von vor war waren wegen wenn werden wie wird wurde zu zum zur zwischen"
    ),
    "en": (
        "a about according after all also although an and any are as at be because been before "
        "being both but by can could did do does during each for from had has have he her his how "
        "however i if in into is it its like many may meanwhile more most much must my no nor not "
        "of on one only or other our out over said several she should since so some still such "
        "than that the their them then there these they this those to under until up us was we "
        "were what when where whereas which while who whose why will with within without would "
        "you your"
    ),
    "es": (
        "a al ante antes como con contra cuando de del desde después donde dos el ella ellos en "
        "entre era es esta este fue ha había han hasta la las le lo los más muy no o para pero "
        "por porque que se según ser si sin sobre son su sus también tras un una y ya"
    ),
    "fr": (
        "à après au aux avant avec c ce ces cette d dans de des deux dont du elle elles en entre "
        "est et était été être fut il ils je l la le les leur leurs mais n ne nous on ont ou où "
        "par pas plus pour qu que qui s sa sans se selon ses si son sont sous sur un une vous"
    ),
}
_BY_LANGUAGE = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
ALL_FUNCTION_WORDS = frozenset().union(*_BY_LANGUAGE.values())

_WORD = re.compile(r"[^\W\d_]+")
_HITS_MIN = 6
_LEAD_MIN = 1.5
_SCRIPT_SHARE = 0.6


def language_of(text: str) -> str | None:
    """Return the language whose function words clearly outnumber every other's, else None.

    >>> language_of("The fee applies on weekdays, and it is collected by cameras that are new.")
    'en'
    """
    counts = Counter(_WORD.findall(text.casefold()))
    hits = sorted(
        ((sum(counts[word] for word in words), name) for name, words in _BY_LANGUAGE.items()),
        reverse=True,
    )
    (most, language), (second, _) = hits[:2]
    return language if most >= _HITS_MIN and most >= _LEAD_MIN * second else None


def script_of(text: str) -> str | None:
    """Return the script that most letters are of, as Unicode names it, else None.

    >>> script_of("Мэр сказал")
    'CYRILLIC'
    """
    letters = Counter(filter(str.isalpha, text))
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "UNKNOWN").split()[0]] += count
    if not scripts:
        return None
    # Japanese is written in three scripts; kanji alone are Chinese.
    name, count = scripts.most_common(1)[0]
    return name if count >= _SCRIPT_SHARE * letters.total() else None
