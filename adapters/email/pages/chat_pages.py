"""``/mail/confirm``, ``/mail/unsubscribe``, ``/mail/settings``: GET shows, POST does, and what was done can be undone.

Programs that look for dangerous links open every one of them, so opening one changes nothing. A digest may be passed
on: its links neither tell the address nor what else is followed; those who want to see it get a fresh link by mail.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.email.addresses import parse_address
from adapters.email.capabilities import EMAIL, chat_address
from adapters.email.link_changes import UNDO, LinkChanges
from adapters.email.links import ChatLinks, LinkPurpose
from adapters.email.pages.responses import answer_page, page, void_link
from adapters.email.subscribing.signups import Signups, command_call, typed_call
from bot.chats import Chat, ChatStatus
from bot.i18n import LazyText, join_texts, t
from bot.ports import ChatLink, Clock, CommandHandler, Signup, Storage
from bot.topics.formatter import format_short
from bot.views import Buttons, InputErrorBlock, TextBlock, View

FRESH_FOR: Final = timedelta(hours=1)
_UNDOABLE: Final = ("subscribe ", "again ", "resume", "pause", "unsave ", "unmute ")

SendFreshLink = Callable[[Chat, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a page: a form with these fields."""

    label: LazyText
    path: str
    fields: tuple[tuple[str, str], ...] = ()
    primary: bool = False


class ChatPages:
    """The pages of stored chats. ``handler`` answers commands as everywhere; ``send_fresh_link`` mails the path of a
    page to a chat's address."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        links: ChatLinks,
        signups: Signups,
        handler: CommandHandler,
        send_fresh_link: SendFreshLink,
        changes: LinkChanges,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._links = links
        self._signups = signups
        self._handler = handler
        self._send_fresh_link = send_fresh_link
        self._changes = changes

    # --- /mail/confirm/TOKEN

    async def confirm(self, request: Request) -> Response:
        signup = await self._signups.find(request.path_params["token"])
        if signup is None:
            return void_link()
        if request.method == "POST":
            views = await self._signups.confirm(signup, self._handler)
            return page(
                "message.html", t("Your papers"), lines=list(_said(views)), actions=await self._next(signup, views)
            )
        asked = t("Get the day’s papers on <b>{topics}</b> by mail?", topics=join_texts(signup.wish.topics))
        press = Action(t("Yes, send them"), request.url.path, primary=True)
        return page("message.html", t("One press more"), lines=[asked], actions=[press])

    async def _next(self, signup: Signup, views: Sequence[View]) -> list[Action]:
        """What can be done right after: take it back, where it was one topic, and get the link to everything else."""
        async with self._storage.read() as work:
            chat = await work.chats.find(chat_address(parse_address(signup.address).compared_as))
        if chat is None:
            return []
        link, signer = await self._links.link_of(chat.id), await self._links.signer()
        path = f"/mail/settings/{signer.token(LinkPurpose.SETTINGS, link)}"
        undo = _undo_command(views[0], ("unsubscribe ",)) if len(signup.wish.topics) == 1 else ""
        actions = [await self._undo_action(link, undo)] if undo else []
        return [*actions, Action(t("Mail me a link to my topics"), path, (("do", "topics"),))]

    # --- /mail/unsubscribe/TOKEN

    async def unsubscribe(self, request: Request) -> Response:
        """One click (RFC 8058) is answered 200 at once, whoever sends it, as often as it comes."""
        token = request.path_params["token"]
        link, chat = await self.chat_of(LinkPurpose.UNSUBSCRIBE, token)
        if link is None or chat is None:
            return void_link()
        if request.method != "POST":
            stop = Action(t("Stop these mails"), request.url.path, (("page", "1"),), primary=True)
            return page("message.html", t("Stop?"), lines=[t("No more papers will come by mail.")], actions=[stop])
        view = await self._handler(command_call(chat.address.chat, "unsubscribe", "all"))
        await self._changes.record(chat.id, "unsubscribe")
        if "page" not in await request.form():
            return PlainTextResponse("No more mails will come.")
        return await self._done(link, _undo_command(view))

    # --- /mail/settings/TOKEN

    async def settings(self, request: Request) -> Response:
        token, until = request.path_params["token"], request.query_params.get("until", "")
        link, chat = await self.chat_of(LinkPurpose.SETTINGS, token, *([until] if until else []))
        if link is None or chat is None or (until and not self._is_fresh(until)):
            return void_link()
        if request.method == "POST":
            return await self._change(request, link, chat, with_topics=bool(until))
        topics = await self._topics(chat)
        path = _path_of(request)
        actions = list(_settings_actions(chat, path, topics, with_topics=bool(until)))
        lines = [t("Mails are paused.")] if chat.status is ChatStatus.PAUSED else []
        lines += [] if topics else [t("No mails come: nothing is followed.")]
        box = path if until else ""
        return page("message.html", t("Your mails"), lines=lines, actions=actions, command_box=box)

    async def _change(self, request: Request, link: ChatLink, chat: Chat, *, with_topics: bool) -> Response:
        """One of the few things that whoever holds a mail may do; whoever can read the mailbox may say anything."""
        form = await request.form()
        do, argument = str(form.get("do", "")), str(form.get("argument", ""))
        if do == "say" and with_topics:
            view = await self._handler(typed_call(chat.address.chat, str(form.get("text", ""))))
            return answer_page(view, _path_of(request))
        if do == "topics":
            await self._mail_fresh_link(link, chat)
            said = t("A link to your topics is on its way to your mailbox. It works for one hour.")
            return page("message.html", t("Look into your mailbox"), lines=[said], actions=[])
        if do == "undo":
            command = await self._undone(link, str(form.get("command", "")), str(form.get("signed", "")))
        elif do == "stop" and with_topics and argument:
            command = f"unsubscribe {argument}"
        else:
            command = {"stop": "unsubscribe all", "pause": "pause", "week": "pause 1 week", "resume": "resume"}.get(do)
        if command is None:
            return void_link()
        return await self._run(link, chat, command, undoes=do == "undo")

    async def _run(self, link: ChatLink, chat: Chat, command: str, *, undoes: bool) -> Response:
        name, _, argument = command.partition(" ")
        view = await self._handler(command_call(chat.address.chat, name, argument))
        await self._changes.record(chat.id, UNDO if undoes else name)
        back = {"pause": "resume", "resume": "pause"}.get(name) or _undo_command(view)
        return await self._done(link, "" if undoes else back)

    async def done(self, link: ChatLink, command: str, view: View) -> Response:
        """Says that a command was done, with the answer's Undo and nothing else of it; the next mail names it."""
        await self._changes.record(link.chat_id, command)
        return await self._done(link, _undo_command(view))

    async def _done(self, link: ChatLink, undo: str) -> Response:
        """Says that it is done, without what is followed; ``undo`` is the command that takes it back."""
        actions = [await self._undo_action(link, undo)] if undo else []
        return page("message.html", t("Done"), lines=[t("It is so from now on.")], actions=actions)

    async def _undo_action(self, link: ChatLink, undo: str) -> Action:
        """A button that takes back what was done; nobody can put another command into it."""
        signer = await self._links.signer()
        path = f"/mail/settings/{signer.token(LinkPurpose.SETTINGS, link)}"
        signed = signer.mac(LinkPurpose.UNDO, link.public_id, str(link.generation), undo).hex()
        packed = base64.urlsafe_b64encode(undo.encode()).decode()
        return Action(t("Undo"), path, (("do", "undo"), ("command", packed), ("signed", signed)))

    async def _undone(self, link: ChatLink, packed: str, signed: str) -> str | None:
        """The command that one of our own pages offered; None for anything else."""
        try:
            command = base64.b64decode(packed.encode("ascii"), altchars=b"-_", validate=True).decode()
        except (ValueError, binascii.Error):
            return None
        signer = await self._links.signer()
        right = signer.mac(LinkPurpose.UNDO, link.public_id, str(link.generation), command).hex()
        return command if hmac.compare_digest(signed.encode(), right.encode()) else None

    async def _mail_fresh_link(self, link: ChatLink, chat: Chat) -> None:
        until = str(int((self._clock.now() + FRESH_FOR).timestamp()))
        token = (await self._links.signer()).token(LinkPurpose.SETTINGS, link, until)
        await self._send_fresh_link(chat, f"/mail/settings/{token}?until={until}")

    def _is_fresh(self, until: str) -> bool:
        """The number is ours, since the token is over it."""
        return self._clock.now() <= datetime.fromtimestamp(int(until), UTC)

    async def _topics(self, chat: Chat) -> list[str]:
        async with self._storage.read() as work:
            return [format_short(each.topic) for each in await work.subscriptions.of_chat(chat.id)]

    async def chat_of(self, purpose: LinkPurpose, token: str, *arguments: str) -> tuple[ChatLink | None, Chat | None]:
        """Whose link it is; nothing for a void one."""
        link = await self._links.chat_of(purpose, token, *arguments)
        if link is None:
            return None, None
        async with self._storage.read() as work:
            chat = await work.chats.get(link.chat_id)
        return link, chat if chat is not None and chat.address.platform == EMAIL else None


