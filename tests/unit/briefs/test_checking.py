from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.briefs.checking import check
from recommender.briefs.config import CheckConfig
from recommender.domain.briefs import (
    Draft,
    Event,
    Objection,
    Rule,
    Sentence,
    Source,
    WriterKind,
    Writing,
)
from recommender.domain.ids import ArticleId
from recommender.embedding.sentence_transformers import SentenceTransformerEncoder
from recommender.embedding.weights import EmbeddingConfig

FIRST, SECOND = ArticleId("first"), ArticleId("second")
DAY = datetime(2026, 10, 6, 9, tzinfo=UTC).timestamp()


def _source(article: ArticleId, title: str, text: str, language: str = "en") -> Source:
    return Source(
        article=article,
        title=title,
        text=text,
        published_at=DAY,
        publisher="Harbour Courier" if article == FIRST else "Eastgate Times",
        language=language,
    )


EVENT = Event(
    story="tunnel",
    sources=(
        _source(
            FIRST,
            "Kell council backs a charge on the tunnel",
            "Drivers will pay 4.50 crowns on weekdays from 1 March, after councillors approved the "
            "charge by 19 votes to 14 on Monday evening. Mayor Ingrid Pascoe told the chamber that "
            "the money would pay for eight electric buses. “The tunnel is full,” she said.",
        ),
        _source(
            SECOND,
            "Traders say the fee will cost them dearly",
            "Osric Hale crosses beneath Kell harbour six times on a busy day, his van loaded with "
            "boilers. An amendment by Dermot Vaile to exempt vans fell by three votes. "
            "Vaile promised to repeal the charge if his party wins next year.",
        ),
    ),
)
HEADLINE = Sentence(text="Council in Kell backs tunnel charge", sources=(FIRST,))
TRUE = (
    Sentence(
        text="From 1 March drivers will pay 4.5 crowns on weekdays, councillors decided on Monday.",
        sources=(FIRST,),
    ),
    Sentence(
        text="Eight electric buses will be paid for with the money, Mayor Pascoe told the chamber.",
        sources=(FIRST,),
    ),
    Sentence(
        text="An amendment by Vaile to exempt vans fell by 3 votes, according to Eastgate Times.",
        sources=(SECOND,),
    ),
)
WRITING = Writing(kind=WriterKind.GENERATIVE, system="m", version="1")
DRAFT = Draft(
    headline=HEADLINE,
    dateline="6 October 2026",
    paragraphs=(TRUE[:2], TRUE[2:]),
    language="en",
    writing=WRITING,
)


def spread(texts: Sequence[str]) -> NDArray[np.float32]:
    """Give each word its own fixed direction: texts are near by the words that they share."""
    rows = []
    for text in texts:
        row = np.full(64, 1e-3)
        for word in text.lower().split():
            seed = int.from_bytes(hashlib.sha256(word[:4].encode()).digest()[:4], "big")
            row += np.random.default_rng(seed).normal(size=64)
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, np.float32)


def _with(text: str, sources: tuple[ArticleId, ...] = (FIRST,)) -> Draft:
    """Return the true draft with one more sentence at its end, its fourth of the text."""
    more = (*TRUE[2:], Sentence(text=text, sources=sources))
    return replace(DRAFT, paragraphs=(TRUE[:2], more))


def _check(draft: Draft, config: CheckConfig | None = None) -> tuple[Objection, ...]:
    return check(draft, EVENT, spread, config or CheckConfig(support_min=0.4))


def _rules(draft: Draft) -> set[tuple[Rule, int | None]]:
    return {(objection.rule, objection.sentence) for objection in _check(draft)}


