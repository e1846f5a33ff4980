"""Papers as people name them: by id or address."""

from __future__ import annotations

from bot.commands.buttons import short
from bot.commands.command import Asked
from bot.errors import UserMistake
from bot.papers import Paper, paper_id
from bot.ports import UnitOfWork
from bot.sentences import Link, say


async def read_paper(asked: Asked, text: str = "") -> Paper:
    """The paper that ``text`` (else the argument) names by id or address. Raises UserMistake where none is named or
    known."""
    text = text or asked.argument
    name = paper_id(text)
    if name is None:
        raise UserMistake(
            say(
                "<b>{text}</b> is not a paper’s id or address. An id looks like <code>2608.16859</code>; to find a "
                "paper by its title, search:",
                text=short(text, 80),
            ),
            text=text,
            suggestions=(f"search {short(text, 80)}",),
        )
    async with asked.services.storage.read() as work:
        return await known_paper(work, name)


async def known_paper(work: UnitOfWork, name: str) -> Paper:
    """The stored paper. Raises UserMistake with the places where it may be read."""
    found = await work.papers.get([name])
    if found:
        return found[0]
    raise UserMistake(
        say(
            "I don’t have {id}: as far as my archive reaches it was not on Daily Papers. See {hub} or {arxiv}.",
            id=name,
            hub=Link("Hugging Face", f"https://huggingface.co/papers/{name}"),
            arxiv=Link("arXiv", f"https://arxiv.org/abs/{name}"),
        ),
        text=name,
    )
