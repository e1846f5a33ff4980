"""From a call to a view, whatever happens in between."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.calls import NO_COMMAND, AskedFrom, CommandCall, split_command
from bot.chats import Chat, ChatAddress, ChatDefaults
from bot.commands.answer_marks import mark_partial, shows_papers
from bot.commands.chat.permissions import may_change
from bot.commands.core.command import Command, CommandContext, find_command, find_typed_command
from bot.commands.core.last_answers import LastAnswers
from bot.commands.core.services import Services
from bot.commands.fallback import (
    is_spelt_command,
    parse_phrase,
    strip_filler,
    too_long_error,
    unknown_command_error,
)
from bot.commands.intents.intent import Certainty, Intent, IntentKnowledge
from bot.commands.intents.offers import offers_view, read_as_block, reading_buttons
from bot.commands.intents.understanding import as_typed, understand
from bot.commands.registry import COMMANDS
from bot.commands.ui.buttons import suggestion_buttons
from bot.commands.ui.group_replies import admins_only_view
from bot.decisions.step_budget import StepBudget
from bot.due import resume_chat
from bot.errors import InputError, UnavailableReason
from bot.fair_turns import FairTurns
from bot.i18n import t
from bot.papers import linked_paper_ids, parse_paper_id
from bot.ports import PlatformCapabilities, PlatformPhrases
from bot.rendering.notes import sample_notice
from bot.topics.formatter import format_short
from bot.views import InputErrorBlock, TextBlock, View

MAX_ARGUMENT_LENGTH = 4000
# Slack's one slash command; the local chat understands it, too.
SLASH_COMMAND = "papers"

log = logging.getLogger(__name__)


class CommandDispatcher:
    """Answers calls; never raises, whatever a command does.

    An input error becomes a kind answer, an internal error a reference to the log; both change nothing. A chat is
    registered when it first asks something.

    A chat is given one answer at a time, its people in turn: however much one asks, others share the processor with one
    question of it, whichever platform the questions came in by.
    """

    def __init__(self, services: Services, commands: Sequence[Command] = COMMANDS) -> None:
        self._services = services
        self._commands = tuple(commands)
        self._last_answers = LastAnswers()
        self._archive_is_real = False
        self._turns: WeakValueDictionary[ChatAddress, FairTurns] = WeakValueDictionary()

    async def __call__(self, call: CommandCall) -> View:
        """The answer, in the language of the call."""
        turns = self._turns.setdefault(call.chat, FairTurns())
        async with turns.turn_of(call.person):
            view = await self._answer_or_apologise(call)
            self._last_answers.note(call, view, self._services.clock.now())
            self._services.last_lists.note(call, view, self._services.clock.now())
        return replace(view, language=call.language)

    async def _answer_or_apologise(self, call: CommandCall) -> View:
        try:
            return await self._answer(call)
        except InputError as mistake:
            return input_error_view(mistake, call, self._capabilities(call).phrases)
        except Exception as problem:
            return _internal_error(call, problem)

    def _capabilities(self, call: CommandCall) -> PlatformCapabilities:
        return self._services.capabilities_of(call.chat.platform)

    async def _answer(self, call: CommandCall) -> View:
        if not _is_allowed_chat(call, self._services):
            return _closed_chat_view(self._capabilities(call).address_text(call.chat))
        if len(call.argument) > MAX_ARGUMENT_LENGTH:
            raise too_long_error(MAX_ARGUMENT_LENGTH)
        call = self._last_answers.as_pressed(_without_unsendable(call), self._services.clock.now())
        if (intent := await self._understand(call)) is not None:
            return await self._answer_intent(call, intent)
        return await self._answer_command(self._interpret(call))

    async def _answer_command(self, call: CommandCall) -> View:
        command = find_typed_command(self._commands, call.name)
        if command is None:
            raise unknown_command_error(call, self._commands, self._capabilities(call))
        if call.name.lower() not in command.names:
            call = replace(call, name=command.name)
        if command.changes_chat(call.argument) and not await may_change(call, self._services):
            return admins_only_view(call, self._capabilities(call))
        view = await self._run(command, call)
        if command.name != "undo" and command.changes_chat(call.argument):
            self._services.recent_changes.note(call, view, self._services.clock.now())
        return replace(view, private=view.private or (command.private and not call.kind.personal))

    async def _understand(self, call: CommandCall) -> Intent | None:
        """What plain words mean; None for a command, and for words that are a search or a paper."""
        if call.name != NO_COMMAND or not call.argument:
            return None
        knowledge = IntentKnowledge(
            self._services.clock.now().date(), self._services.catalogue, await self._followed_topics(call)
        )
        intent = as_typed(call.argument, understand(call.argument, knowledge))
        typed = find_command(self._commands, split_command(call.argument)[0])
        if (
            intent is not None
            and " " in call.argument
            and not call.kind.personal
            and intent.commands == (call.argument,)
        ):
            return None  # said as a command: who may is looked up
        if intent is None or typed is None or typed.hidden or not self._capabilities(call).bare_commands:
            return intent
        # A command that needs no slash is taken at its word, unless the sentence says the same more politely.
        same = find_command(self._commands, split_command(intent.commands[0])[0]) is typed
        return intent if same and intent.certainty is Certainty.SURE else None

    async def _followed_topics(self, call: CommandCall) -> tuple[str, ...]:
        async with self._services.storage.read() as work:
            chat = await work.chats.find(call.chat)
            subscriptions = await work.subscriptions.of_chat(chat.id) if chat else []
        return tuple(format_short(each.topic) for each in subscriptions)

    async def _answer_intent(self, call: CommandCall, intent: Intent) -> View:
        """What is sure is done; what is likely, or changes something where not everybody may, is offered: a person's
        right is looked up for commands alone, so the button asks for it."""
        commands = [replace(call, name=name, argument=rest) for name, rest in map(split_command, intent.commands)]
        if intent.certainty is Certainty.LIKELY or not (call.kind.personal or not any(map(self._changes, commands))):
            return offers_view(call.argument, intent.commands)
        views = [await self._answer_command(each) for each in commands]
        blocks = [block for view in views for block in view.blocks]
        if intent.reading:
            blocks = [read_as_block(intent.reading), *blocks, reading_buttons(call.argument, intent.commands[0])]
        return replace(views[0], blocks=tuple(blocks), private=any(view.private for view in views))

    def _changes(self, call: CommandCall) -> bool:
        command = find_command(self._commands, call.name)
        return command is not None and command.changes_chat(call.argument)

    def _interpret(self, call: CommandCall) -> CommandCall:
        """Words that the everyday grammar left: a search, a paper's id or address its card, a bare command what it
        says; on some platforms no command needs a slash."""
        if call.name == SLASH_COMMAND:
            name, argument = split_command(call.argument or "help")
            return replace(call, name=name, argument=argument)
        if call.name != NO_COMMAND:
            return call
        # Only where everybody may change: elsewhere a person's right is looked up for commands alone.
        if call.kind.personal and (following := parse_phrase(call.argument)):
            return replace(call, name=following[0], argument=following[1])
        name, argument = split_command(call.argument)
        if self._capabilities(call).bare_commands and self._is_offered(name):
            return replace(call, name=name, argument=argument)
        if not call.argument:
            return replace(call, name="start")
        if not argument and self._is_bare_command(call, name):
            return replace(call, name=name, argument="")
        if self._is_offered(name) and (call.kind.personal or argument) and is_spelt_command(name, argument):
            return replace(call, name=name, argument=argument)
        return _route_free_text(call)

    def _is_bare_command(self, call: CommandCall, name: str) -> bool:
        """Whether it is a command that needs no slash: where others are, one that changes nothing, as above."""
        command = find_command(self._commands, name)
        return self._is_offered(name) and command is not None and (call.kind.personal or not command.changes_chat(""))

    def _is_offered(self, name: str) -> bool:
        command = find_command(self._commands, name)
        return command is not None and not command.hidden

    async def _run(self, command: Command, call: CommandCall) -> View:
        chat = await self._load_chat(call)
        budget = StepBudget(self._services.steps_per_answer)
        context = CommandContext(self._services, call, chat, self._services.clock.now(), self._commands, budget=budget)
        view = await command.run(context)
        return await self._mark_sample(mark_partial(view, context.budget))

    async def _load_chat(self, call: CommandCall) -> Chat:
        """The chat as it stands, registered if it is new, with its title and direct-message channel kept up to date."""
        async with self._services.storage.read() as work:
            chat = await work.chats.find(call.chat)
        if chat is not None and chat.pause_reason == UnavailableReason.MOVED and call.asked_from is AskedFrom.CHAT:
            chat = await self._resume_moved(chat)
        if chat is not None and _is_chat_current(chat, call):
            return chat
        if call.asked_from is AskedFrom.ELSEWHERE:
            return _unregistered_chat(call, self._services)
        defaults = _defaults_for(call, self._services)
        async with self._services.storage.write() as work:
            opened = await work.chats.get_or_create(
                call.chat, call.kind, call.chat_title, defaults, self._services.clock.now()
            )
            chat = replace(
                opened,
                title=call.chat_title or opened.title,
                dm_channel=call.dm_channel or opened.dm_channel,
            )
            if chat != opened:
                await work.chats.save(chat)
            await work.commit()
        return chat

    async def _resume_moved(self, chat: Chat) -> Chat:
        """A word from there shows that the new bot may write there."""
        async with self._services.storage.write() as work:
            follows = bool(await work.subscriptions.of_chat(chat.id))
            resumed = resume_chat(chat, self._services.clock.now(), follows=follows)
            await work.chats.save(resumed)
            await work.commit()
        return resumed

    async def _mark_sample(self, view: View) -> View:
        """Papers are headed *Sample* while the archive is the bundled one; once it is real it stays so."""
        if self._archive_is_real or not shows_papers(view) or sample_notice() in view.blocks:
            return view
        async with self._services.storage.read() as work:
            archive = await work.papers.archive_extent()
        self._archive_is_real = bool(archive.paper_count) and not archive.sample
        return replace(view, blocks=(sample_notice(), *view.blocks)) if archive.sample else view


def _without_unsendable(call: CommandCall) -> CommandCall:
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


def input_error_view(mistake: InputError, call: CommandCall, phrases: PlatformPhrases) -> View:
    """What was wrong, and what would work, to tap."""
    block = InputErrorBlock(mistake.message, mistake.input, mistake.span)
    if not mistake.suggestions:
        return View((block,), private=True)
    # Below the text with its place marked, so that it does not read as if that were what is suggested.
    question = [TextBlock(t("Did you mean this?"))] if mistake.span else []
    return View(
        (block, *question, suggestion_buttons(mistake.suggestions, call.name or "search", phrases.suggestion_prefix)),
        private=True,
    )


def _internal_error(call: CommandCall, problem: Exception) -> View:
    reference = secrets.token_hex(2)
    # What was typed stays out of the log: it may be anything, also a secret pasted into the wrong window. An error may
    # repeat it, so its kind and its way are written down, without its words.
    way = "".join(traceback.format_tb(problem.__traceback__))
    log.error("answering %s failed (ref %s): %s\n%s", call.name or "words", reference, type(problem).__name__, way)
    said = t("Something went wrong here (ref {reference}). Nothing you follow was changed.", reference=reference)
    return View((TextBlock(said),), private=True)


def _is_allowed_chat(call: CommandCall, services: Services) -> bool:
    allowed = services.defaults.allowed_chats
    return not allowed or not allowed.isdisjoint(services.capabilities_of(call.chat.platform).spell_address(call.chat))


def _closed_chat_view(address: str) -> View:
    chat = address
    said = t("This Paperboy serves only the chats its operator named. This one is <code>{chat}</code>.", chat=chat)
    return View((TextBlock(said),), private=True)


def _route_free_text(call: CommandCall) -> CommandCall:
    """A paper's id or address alone or amid words is its card, several are a list, anything else is a search."""
    if parse_paper_id(call.argument):
        return replace(call, name="paper")
    linked = linked_paper_ids(call.argument)
    if not linked:
        return replace(call, name="search", argument=strip_filler(call.argument))
    return replace(call, name="paper" if len(linked) == 1 else "several", argument=" ".join(linked))


def _unregistered_chat(call: CommandCall, services: Services) -> Chat:
    """A chat that is stored nowhere and follows nothing."""
    now, defaults = services.clock.now(), _defaults_for(call, services)
    settings = defaults.settings(call.kind)
    return Chat(0, call.chat, call.kind, call.chat_title, settings, created_at=now, eligible_from=now.date())


def _is_chat_current(chat: Chat, call: CommandCall) -> bool:
    return call.chat_title in ("", chat.title) and call.dm_channel in ("", chat.dm_channel)


def _defaults_for(call: CommandCall, services: Services) -> ChatDefaults:
    """A new chat of one person begins in that person's zone, where the platform tells it."""
    defaults = services.defaults_on(call.chat.platform)
    return replace(defaults, zone=call.zone_hint) if call.zone_hint and call.kind.personal else defaults
