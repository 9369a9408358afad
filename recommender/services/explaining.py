"""Use cases: why an article was shown, and what the ranking goes by."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.clock import Clock
from recommender.disclosure.messages import pick_language, say
from recommender.disclosure.parameters import Parameter, Weighed, main_parameters
from recommender.disclosure.reasons import reason_text
from recommender.domain.ids import ArticleId, SlateId
from recommender.domain.slates import Slate
from recommender.errors import InvalidInput, UnknownSlate
from recommender.feed_request import FeedConfig
from recommender.ranking.features import FEATURES
from recommender.services.follower import CatalogueFollower
from recommender.services.ranking import RankerKeeper
from recommender.store.slates import SlateLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why an article stood where it did.

    Parameters
    ----------
    place : int
        Of the article in the slate's ordering, from 0.
    reason : str
        The sentence of its reason, in ``language``.
    """

    slate: Slate
    place: int
    language: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What feeds go by; ``notes`` are what is done beyond the score."""

    language: str
    policy: str
    parameters: tuple[Parameter, ...]
    notes: tuple[str, ...]


class ExplanationService:
    """Explains the feeds of one site."""

    def __init__(
        self,
        slates: SlateLog,
        follower: CatalogueFollower,
        rankers: RankerKeeper,
        config: FeedConfig,
        clock: Clock,
    ) -> None:
        self._slates = slates
        self._follower = follower
        self._rankers = rankers
        self._config = config
        self._clock = clock

    def why(self, slate: SlateId, article: ArticleId, languages: tuple[str, ...]) -> Why:
        """Return why ``article`` was in the slate, as logged when it was served.

        Raises
        ------
        UnknownSlate
            The log does not, or no longer, hold the slate.
        InvalidInput
            The slate did not show the article.
        """
        found = self._slates.find(slate)
        if found is None:
            raise UnknownSlate(slate)
        shown = found.slate.ordering
        if article not in shown.articles:
            raise InvalidInput("article_id", "one of the slate's articles", article)
        place = shown.articles.index(article)
        language = pick_language(languages)
        return Why(
            slate=found.slate,
            place=place,
            language=language,
            reason=reason_text(shown.reasons[place], language),
        )

    def parameters(self, languages: tuple[str, ...]) -> Parameters:
        """Return the main parameters of the site's feeds, from the ranker and rules in force."""
        config, language = self._config, pick_language(languages)
        ranker = self._rankers.ranker
        now = self._clock.now()
        boosts = any(
            rule.amount and (rule.until is None or rule.until > now)
            for rule in self._follower.rules
        )
        weighed = [
            Weighed(told_as=each.told_as, effect=effect, personal=each.personal)
            for each, effect in zip(FEATURES, ranker.effects.tolist(), strict=True)
            if boosts or each.name != "boost"
        ]
        notes = [say("parameter.note.diversity", language)]
        if len(self._follower.catalogue.view.briefs):
            share = round(100 * config.rerank.max_brief_share)
            notes.append(say("parameter.note.briefs", language, percent=share))
        if config.exploration.enabled:
            notes.append(
                say("parameter.note.exploration", language, every=config.exploration.every)
            )
        notes.append(say("parameter.note.choice", language))
        return Parameters(
            language=language,
            policy=ranker.name,
            parameters=main_parameters(weighed, language),
            notes=tuple(notes),
        )
