"""One paper of a digest, put before everybody in the chat."""

from __future__ import annotations

from bot.commands.asking_papers import read_paper
from bot.commands.command import Asked, Command
from bot.sentences import Sentence, say
from bot.tldr import tldr
from bot.views import Line, PaperEntry, Question, View


async def discuss(asked: Asked) -> View:
    """Posts the paper as a message of its own, in the name of whoever asked."""
    if not asked.argument:
        return View((Question(say("Which paper? Send its arXiv id or address."), "discuss"),))
    paper = await read_paper(asked)
    head = _head(asked.call.person_name)
    return View((Line(head), PaperEntry(0, paper, tldr(paper))), summary=head, shared=True)


def _head(name: str) -> Sentence:
    return say("<b>{name}</b> brings up:", name=name) if name else say("Brought up here:")


COMMANDS = (Command("discuss", say("put one paper before everybody here"), discuss, argument="ID", hidden=True),)
