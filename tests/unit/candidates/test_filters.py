from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recommender.candidates.filters import FeedFilter, parse_filter
from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId
from recommender.errors import InvalidInput

NOW = 1_767_225_600.0


def sent(**parts: Any) -> FeedFilter:
    """Return the filter of what would be sent as JSON."""
    return parse_filter(orjson.dumps(parts).decode())


def passing(view: CatalogueView, **parts: Any) -> str:
    """Return the ids, a letter each, of what the filter lets pass."""
    return "".join(view.ids[row] for row in np.flatnonzero(sent(**parts).mask(view)))


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    return catalogue(
        a=(
            (1.0,),
            {
                "category": "science",
                "subcategory": "space",
                "tags": ("moon", "nasa"),
                "source": "The Daily",
                "language": "en-GB",
                "published_at": NOW - 7_200,
            },
        ),
        b=(
            (1.0,),
            {
                "category": "sport",
                "subcategory": "science",
                "tags": ("moon",),
                "source": "Le Jour",
                "language": "fr",
                "published_at": NOW - 3_600,
                "generated_with_ai": True,
            },
        ),
        c=((1.0,), {"language": "en", "generated_with_ai": False}),
        d=((1.0,), {"category": "sport", "language": "eng"}),
    ).view


def test_an_empty_filter_lets_everything_pass(view: CatalogueView) -> None:
    assert FeedFilter().is_empty
    assert passing(view) == "abcd"


@pytest.mark.parametrize("part", ["category", "tag", "source", "language"])
def test_a_part_without_conditions_is_none(view: CatalogueView, part: str) -> None:
    assert sent(**{part: {}}).is_empty
    assert sent(**{part: {"any": [], "none": []}}).is_empty
    assert passing(view, **{part: {"any": []}}) == "abcd"


def test_an_articles_categories_are_its_category_and_its_subcategory(view: CatalogueView) -> None:
    assert passing(view, category={"any": ["science"]}) == "ab"
    assert passing(view, category={"any": ["space", "sport"]}) == "abd"
    assert passing(view, category={"all": ["science", "sport"]}) == "b"
    assert passing(view, category={"none": ["science"]}) == "cd"
    assert passing(view, category={"any": ["science"], "none": ["space"]}) == "b"


def test_tags_are_asked_for_by_any_all_and_none(view: CatalogueView) -> None:
    assert passing(view, tag={"any": ["moon", "mars"]}) == "ab"
    assert passing(view, tag={"all": ["moon", "nasa"]}) == "a"
    assert passing(view, tag={"none": ["nasa"]}) == "bcd"


def test_sources_go_by_their_names(view: CatalogueView) -> None:
    assert passing(view, source={"any": [" The  Daily "]}) == "a"
    assert passing(view, source={"none": ["The Daily"]}) == "bcd"
    assert passing(view, source={"any": ["the daily"]}) == ""


def test_a_language_means_its_varieties_too_and_not_the_other_way_round(
    view: CatalogueView,
) -> None:
    assert passing(view, language={"any": ["EN"]}) == "ac"
    assert passing(view, language={"any": ["en-gb", "fr"]}) == "ab"
    assert passing(view, language={"none": ["en"]}) == "bd"
    assert passing(view, language={"any": ["en"], "none": ["en-GB"]}) == "c"


def test_published_since_includes_its_instant(view: CatalogueView) -> None:
    assert passing(view, published_since="2025-12-31T23:00:00Z") == "bcd"
    assert passing(view, published_since="2026-01-01T00:00:00+01:00") == "bcd"


def test_excluded_articles_need_not_exist(view: CatalogueView) -> None:
    assert passing(view, exclude=["c", "gone"]) == "abd"


def test_only_what_is_known_to_be_generated_is_excluded(view: CatalogueView) -> None:
    assert passing(view, generated_with_ai="include") == "abcd"
    assert passing(view, generated_with_ai="exclude") == "acd"
    assert passing(view, generated_with_ai={"max_share": 0}) == "acd"
    assert passing(view, generated_with_ai={"max_share": 0.3}) == "abcd"


def test_the_share_that_may_be_generated() -> None:
    assert sent().max_ai_share is None
    assert sent(generated_with_ai="exclude").max_ai_share == 0.0
    assert sent(generated_with_ai={"max_share": 0.3}).max_ai_share == 0.3
    assert not sent(generated_with_ai={"max_share": 0.3}).is_empty


