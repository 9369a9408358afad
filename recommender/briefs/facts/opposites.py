"""Words that say the opposite of each other: "approved" and "rejected", "rose" and "fell".

A short list of what news tells: English, and the plainest verbs of German, French and Spanish.
Words whose opposite is as true from the other side ("before", "ahead") are not on it.
"""

from __future__ import annotations

from recommender.briefs.facts.typography import stem

_PAIRS = """
accept accepted adopt approve endorse ratify / defeat fell refuse reject veto
agree agreed offer offered willing / decline refuse reject
arrive arriving / depart leave leaving left
climb grew grow growing growth increase raise raising rise risen rising rose soar / \
decline decrease down drop dropped fall fallen falling fell lower plunge reduce shrank shrink
began begin beginning start starting / cease end ended ending finish stop stopped
inaugurate open opened opening reopen / close closing closure shut shutting
add added adding / remove removing
add added / cut cutting
join / leave leaving left quit
allow / ban banned forbade forbid prohibit
appoint hire hired / dismiss fire fired sack sacked
arrest / free freed release
convict guilty / acquit innocent
safe safely / danger unsafe
defend praise / attack criticise criticize
connect / disconnect
abolish demolish drop dropped repeal scrap / keep keeping kept retain
withdraw withdrew / deploy send sending sent
order ordered / cancel
alive survive surviving / dead died killed
build building built / demolish
strengthen / weaken
highest / lowest
most / least
top / bottom
possible / impossible
likely / unlikely
legal / illegal
mild / severe serious
majority / minority
import / export
surplus / deficit
north / south
east eastern / west western
gestiegen steigen steigt stieg / fiel gefallen gesunken sank sinken sinkt
angenommen gebilligt / abgelehnt verworfen
eröffnen eröffnet / schließen schließt
adopté approuvé / rejeté refusé
augmenté / baissé diminué
ouvert / fermé
aprobado aprobó / rechazado rechazó
aumentó subió / bajó cayó
abierto abrió / cerrado cerró
"""

_PAIRS_OF_A_SUBJECT = """
beat beaten win winner winning won / lose loser losing lost
bought buy buying / sell selling sold
bigger higher larger / lower smaller
better / worse
above / below
gewann gewonnen / verlor verloren
gagné / perdu
ganó / perdió
"""
"""Where the one is true of one party, the other is as true of another one."""


def _sides(pairs: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Return to each stem those of its meaning, itself too, and those of the opposite one."""
    alike: dict[str, frozenset[str]] = {}
    opposite: dict[str, frozenset[str]] = {}
    for pair in filter(None, pairs.splitlines()):
        sides = [frozenset(map(stem, side.split())) for side in pair.split("/")]
        for own, other in (sides, sides[::-1]):
            for word in own:
                alike[word] = alike.get(word, frozenset()) | own
                opposite[word] = opposite.get(word, frozenset()) | other
    return alike, opposite


ALIKE, OPPOSITE = _sides(_PAIRS + _PAIRS_OF_A_SUBJECT)
"""To each stem those of its meaning, itself too, and those of the opposite one."""

OF_A_SUBJECT = frozenset(_sides(_PAIRS_OF_A_SUBJECT)[0]) - frozenset(_sides(_PAIRS)[0])
"""Stems that say the opposite only of the same subject: what one buys another sells."""