def test_a_faithful_draft_passes() -> None:
    assert _check(DRAFT) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Councillors approved the charge by 19 votes to 41.", Rule.NUMBERS),
        ("Councillors approved the charge by 14 votes to 19.", Rule.NUMBERS),
        ("Councillors approved the charge on Friday evening.", Rule.DATES),
        ("Drivers will pay 4.50 crowns on weekdays from 1 May.", Rule.DATES),
        ("Mayor Osric Hale told the chamber that the money would pay for buses.", Rule.NAMES),
        ("Mayor Ingrid Marrow told the chamber that the money would pay for buses.", Rule.NAMES),
        ("“The tunnel is nearly full,” Mayor Pascoe told the chamber.", Rule.QUOTATIONS),
        ("Scientists found fossils below frozen lakes and published them.", Rule.SUPPORT),
        ("", Rule.LENGTH),
        ("...", Rule.LENGTH),
        (TRUE[0].text, Rule.REPETITION),
    ],
)
def test_what_the_cited_source_does_not_say_is_found(text: str, rule: Rule) -> None:
    assert (rule, 4) in _rules(_with(text))


def test_a_sentence_cites_sources_of_its_story() -> None:
    assert _rules(_with(TRUE[1].text.replace("chamber", "town"), ())) >= {(Rule.SOURCES, 4)}
    assert _rules(_with("Drivers pay.", (FIRST, ArticleId("other")))) >= {(Rule.SOURCES, 4)}
    assert _rules(replace(DRAFT, headline=replace(HEADLINE, sources=()))) == {(Rule.SOURCES, 0)}


def test_what_another_source_says_needs_that_source_cited() -> None:
    text = "Osric Hale crosses beneath the harbour six times on a busy day."
    assert (Rule.NAMES, 4) in _rules(_with(text, (FIRST,)))
    assert _rules(_with(text, (SECOND,))) == set()


@pytest.mark.parametrize(
    ("publisher", "text"),
    [
        ("France 24", "Vaile promised to repeal the charge, France 24 reports."),
        ("Channel 4", "According to Channel 4, Vaile promised to repeal the charge."),
        ("20 Minutes", "“Vaile promised to repeal the charge,” 20 Minutes reports."),
        ("The 19th", "Vaile promised to repeal the charge, The 19th reports."),
        ("Sunday Times", "Vaile promised to repeal the charge, the Sunday Times reports."),
        ("Der Standard", "Vaile promised to repeal the charge, der Standard reports."),
    ],
)
def test_the_name_of_a_publisher_is_no_fact_of_the_event(publisher: str, text: str) -> None:
    first, second = EVENT.sources
    event = replace(EVENT, sources=(first, replace(second, publisher=publisher)))
    found = check(_with(text, (SECOND,)), event, spread, CheckConfig(support_min=0.4))
    assert [one for one in found if one.sentence == 4] == []


@pytest.mark.parametrize(
    ("publisher", "text"),
    [
        ("France 24", "An amendment to exempt 24 vans fell by three votes."),
        ("20 Minutes", "An amendment to exempt vans fell by three votes in 20 minutes."),
    ],
)
def test_the_number_in_its_name_is_still_asked_for_elsewhere(publisher: str, text: str) -> None:
    first, second = EVENT.sources
    event = replace(EVENT, sources=(first, replace(second, publisher=publisher)))
    found = check(_with(text, (SECOND,)), event, spread, CheckConfig(support_min=0.4))
    assert (Rule.NUMBERS, 4) in {(one.rule, one.sentence) for one in found}


def test_one_of_a_thing_is_told_where_a_source_has_a_single_one() -> None:
    assert _rules(_with("Osric Hale crosses with one van six times.", (SECOND,))) != set()
    assert _rules(_with("One amendment by Vaile to exempt vans fell.", (SECOND,))) == set()


def test_a_long_run_may_be_copied_only_in_quotation_marks() -> None:
    run = "after councillors approved the charge by 19 votes to 14 on Monday evening"
    assert len(run.split()) == 13
    assert (Rule.COPYING, 4) in _rules(_with(f"Drivers will pay more {run}."))
    assert _rules(_with(f"Drivers will pay, the Harbour Courier wrote, “{run}”.")) == set()
    assert _rules(_with(f"Drivers will pay more {run.removesuffix(' evening')}.")) == set()


