"""A command is a value: what it is called, what it says of itself, and the function that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.calls import AskedFrom, CommandCall
from bot.chats import Chat
from bot.commands.core.services import Services
from bot.decisions.on_the_fly import SearchBounds
from bot.decisions.step_budget import StepBudget
from bot.i18n import LazyText
from bot.ports import PlatformCapabilities
from bot.topics.words import STOP_WORDS
from bot.views import View


@dataclass(frozen=True, slots=True)
class CommandContext:
    """A call together with the chat it came from: all that a command needs to answer.

    ``now`` is UTC and stays the same for the whole answer. ``page`` counts from 1; commands that list turn their pages
    by it. ``commands`` is the table the call was found in, for help and for commands that run another one. ``budget``
    is what the whole answer may cost.
    """

    services: Services
    call: CommandCall
    chat: Chat
    now: datetime
    commands: tuple[Command, ...]
    page: int = 1
    budget: StepBudget = field(default_factory=StepBudget)

    @property
    def bounds(self) -> SearchBounds:
        """How far this answer looks: as far as a chat counts, all its parts on one budget."""
        return SearchBounds(self.budget)

    @property
    def argument(self) -> str:
        return self.call.argument

    @property
    def today(self) -> date:
        """Today as the lists count it: by UTC."""
        return self.now.date()

    @property
    def capabilities(self) -> PlatformCapabilities:
        """Those of the platform that the chat is on."""
        return self.services.capabilities_of(self.chat.address.platform)

    @property
    def personal(self) -> bool:
        return self.chat.kind.personal

    @property
    def compact(self) -> bool:
        """Whether others read the answer as well, so that one about settings is a line."""
        seen_by_all = not self.capabilities.private_replies and self.call.asked_from is not AskedFrom.OWN_CHAT
        return seen_by_all and not self.personal

    def usage(self, command: str) -> str:
        """How ``command`` is typed on this platform: ``/topics``, in Slack ``/papers topics``."""
        return self.capabilities.phrases.usage_prefix + command


MIN_BEGINNING = 2  # letters of a command's name

CommandFunction = Callable[[CommandContext], Awaitable[View]]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can ask for.

    ``argument`` is a hint in capitals for help and menus (``TOPIC``), '' where none is taken. ``changes``: it changes
    what the chat follows or when, so in groups only admins may; a function where that depends on the argument.
    ``menu``: listed in a platform's command menu. ``hidden``: only buttons use it, though it can be typed. ``private``:
    in a group only the person who asked needs to see the answer. ``needs`` is what a platform must be
    capable of; elsewhere the command is not offered, and says so. ``examples`` are whole commands without the slash,
    or a function where they name a source.
    """

    name: str
    summary: LazyText
    run: CommandFunction
    aliases: tuple[str, ...] = ()
    argument: str = ""
    examples: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    changes: bool | Callable[[str], bool] = False
    menu: bool = False
    hidden: bool = False
    private: bool = False
    needs: Callable[[PlatformCapabilities], bool] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    def is_offered(self, capabilities: PlatformCapabilities) -> bool:
        """Whether it means anything on a platform that is capable of this."""
        return self.needs is None or self.needs(capabilities)

    def example_lines(self) -> tuple[str, ...]:
        """Whole commands without the slash, as help shows them."""
        return self.examples() if callable(self.examples) else self.examples

    def changes_chat(self, argument: str) -> bool:
        """Whether asking for it with ``argument`` changes the chat, so that the person's right has to be known."""
        return self.changes(argument) if callable(self.changes) else self.changes


def has_argument(argument: str) -> bool:
    """For :attr:`Command.changes`: only with an argument does it change anything, without one it shows or asks."""
    return bool(argument)


def find_command(commands: tuple[Command, ...], name: str) -> Command | None:
    """The command called ``name`` (any case; an alias counts), or None."""
    name = name.lower()
    return next((command for command in commands if name in command.names), None)


def find_typed_command(commands: tuple[Command, ...], name: str) -> Command | None:
    """The same for a name that stands where only a command can: the beginning of a name counts too, where one command
    alone has it. Whoever looks up a person's right has to read the name so as well."""
    exact = find_command(commands, name)
    if exact is not None or len(name) < MIN_BEGINNING or name.lower() in STOP_WORDS:  # *for* is no *forget*
        return exact
    begun = [each for each in commands if not each.hidden and any(one.startswith(name.lower()) for one in each.names)]
    return begun[0] if len(begun) == 1 else None
