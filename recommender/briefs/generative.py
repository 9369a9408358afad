"""The generative writer: a language model on a server, given the sources and asked for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recommender.briefs.answers import answer_of, written_text
from recommender.briefs.config import GenerativeConfig
from recommender.briefs.datelines import dateline_of
from recommender.briefs.prompt import PROMPT_DIGEST, SYSTEM_TEXT, prompt_of
from recommender.domain.briefs import Draft, Event, Objection, WriterKind, Writing
from recommender.errors import ExtraMissing

if TYPE_CHECKING:
    from recommender.briefs.chat import ChatServer


class GenerativeWriter:
    """Writes briefs with any server that speaks the OpenAI chat-completions protocol.

    Parameters
    ----------
    config : GenerativeConfig

    Raises
    ------
    ExtraMissing
        The client library is not installed.
    InvalidInput
        The settings name no server, or no model, or a key that no header can carry.
    """

    def __init__(self, config: GenerativeConfig) -> None:
        self._config = config
        self._server = _server(config)

    def write(self, event: Event, objections: Sequence[Objection] = ()) -> Draft:
        """Return a draft whose sentences name sources of the event; see :class:`BriefWriter`.

        Raises
        ------
        WriterFailed
            The server is down, slow, declines, or answers what is no such draft.
        """
        config = self._config
        prompt = prompt_of(
            event,
            objections,
            characters=config.prompt_characters,
            source_characters=config.source_characters,
        )
        answer = answer_of(self._server.ask(SYSTEM_TEXT, prompt.message))
        text = written_text(answer.content, prompt.sources)
        newest = max(source.published_at for source in event.sources)
        return Draft(
            headline=text.headline,
            dateline=dateline_of(newest, prompt.language),
            paragraphs=text.paragraphs,
            language=prompt.language,
            writing=Writing(
                kind=WriterKind.GENERATIVE,
                system=config.model,
                version=answer.model or config.model,
                prompt=PROMPT_DIGEST,
            ),
        )


def _server(config: GenerativeConfig) -> ChatServer:
    # Imported here, so that no process loads the client before it is to write with it.
    try:
        from recommender.briefs.chat import ChatServer  # noqa: PLC0415
    except ImportError as error:
        raise ExtraMissing(
            "the generative writer needs the client library openai, which is not installed: "
            'install the package with its extra "briefs", or write with the extractive writer'
        ) from error
    return ChatServer(config)
