"""From a call to a view, whatever happens in between."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Sequence
from dataclasses import replace

from bot.calls import PLAIN_WORDS, CommandCall, split_command
from bot.chats import Chat, ChatDefaults, ChatSettings, Platform
from bot.commands.chat.admin import spellings
from bot.commands.chat.permissions import may_change
from bot.commands.core.command import Asked, Command, named
from bot.commands.core.services import Services
from bot.commands.fallback import SMALL_TALK, in_words, sought, too_long, unknown_command
from bot.commands.registry import COMMANDS
from bot.commands.ui.buttons import suggested
from bot.commands.ui.group_replies import admins_only
from bot.errors import UserMistake
from bot.i18n import say
from bot.papers import linked_papers, paper_id
from bot.rendering.notes import SAMPLE
from bot.views import Line, Mistake, View

LONGEST_ARGUMENT = 4000
# Slack's one slash command; the local chat understands it, too.
SLASH_COMMAND = "papers"

log = logging.getLogger(__name__)


class Answers:
    """Answers calls; never raises, whatever a command does.

    A mistake of the person's becomes a kind answer, one of ours a reference to the log; both change nothing. A chat is
    registered when it first asks something.
    """

    def __init__(self, services: Services, commands: Sequence[Command] = COMMANDS) -> None:
        self._services = services
        self._commands = tuple(commands)
        self._sample_is_gone = False

    async def __call__(self, call: CommandCall) -> View:
        """The answer, in the language of the call."""
        try:
            view = await self._answer(call)
        except UserMistake as mistake:
            view = mistake_view(mistake, call)
        except Exception as problem:
            view = _ours(call, problem)
        return replace(view, language=call.language)

    async def _answer(self, call: CommandCall) -> View:
        if not _allowed(call, self._services.defaults):
            return _not_open(call)
        if len(call.argument) > LONGEST_ARGUMENT:
            raise too_long(LONGEST_ARGUMENT)
        call = self._meant(_sendable(call))
        command = named(self._commands, call.name)
        if command is None:
            raise unknown_command(call, self._commands)
        if command.changes_chat(call.argument) and not await may_change(call, self._services):
            return admins_only(call)
        view = await self._run(command, call)
        return replace(view, private=view.private or (command.private and not call.kind.personal))

    def _meant(self, call: CommandCall) -> CommandCall:
        """Plain words are a search, a paper's id or address its card, a bare *hello*, *help* or command what it says;
        in Slack, no command needs a slash."""
        if call.name == SLASH_COMMAND:
            name, argument = split_command(call.argument or "help")
            return replace(call, name=name, argument=argument)
        if call.name != PLAIN_WORDS:
            return call
        # Only where everybody may change: elsewhere a person's right is looked up for commands alone.
        if call.kind.personal and (following := in_words(call.argument)):
            return replace(call, name=following[0], argument=following[1])
        name, argument = split_command(call.argument)
        if call.chat.platform is Platform.SLACK and self._offered(name):
            return replace(call, name=name, argument=argument)
        if not call.argument:
            return replace(call, name="start")
        if not argument and self._said_alone(call, name):
            return replace(call, name=name, argument="")
        if small_talk := SMALL_TALK.get(call.argument.casefold().rstrip(" !.?") or "?"):
            return replace(call, name=small_talk, argument="")
        return _papers_or_search(call)

    def _said_alone(self, call: CommandCall, name: str) -> bool:
        """Whether it is a command that needs no slash: where others are, one that changes nothing, as above."""
        command = named(self._commands, name)
        return self._offered(name) and command is not None and (call.kind.personal or not command.changes_chat(""))

    def _offered(self, name: str) -> bool:
        command = named(self._commands, name)
        return command is not None and not command.hidden

    async def _run(self, command: Command, call: CommandCall) -> View:
        chat = await self._chat(call)
        asked = Asked(self._services, call, chat, self._services.clock.now(), self._commands)
        view = await command.run(asked)
        return await self._marked(view)

    async def _chat(self, call: CommandCall) -> Chat:
        """The chat as it stands, registered if it is new, with its title and direct-message channel kept up to date."""
        async with self._services.storage.read() as work:
            chat = await work.chats.find(call.chat)
        if chat is not None and _up_to_date(chat, call):
            return chat
        if call.passing:
            return _unregistered(call, self._services)
        defaults = _defaults(call, self._services.defaults)
        async with self._services.storage.write() as work:
            opened = await work.chats.open(call.chat, call.kind, call.chat_title, defaults, self._services.clock.now())
            chat = replace(
                opened,
                title=call.chat_title or opened.title,
                dm_channel=call.dm_channel or opened.dm_channel,
            )
            if chat != opened:
                await work.chats.save(chat)
            await work.commit()
        return chat

    async def _marked(self, view: View) -> View:
        """Headed *Sample* while the archive is the bundled one; once it is real it stays so."""
        if self._sample_is_gone or not view.blocks or SAMPLE in view.blocks:
            return view
        async with self._services.storage.read() as work:
            archive = await work.papers.archive()
        self._sample_is_gone = bool(archive.papers) and not archive.sample
        return replace(view, blocks=(SAMPLE, *view.blocks)) if archive.sample else view


def _sendable(call: CommandCall) -> CommandCall:
    """Without NUL and lone surrogates, which no platform takes back in an answer."""

    def kept(text: str) -> str:
        return text.replace("\x00", "").encode("utf-8", "ignore").decode()

    return replace(
        call,
        name=kept(call.name),
        argument=kept(call.argument).strip(),
        person_name=kept(call.person_name),
        chat_title=kept(call.chat_title),
    )


def mistake_view(mistake: UserMistake, call: CommandCall) -> View:
    """What was wrong, and what would work, to tap."""
    block = Mistake(mistake.sentence, mistake.text, mistake.place)
    if not mistake.suggestions:
        return View((block,), private=True)
    slash = "" if call.chat.platform is Platform.SLACK else "/"
    # Below the text with its place marked, so that it does not read as if that were what is suggested.
    question = [Line(say("Did you mean this?"))] if mistake.place else []
    return View((block, *question, suggested(mistake.suggestions, call.name or "search", slash)), private=True)


def _ours(call: CommandCall, problem: Exception) -> View:
    reference = secrets.token_hex(2)
    # What was typed stays out of the log: it may be anything, also a secret pasted into the wrong window. An error may
    # repeat it, so its kind and its way are written down, without its words.
    way = "".join(traceback.format_tb(problem.__traceback__))
    log.error("answering %s failed (ref %s): %s\n%s", call.name or "words", reference, type(problem).__name__, way)
    said = say("Something went wrong here (ref {reference}). Nothing you follow was changed.", reference=reference)
    return View((Line(said),), private=True)


def _allowed(call: CommandCall, defaults: ChatDefaults) -> bool:
    allowed = defaults.allowed_chats
    return not allowed or any(spelling in allowed for spelling in spellings(str(call.chat)))


def _not_open(call: CommandCall) -> View:
    chat = str(call.chat)
    said = say("This Paperboy serves only the chats its operator named. This one is <code>{chat}</code>.", chat=chat)
    return View((Line(said),), private=True)


def _papers_or_search(call: CommandCall) -> CommandCall:
    """A paper's id or address alone or amid words is its card, several are a list, anything else is a search."""
    if paper_id(call.argument):
        return replace(call, name="paper")
    linked = linked_papers(call.argument)
    if not linked:
        return replace(call, name="search", argument=sought(call.argument))
    return replace(call, name="paper" if len(linked) == 1 else "several", argument=" ".join(linked))


def _unregistered(call: CommandCall, services: Services) -> Chat:
    """A chat that is stored nowhere and follows nothing."""
    now, defaults = services.clock.now(), _defaults(call, services.defaults)
    settings = ChatSettings(hour=defaults.hour, zone=defaults.zone)
    return Chat(0, call.chat, call.kind, call.chat_title, settings, created_at=now, counting_from=now.date())


def _up_to_date(chat: Chat, call: CommandCall) -> bool:
    return call.chat_title in ("", chat.title) and call.dm_channel in ("", chat.dm_channel)


def _defaults(call: CommandCall, defaults: ChatDefaults) -> ChatDefaults:
    """A new chat of one person begins in that person's zone, where the platform tells it."""
    return replace(defaults, zone=call.zone_hint) if call.zone_hint and call.kind.personal else defaults
