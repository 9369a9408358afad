"""What stands before a dash where a paragraph begins."""

from __future__ import annotations

import pytest

from recommender.briefs.facts.names import Lexicon
from recommender.briefs.lead_ins import LeadIn, read_lead_in

LEXICON = Lexicon.of(["Rain of which a rumour told fell on Ostley and on Linnet Park, False Bay."])


@pytest.mark.parametrize(
    "dateline",
    [
        "OSTLEY – ",
        "LINNET PARK - ",
        "OSTLEY, Oct 7 — ",
        "BERLIN, Oct 7 (Reuters) — ",
        "WASHINGTON (AP) — ",
        "Berlin (dpa) - ",
        "Frankfurt am Main (dpa/lhe) - ",
        "(Reuters) - ",
    ],
)
def test_a_place_that_the_sources_name_or_a_known_agency_is_cut(dateline: str) -> None:
    assert read_lead_in(f"{dateline}Rain fell.", 0, LEXICON) == LeadIn(cut=len(dateline))


@pytest.mark.parametrize(
    "words",
    [
        "RUMOUR – ",
        "RUMOUR—",
        "SATIRE – ",
        "FALSE CLAIM – ",
        "FALSE BAY – ",
        "Critics claim (wrongly) – ",
        "Rumour (AFP) – ",
        "GERÜCHT – ",
        "RUMEUR – ",
        "BULO – ",
        "VELDARRA – ",
        "Correction - ",
        "Ostley – ",
    ],
)
def test_other_words_are_kept_and_may_change_what_follows(words: str) -> None:
    """A place that no source names may as well be a word that nobody listed."""
    assert read_lead_in(f"{words}Rain fell.", 0, LEXICON) == LeadIn(qualifies=True)


def test_only_a_summary_and_the_text_below_it_begin_with_a_dateline() -> None:
    told = [read_lead_in("OSTLEY – Rain fell.", place, LEXICON) for place in range(3)]
    assert told == [LeadIn(cut=9), LeadIn(cut=9), LeadIn(qualifies=True)]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Rain fell.",
        "Ada Byron – the mayor – left.",
        "Kell beat Vaile 3 - 1 on Monday.",
        "The Kell–Vaile line is shut.",
        "It rained. Then – Monday had begun – it stopped.",
        "",
    ],
)
def test_a_dash_elsewhere_leads_nothing_in(paragraph: str) -> None:
    assert read_lead_in(paragraph, 0, LEXICON) == LeadIn()
