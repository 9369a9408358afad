"""The order of what is quoted, and what stands in one pair of marks."""

from __future__ import annotations

from recommender.briefs.arranging import TOGETHER_MOST, passages_in_order
from recommender.briefs.material import read
from recommender.domain.briefs import Source
from recommender.domain.ids import ArticleId

TUESDAY = 1_791_288_000.0  # 6 October 2026, 12:00 UTC


def source(text: str) -> Source:
    return Source(article=ArticleId("a"), title="Rain", text=text, published_at=TUESDAY)


def test_what_leans_is_quoted_with_the_sentence_before_up_to_three_at_a_stretch() -> None:
    told = read([source("Ada Byron left. She ran. She fell. She slept. Bonn is dry.")], most=20)
    assert [one.leaning for one in told] == [False, True, True, True, False]
    stretches = [len(passage) for passage in passages_in_order(told)]
    assert stretches == [TOGETHER_MOST, 1, 1]


def test_behind_the_first_the_days_of_the_event_are_in_order_but_plans_are_no_days_of_it() -> None:
    told = read(
        [
            source("Ten roads in Bonn are shut."),
            source("Rain fell on Monday. Bonn votes on Saturday."),
            source("The wind was strong."),
        ],
        most=20,
    )
    news, monday, saturday, wind = told
    assert passages_in_order([news, wind, saturday, monday]) == [
        (news,),
        (monday,),
        (saturday,),
        (wind,),
    ]