def _path_of(request: Request) -> str:
    """The page's own address, with how long it works."""
    until = request.query_params.get("until", "")
    return request.url.path + (f"?until={until}" if until else "")


def _settings_actions(chat: Chat, path: str, topics: Sequence[str], *, with_topics: bool) -> Iterator[Action]:
    if chat.status is ChatStatus.PAUSED:
        yield Action(t("Resume"), path, (("do", "resume"),), primary=True)
    elif topics:
        yield Action(t("Pause for a week"), path, (("do", "week"),))
        yield Action(t("Pause until I resume"), path, (("do", "pause"),))
    if not with_topics:
        yield Action(t("Mail me a link to my topics"), path, (("do", "topics"),))
    for topic in topics if with_topics else ():
        yield Action(t("Stop {topic}", topic=topic), path, (("do", "stop"), ("argument", topic)))
    if topics:
        yield Action(t("Stop these mails"), path, (("do", "stop"),))


def _undo_command(view: View, undoable: tuple[str, ...] = _UNDOABLE) -> str:
    """What the answer offers as Undo; '' where there is nothing to be undone."""
    buttons = [button for block in view.blocks if isinstance(block, Buttons) for row in block.rows for button in row]
    undo = next((button.command for button in buttons if button.label.msgid == "Undo"), "")
    return undo if undo.startswith(undoable) else ""


def _said(views: Sequence[View]) -> Iterator[LazyText]:
    """The first sentence of each answer, and when the first mail comes."""
    for view in views:
        for block in view.blocks:
            if isinstance(block, InputErrorBlock):
                yield block.message
        texts = [block.text for block in view.blocks if isinstance(block, TextBlock)]
        yield from texts[:1]
        yield from texts[-1:] if len(texts) > 1 else ()
