"""``/mail/paper``: what can be done about a paper of a digest. GET shows the buttons, POST does it.

A digest may be passed on. So its links tell neither what else is followed nor what lies on the reading list: what has
topics in it goes to the mailbox.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from adapters.email.links import LinkPurpose
from adapters.email.pages.chat_pages import Action, ChatPages
from adapters.email.pages.responses import answer_page, page, void_link
from adapters.email.subscribing.signups import command_call
from bot.chats import Chat
from bot.i18n import LazyText, Link, t
from bot.papers import Paper
from bot.ports import ChatLink, CommandHandler, Storage
from bot.views import Block, Buttons, TextBlock, View

MailAnswer = Callable[[Chat, View], Awaitable[None]]
_LABELS: Final[Mapping[str, LazyText]] = {
    "save": t("Save"),
    "more": t("More like this"),
    "less": t("Less like this"),
    "why": t("Why is it here?"),
}
_MUTE: Final = "mute "


class PaperPage:
    """``mail_answer`` sends an answer to the chat's address, a few times a day."""

    def __init__(self, storage: Storage, chats: ChatPages, handler: CommandHandler, mail_answer: MailAnswer) -> None:
        self._storage = storage
        self._chats = chats
        self._handler = handler
        self._mail_answer = mail_answer

    async def answer(self, request: Request) -> Response:
        """The page of one paper in one chat's mail; void for any other."""
        paper_id = request.query_params.get("id", "")
        link, chat = await self._chats.chat_of(LinkPurpose.PAPER, request.path_params["token"], paper_id)
        async with self._storage.read() as work:
            found = await work.papers.get([paper_id]) if chat else []
        if link is None or chat is None or not found:
            return void_link()
        path = f"{request.url.path}?id={paper_id}"
        if request.method != "POST":
            return _choice(found[0], path, request.query_params.get("do", ""))
        form = await request.form()
        return await self._do(link, chat, found[0], path, str(form.get("do", "")), str(form.get("argument", "")))

    async def _do(self, link: ChatLink, chat: Chat, paper: Paper, path: str, do: str, argument: str) -> Response:
        match do:
            case "save":
                return await self._chats.done(link, "save", await self._ask(chat, "save", paper.id))
            case "more":
                similar = await self._ask(chat, "similar", paper.id)
                return answer_page(replace(similar, blocks=_without_buttons(similar)))
            case "less":
                return _mute_choice(await self._ask(chat, "less", paper.id), path)
            case "mute" if argument in _mute_commands(await self._ask(chat, "less", paper.id)):
                muted = await self._ask(chat, "mute", argument.removeprefix(_MUTE))
                return await self._chats.done(link, "mute", muted)
            case "why":
                await self._mail_answer(chat, await self._ask(chat, "why", paper.id))
                said = t("The answer is on its way to your mailbox, since your topics are in it.")
                return page("message.html", t("Look into your mailbox"), lines=[said], actions=[])
        return void_link()

    async def _ask(self, chat: Chat, name: str, argument: str) -> View:
        return await self._handler(command_call(chat.address.chat, name, argument))


def _choice(paper: Paper, path: str, asked: str) -> Response:
    """All that can be done; what was asked for stands first."""
    order = sorted(_LABELS, key=lambda do: do != asked)
    actions = [Action(_LABELS[do], path, (("do", do),), primary=do == asked) for do in order]
    title = t("{title}", title=Link(paper.title, paper.url))
    return page("message.html", t("This paper"), lines=[title], actions=actions)


def _mute_choice(offer: View, path: str) -> Response:
    """What can be kept out, without the chat's topics and without how often they bring it."""
    commands = _mute_commands(offer)
    actions = [
        Action(t("Mute {topic}", topic=each.removeprefix(_MUTE)), path, (("do", "mute"), ("argument", each)))
        for each in commands
    ]
    lines = [block.text for block in offer.blocks if isinstance(block, TextBlock)][:1]
    nothing = t("It names no subject, author or lab that could be left out.")
    return page("message.html", _LABELS["less"], lines=lines if commands else [nothing], actions=actions)


def _mute_commands(offer: View) -> list[str]:
    buttons = [one for block in offer.blocks if isinstance(block, Buttons) for row in block.rows for one in row]
    return [one.command for one in buttons if one.command.startswith(_MUTE)]


def _without_buttons(view: View) -> tuple[Block, ...]:
    return tuple(block for block in view.blocks if not isinstance(block, Buttons))
