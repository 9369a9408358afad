"""Settings in, the service that writes briefs out.

Apart from :mod:`recommender.bootstrap`, which the API loads: writers and checker are much code, and
only the program that writes needs them.
"""

from __future__ import annotations

from recommender.bootstrap import Wiring
from recommender.briefs.checking import check
from recommender.briefs.extractive import ExtractiveWriter
from recommender.briefs.generative import GenerativeWriter
from recommender.briefs.writer import Embed
from recommender.domain.briefs import WriterKind
from recommender.services.brief_settings import GENERATIVE_TURNS, BriefSettings
from recommender.services.briefs import BriefService
from recommender.services.composing import Turns
from recommender.store.leases import BriefLeases


def brief_service(site: Wiring, embed: Embed, turns: Turns | None = None) -> BriefService:
    """Return what writes the briefs of ``site``.

    Parameters
    ----------
    turns : sequence of (WriterKind, BriefWriter), optional
        Who writes, in turns; those of the settings where not given.
    """
    config = site.settings.briefs
    return BriefService(
        store=site.brief_store,
        leases=BriefLeases(site.client, site.site),
        teller=site.stories,
        rules=site.rules,
        queue=site.queue,
        catch_up=site.follower.catch_up,
        turns=_turns(embed, config) if turns is None else turns,
        check=lambda draft, event: check(draft, event, embed, config.check),
        config=config,
        clock=site.clock,
    )


def _turns(embed: Embed, config: BriefSettings) -> Turns:
    extractive = (WriterKind.EXTRACTIVE, ExtractiveWriter(embed, config.extractive))
    if config.writer is WriterKind.EXTRACTIVE:
        return (extractive,)  # asked again, it would write the same
    generative = (WriterKind.GENERATIVE, GenerativeWriter(config.generative))
    return (*[generative] * GENERATIVE_TURNS, extractive)