def test_yesterday_is_the_day_before_the_dateline_and_in_a_quotation_the_sources_own() -> None:
    text = "Councillors approved the charge yesterday."
    assert _rules(_with(text)) == set()
    late = replace(_with(text), dateline="8 October 2026")
    assert _rules(late) == {(Rule.DATES, 4)}


@pytest.mark.parametrize("dateline", ["5 October 2026", "6 October 2025", "1 November 2026"])
def test_a_dateline_lies_by_the_days_of_the_sources(dateline: str) -> None:
    assert _rules(replace(DRAFT, dateline=dateline)) == {(Rule.DATES, None)}


@pytest.mark.parametrize("dateline", ["Kell", "Tuesday, 6 October 2026", "2026-10-13", ""])
def test_a_dateline_with_a_fitting_day_or_none_passes(dateline: str) -> None:
    assert _check(replace(DRAFT, dateline=dateline)) == ()


def test_lengths_are_within_their_limits() -> None:
    def lengths(config: CheckConfig, draft: Draft = DRAFT) -> set[tuple[Rule, int | None]]:
        return {(one.rule, one.sentence) for one in _check(draft, config)}

    loose = CheckConfig(support_min=0)
    assert lengths(loose.model_copy(update={"headline_words_max": 4})) == {(Rule.LENGTH, 0)}
    assert lengths(loose.model_copy(update={"words_max": 30})) == {(Rule.LENGTH, None)}
    assert lengths(loose.model_copy(update={"words_min": 60})) == {(Rule.LENGTH, None)}
    assert lengths(loose, replace(DRAFT, paragraphs=(TRUE,))) == {(Rule.LENGTH, None)}
    assert lengths(loose, replace(DRAFT, paragraphs=(TRUE, ()))) == {(Rule.LENGTH, None)}
    assert lengths(loose, replace(DRAFT, paragraphs=())) == {(Rule.LENGTH, None)}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Die Fahrer zahlen an den Werktagen, und das Geld ist für die Busse der Stadt.",
            "de",
        ),
        ("Первого марта водители будут платить по будням, решил совет в понедельник вечером", "ru"),
        ("Drivers will pay.", "de"),
    ],
)
def test_a_draft_in_another_language_than_its_sources_is_found(text: str, language: str) -> None:
    said = Sentence(text=text, sources=(FIRST,))
    draft = replace(DRAFT, headline=said, paragraphs=((said,), (said,)), language=language)
    assert (Rule.LANGUAGE, None) in _rules(draft)


def test_sources_in_a_language_that_is_not_known_allow_their_own() -> None:
    text = "De gemeente besloot maandag dat automobilisten vanaf 1 maart betalen voor de tunnel."
    event = Event(
        story="tunnel",
        sources=(_source(FIRST, text, text, "nl"), _source(SECOND, text, text, "nl")),
    )
    said = Sentence(text=text, sources=(FIRST,))
    draft = replace(DRAFT, headline=said, paragraphs=((said,), (said,)), language="nl")
    found = check(draft, event, spread, CheckConfig())
    assert not {one.rule for one in found} & {Rule.LANGUAGE, Rule.NAMES, Rule.SUPPORT}


def test_objections_are_in_the_order_of_sentences_and_of_the_whole_come_last() -> None:
    draft = replace(_with("In 1804 it rained."), headline=replace(HEADLINE, sources=()))
    places = [one.sentence for one in _check(replace(draft, dateline="1 May 1990"))]
    assert places[0] == 0
    assert places[-1] is None
    assert places[:-1] == sorted(place for place in places if place is not None)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="aB .,'\"“”„«»0123456789-%€月日\n_", max_size=400))
def test_no_text_breaks_the_check(text: str) -> None:
    source = _source(SECOND, text or "t", text)
    event = Event(story="tunnel", sources=(EVENT.sources[0], source))
    check(_with(text, (FIRST, SECOND)), event, spread, CheckConfig())


def test_huge_texts_are_checked_too() -> None:
    endless = "Ned Hale paid 4.50 crowns on 1 March and " * 2_000
    event = Event(story="tunnel", sources=(EVENT.sources[0], _source(SECOND, "Paid", endless)))
    draft = _with(endless, (SECOND,))
    assert (Rule.LENGTH, 4) in {
        (one.rule, one.sentence) for one in check(draft, event, spread, CheckConfig())
    }


