"""What is offered for a slip of the pen: a table of today's answers, whichever library compares the words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.local.capabilities import CAPABILITIES, LOCAL, LOCAL_CHAT
from bot.calls import CommandCall
from bot.chats import ChatKind, PersonAddress
from bot.commands.fallback import unknown_command_error
from bot.commands.queries.name_matching import nearest_name_variants
from bot.commands.queries.topic_input import parse_topic
from bot.commands.registry import COMMANDS
from bot.commands.settings.values import unknown_setting_error
from bot.commands.ui.timezones import parse_zone
from bot.errors import InputError
from bot.papers import Author
from bot.topics.ast import Field, FieldName
from tests.bot.factories import make_paper

AUTHORS = ("Yann LeCun", "Yoshua Bengio", "Geoffrey Hinton", "Fei-Fei Li", "Kaiming He", "Song Han")

TABLE = (
    ("command", "subscirbe", ("subscribe",)),
    ("command", "unsubscibe", ("unsubscribe",)),
    ("command", "serach", ("search",)),
    ("command", "setings", ("settings",)),
    ("command", "preveiw", ("help",)),
    ("command", "pasue", ("pause",)),
    ("command", "resum", ("resume",)),
    ("command", "digst", ("help",)),
    ("command", "topcs", ("topics",)),
    ("command", "helpp", ("help",)),
    ("command", "statsu", ("status",)),
    ("command", "exprot", ("export",)),
    ("command", "mutte", ("mute",)),
    ("command", "svae", ("save",)),
    ("command", "paprt", ("paper",)),
    ("command", "yesterdya", ("help",)),
    ("command", "wekly", ("week",)),
    ("command", "frobnicate", ("help",)),
    ("zone", "berlni", ("when Europe/Berlin",)),
    ("zone", "londn", ("when Europe/London",)),
    ("zone", "new yrok", ("when America/New_York",)),
    ("zone", "europe/berln", ("when Europe/Berlin", "when Europe/Dublin", "when Europe/Belfast")),
    ("zone", "tokio", ("when Asia/Tokyo",)),
    ("zone", "sao paolo", ("when America/Sao_Paulo",)),
    ("zone", "kolkatta", ("when Asia/Kolkata",)),
    ("zone", "sidney", ("when Australia/Sydney",)),
    ("zone", "mumbay", ("when Asia/Kolkata",)),
    ("zone", "parsi", ("when Europe/Paris",)),
    ("zone", "america/new_yrok", ("when America/New_York", "when America/Nuuk", "when America/Nome")),
    ("zone", "xyzzy", ()),
    ("topic", "auther:lee", ("subscribe author:lee", "subscribe auther lee")),
    ("topic", "orgg:google", ("subscribe org:google", "subscribe orgg google")),
    ("topic", "hass:code", ("subscribe has:code", "subscribe hass code")),
    ("topic", "has:cod", ("subscribe has:code",)),
    ("topic", "has:projct", ("subscribe has:project",)),
    ("topic", "match:strct", ("subscribe diffusion match:strict",)),
    ("topic", "match:wid", ("subscribe diffusion match:wide",)),
    ("topic", "source:arxv", ("subscribe source:arxiv",)),
    ("topic", "source:hugging", ("subscribe source:huggingface",)),
    ("topic", "lab:google", ("subscribe lab google",)),
    ("topic", "foo:bar", ("subscribe foo bar",)),
    ("topic", "levle:strict", ("subscribe levle strict",)),
    ("setting", "layuot", ("settings layout titles",)),
    ("setting", "summries", ("settings summaries 3",)),
    ("setting", "pictues", ("settings pictures on",)),
    ("setting", "dayz", ("settings days",)),
    ("setting", "tme", ("settings notes never",)),
    ("setting", "zoen", ("settings zone",)),
    ("setting", "lenght", ("settings",)),
    ("setting", "empy", ("settings",)),
    ("setting", "patiance", ("settings patience 0h",)),
    ("setting", "xyzzy", ("settings",)),
    ("author", "Yan LeCun", ("Yann LeCun",)),
    ("author", "Yosha Bengio", ("Yoshua Bengio",)),
    ("author", "Geofrey Hinton", ("Geoffrey Hinton",)),
    ("author", "Fei Fei Lee", ("Fei-Fei Li",)),
    ("author", "Kaming He", ("Kaiming He",)),
    ("author", "Son Han", ("Song Han",)),
    ("author", "Nobody Known", ()),
)


def suggestions(kind: str, typed: str) -> tuple[str, ...]:
    match kind:
        case "command":
            person = PersonAddress(LOCAL, "", "1")
            call = CommandCall(typed, "", LOCAL_CHAT, ChatKind.PRIVATE, person)
            return unknown_command_error(call, COMMANDS, CAPABILITIES).suggestions
        case "setting":
            return unknown_setting_error(typed, typed).suggestions
        case "author":
            papers = [replace(make_paper(n), authors=(Author(name),)) for n, name in enumerate(AUTHORS)]
            near = nearest_name_variants(Field(FieldName.AUTHOR, typed), papers)
            return tuple(each.topic.expression.value for each in near if isinstance(each.topic.expression, Field))
    with pytest.raises(InputError) as mistake:
        parse_zone(typed) if kind == "zone" else parse_topic(typed, "subscribe")
    return mistake.value.suggestions


@pytest.mark.parametrize(("kind", "typed", "offered"), TABLE)
def test_a_slip_gets_the_suggestions_it_always_got(kind: str, typed: str, offered: tuple[str, ...]) -> None:
    assert suggestions(kind, typed) == offered