def test_names_unknown_to_the_catalogue_match_nothing(view: CatalogueView) -> None:
    for part in ("category", "tag", "source"):
        assert passing(view, **{part: {"any": ["nowhere"]}}) == ""
        assert passing(view, **{part: {"none": ["nowhere"]}}) == "abcd"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "filter"),
        ("science", "filter"),
        ("[]", "filter"),
        ("null", "filter"),
        ('{"category": "science"}', "filter.category"),
        ('{"category": null}', "filter.category"),
        ('{"category": {"any": "science"}}', "filter.category.any"),
        ('{"category": {"any": [1]}}', "filter.category.any.0"),
        ('{"category": {"any": ["a", ""]}}', "filter.category.any.1"),
        ('{"category": {"some": []}}', "filter.category.some"),
        ('{"source": {"all": []}}', "filter.source.all"),
        ('{"language": {"any": ["english!"]}}', "filter.language.any.0"),
        ('{"published_since": 7}', "filter.published_since"),
        ('{"published_since": "2026-01-01"}', "filter.published_since"),
        ('{"published_since": "2026-01-01T00:00:00"}', "filter.published_since"),
        ('{"exclude": ["two words"]}', "filter.exclude.0"),
        ('{"generated_with_ai": "no"}', "filter.generated_with_ai"),
        ('{"generated_with_ai": null}', "filter.generated_with_ai"),
        ('{"generated_with_ai": {}}', "filter.generated_with_ai.max_share"),
        ('{"generated_with_ai": {"max_share": 1.1}}', "filter.generated_with_ai.max_share"),
        ('{"generated_with_ai": {"max_share": "1"}}', "filter.generated_with_ai.max_share"),
        ('{"generated_with_ai": {"max_share": 1, "x": 1}}', "filter.generated_with_ai.x"),
        ('{"colour": "red"}', "filter.colour"),
        (orjson.dumps({"tag": {"any": ["t"] * 51}}).decode(), "filter.tag.any"),
        (orjson.dumps({"exclude": ["t"] * 201}).decode(), "filter.exclude"),
        ('{"category": ' + "[" * 900 + "]" * 900 + "}", "filter.category"),
    ],
)
def test_a_part_that_is_wrong_is_named(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_filter(text)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("parts", "field", "wanted"),
    [
        (
            {"category": {"any": ["a", "b"], "none": ["B"]}},
            "filter.category",
            "must not name 'b' in both any and none",
        ),
        (
            {"tag": {"all": ["a"], "none": ["a"]}},
            "filter.tag",
            "must not name 'a' in both all and none",
        ),
        (
            {"category": {"all": ["a", "b", "c"]}},
            "filter.category",
            "must not want more than 2 categories of one article in all",
        ),
        (
            {"source": {"any": ["A"], "none": ["A"]}},
            "filter.source",
            "must not name 'A' in both any and none",
        ),
        (
            {"language": {"any": ["en-GB"], "none": ["en"]}},
            "filter.language",
            "must not name 'en-gb' in any when none leaves it out",
        ),
    ],
)
def test_a_filter_that_contradicts_itself_is_refused(
    parts: dict[str, Any], field: str, wanted: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        sent(**parts)
    assert (caught.value.field, caught.value.wanted) == (field, wanted)


def test_only_articles_of_the_future_cannot_be_asked_for() -> None:
    wanted = sent(published_since="2026-01-01T00:00:01Z")
    wanted.check(NOW + 1)
    with pytest.raises(InvalidInput, match="published_since: an instant that is not later than"):
        wanted.check(NOW)


NAMES = ["a", "b", "c"]
LANGUAGES = ["en", "en-GB", "fr"]

entries = st.fixed_dictionaries(
    {
        "category": st.none() | st.sampled_from(NAMES),
        "subcategory": st.none() | st.sampled_from(NAMES),
        "tags": st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
        "source": st.none() | st.sampled_from(NAMES),
        "language": st.none() | st.sampled_from(LANGUAGES),
        "generated_with_ai": st.none() | st.booleans(),
        "published_at": st.sampled_from([NOW - 10, NOW]),
    }
)
names = st.lists(st.sampled_from([*NAMES, "never"]), max_size=2)
languages = st.lists(st.sampled_from(LANGUAGES), max_size=2)
filters = st.fixed_dictionaries(
    {},
    optional={
        "category": st.fixed_dictionaries({}, optional={"any": names, "all": names, "none": names}),
        "tag": st.fixed_dictionaries({}, optional={"any": names, "all": names, "none": names}),
        "source": st.fixed_dictionaries({}, optional={"any": names, "none": names}),
        "language": st.fixed_dictionaries({}, optional={"any": languages, "none": languages}),
        "published_since": st.just("2026-01-01T00:00:00Z"),
        "exclude": st.lists(st.sampled_from(["0", "1", "9"]), max_size=2),
        "generated_with_ai": st.sampled_from(["include", "exclude", {"max_share": 0.5}]),
    },
)


def passes(article: CatalogueEntry, parts: dict[str, Any]) -> bool:
    """Tell by the words of the syntax, one article at a time, whether it passes."""
    language = article.language
    own = {
        "category": {article.category, article.subcategory} - {None},
        "tag": set(article.tags),
        "source": {article.source} - {None},
        "language": {language, language.split("-")[0]} if language else set(),
    }
    for part, has in own.items():
        wanted = parts.get(part, {})
        if wanted.get("any") and not has & set(wanted["any"]):
            return False
        if not set(wanted.get("all", ())) <= has or has & set(wanted.get("none", ())):
            return False
    if article.generated_with_ai and parts.get("generated_with_ai") == "exclude":
        return False
    if "published_since" in parts and article.published_at < NOW:
        return False
    return article.id not in parts.get("exclude", ())


@given(articles=st.lists(entries, max_size=6), parts=filters)
def test_the_mask_is_what_the_words_say_of_each_article(
    articles: list[dict[str, Any]], parts: dict[str, Any]
) -> None:
    try:
        wanted = sent(**parts)
    except InvalidInput as error:
        assume(not error.wanted.startswith("must not"))
        raise
    made = [
        CatalogueEntry(id=ArticleId(str(number)), title="", card=b"", **fields)
        for number, fields in enumerate(articles)
    ]
    live = LiveCatalogue(1)
    live.apply(made, np.ones((len(made), 1), np.float32))
    assert wanted.mask(live.view).tolist() == [passes(article, parts) for article in made]
    assert parse_filter(wanted.model_dump_json()) == wanted
    assert parse_filter(wanted.model_dump_json(exclude_defaults=True)) == wanted


odd_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["category", "any", "exclude", "generated_with_ai", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(text=st.text(max_size=30) | odd_values.map(lambda value: orjson.dumps(value).decode()))
def test_whatever_is_sent_is_a_filter_or_names_what_is_wrong(text: str) -> None:
    place = "filter"
    try:
        parse_filter(text)
    except InvalidInput as error:
        place = error.field
    assert place.split(".")[0] == "filter"
