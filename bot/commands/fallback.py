"""Calls that can't be answered as they are: an unknown command, or too much of a message."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from bot.calls import CommandCall
from bot.commands.core.command import Command
from bot.commands.ui.buttons import truncate
from bot.errors import InputError
from bot.i18n import t
from bot.papers import parse_paper_id
from bot.ports import PlatformCapabilities

# What people type for something that has another name here.
_COMMAND_SYNONYMS = {
    "add": "subscribe",
    "cancel": "unsubscribe",
    "delete": "unsubscribe",
    "hello": "start",
    "list": "topics",
    "menu": "help",
    "now": "digest",
    "remove": "unsubscribe",
    "stop": "unsubscribe",
    "time": "when",
}


def _phrase_pattern(verb: str) -> re.Pattern[str]:
    return re.compile(rf"(?:please )?{verb} (.+)", re.IGNORECASE)


# What nobody would search for: *unsubscribe from diffusion*, *subscribe to LLM agents*, *stop following clustering*.
_COMMAND_PHRASES = (
    (_phrase_pattern(r"(?:unsubscribe|unfollow|stop following|stop sending(?: me)?)(?: me)?(?: from)?"), "unsubscribe"),
    (_phrase_pattern(r"subscribe(?: me)?(?: to)?"), "subscribe"),
)
# Names of commands that nobody begins a search or a title with.
_SPELT_COMMANDS = frozenset({"export", "forget", "missed", "mute", "mydata", "pause", "resume", "saved", "settings",
                             "status", "subscribe", "unmute", "unsave", "unsubscribe"})  # fmt: skip
MAX_SPELT_WORDS = 5
# How a search begins in whole sentences: *papers about diffusion*, *I'm interested in protein folding*.
_FILLER = re.compile(
    r"(?:(?:please )?(?:show|find|give|get)(?: me)?|i want(?: to (?:read|see))?|i(?:['’]m| am) looking for|are there)?"
    r"(?: ?(?:the|some|any|new|all))* ?papers? (?:about|on) "
    r"|i(?:['’]m| am) interested in |what about |tell me about |anything (?:about|on) ",
    re.IGNORECASE,
)
MAX_SHOWN_LENGTH = 40


def parse_phrase(text: str) -> tuple[str, str] | None:
    """The command and its argument in a plain sentence that follows or stops a topic; None for any other."""
    for pattern, command in _COMMAND_PHRASES:
        if found := pattern.fullmatch(" ".join(text.split()).rstrip(".!")):
            return command, found[1]
    return None


def is_spelt_command(name: str, argument: str) -> bool:
    """Whether plain words are a command that only lacks its slash: by a name that no title begins with, or with a
    paper behind it (*why 2608.01234*)."""
    if parse_paper_id(argument.partition(" ")[0]):
        return name not in ("paper", "search")
    return name in _SPELT_COMMANDS and len(argument.split()) <= MAX_SPELT_WORDS and ": " not in argument


def strip_filler(text: str) -> str:
    """What a plain sentence asks for, without its polite beginning and its question mark."""
    words = " ".join(text.split())
    opening = _FILLER.match(words)
    return words[opening.end() :].rstrip(" ?.!") or text if opening else text


def unknown_command_error(
    call: CommandCall, commands: Sequence[Command], capabilities: PlatformCapabilities
) -> InputError:
    """The answer to a command there isn't, with the nearest ones, each with what was asked of it; where commands need
    no slash the words may be a search as well."""
    typed = truncate(call.name, MAX_SHOWN_LENGTH)
    near = _nearest_commands(call.name, commands)
    prefix = capabilities.phrases.usage_prefix
    search = (f"search {call.name} {call.argument}".strip(),) if capabilities.bare_commands else ()
    if not near:
        return InputError(t("I don’t know <code>{typed}</code>.", typed=prefix + typed), suggestions=(*search, "help"))
    sentence = t(
        "I don’t know <code>{typed}</code>. Did you mean <code>{near}</code>?",
        typed=prefix + typed,
        near=prefix + near[0],
    )
    meant = tuple(f"{name} {call.argument}".strip() for name in near)
    return InputError(sentence, input=typed, suggestions=(*meant, *search))


def _nearest_commands(name: str, commands: Sequence[Command]) -> list[str]:
    if name in _COMMAND_SYNONYMS:
        return [_COMMAND_SYNONYMS[name]]
    names = [each for command in commands if not command.hidden for each in command.names]
    return difflib.get_close_matches(name, names, n=1, cutoff=0.6)


def too_long_error(most: int) -> InputError:
    """The answer to a message that no topic or search needs."""
    return InputError(
        t("That is too long for me: at most {n} characters. A few words find more.", n=most), suggestions=("help",)
    )