@pytest.mark.parametrize(
    "digits", ["9" * 2_000, "x9999", "No.9999", "ca.7777", ".9999", "1_000_000", "9e3"]
)
def test_digits_in_whatever_form_are_told_by_a_cited_source(digits: str) -> None:
    text = f"Drivers will pay {digits} crowns on weekdays from 1 March."
    assert (Rule.NUMBERS, 4) in _rules(_with(text))


@pytest.mark.parametrize("code", ["A4x", "4x4", "10²", "x9999", "9e3", "H1N1", ".75"])
def test_digits_of_a_word_pass_where_a_cited_source_has_that_word(code: str) -> None:
    first, second = EVENT.sources
    event = replace(EVENT, sources=(first, replace(second, text=f"{second.text} He took {code}.")))
    found = check(_with(f"He took {code}.", (SECOND,)), event, spread, CheckConfig(support_min=0))
    assert Rule.NUMBERS not in {one.rule for one in found}


def test_a_bound_before_a_number_is_not_turned_round() -> None:
    first, second = EVENT.sources
    told = replace(second, text=f"{second.text} Up to 300 jobs may go.")
    event = replace(EVENT, sources=(first, told))
    config = CheckConfig(support_min=0)
    for text, wrong in (("Almost 300 jobs may go.", False), ("More than 300 may go.", True)):
        found = check(_with(text, (SECOND,)), event, spread, config)
        assert (Rule.NUMBERS in {one.rule for one in found}) == wrong


def test_a_sentence_said_many_times_is_objected_to_once_each_time() -> None:
    draft = replace(DRAFT, paragraphs=(TRUE, (TRUE[0],) * 3))
    found = [(one.sentence, one.detail) for one in _check(draft)]
    assert found == [(at, f"it repeats sentence 1: {TRUE[0].text}") for at in (4, 5, 6)]


@pytest.mark.parametrize("text", [TRUE[0].text, "", "9" * 5_000, "Pay " + "9 " * 500, "Pay. " * 9])
def test_a_draft_without_end_has_few_objections_and_short_ones(text: str) -> None:
    said = Sentence(text=text, sources=(FIRST, ArticleId("other")))
    found = _check(replace(DRAFT, paragraphs=((said,) * 1_000, TRUE)))
    assert 0 < len(found) <= 60 + 3
    assert max(len(one.detail) for one in found) <= 400
    assert all((one.sentence or 0) <= 601 for one in found)


def test_beyond_the_most_words_no_sentence_is_checked_and_the_length_is_objected_to() -> None:
    wrong = Sentence(text="In 1804 it rained.", sources=(FIRST,))
    config = CheckConfig(support_min=0, words_max=3 * 15)
    found = _check(replace(DRAFT, paragraphs=(TRUE, (wrong, wrong))), config)
    assert {one.sentence for one in found if one.rule is Rule.DATES} == {4}
    assert (Rule.LENGTH, None) in {(one.rule, one.sentence) for one in found}


@pytest.fixture(scope="module")
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder.load(EmbeddingConfig(precision="float32", allow_hub=False))


def test_the_default_threshold_parts_what_is_borne_out_from_what_is_made_up(
    encoder: SentenceTransformerEncoder,
) -> None:
    assert check(DRAFT, EVENT, encoder.encode, CheckConfig()) == ()
    made_up = _with("Pascoe announced that an independent committee would review the decision.")
    found = check(made_up, EVENT, encoder.encode, CheckConfig())
    assert {(one.rule, one.sentence) for one in found} == {(Rule.SUPPORT, 4)}


@pytest.mark.parametrize("what", ["words", "paragraphs"])
def test_a_least_may_not_exceed_its_most(what: str) -> None:
    with pytest.raises(ValueError, match=f"{what}_min must not exceed"):
        CheckConfig.model_validate({f"{what}_min": 60, f"{what}_max": 50})
