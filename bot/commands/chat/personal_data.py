"""A person's own data: take everything along, erase everything."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.chats import Chat, Subscription
from bot.commands.chat.greetings import forget_welcome
from bot.commands.core.command import Asked, Command
from bot.commands.papers.export_formats import saved_rows
from bot.commands.ui.buttons import button, rows
from bot.deliveries import Edition
from bot.i18n import Sentence, say, say_n
from bot.topics.formatter import printed
from bot.views import Button, Document, Line, SmallPrint, View

CONFIRMED = "everything"
EDITIONS = 10_000


async def mydata(asked: Asked) -> View:
    """Everything stored about the person, and in a private chat about the chat, as one JSON file."""
    async with asked.services.storage.read() as work:
        data: dict[str, object] = {
            "person": _person(asked),
            "reading_list": saved_rows(await work.people.saved(asked.call.person)),
            "chats_set_up": [str(each) for each in await work.people.set_up(asked.call.person)],
        }
        if (managed := await work.people.managed(asked.call.person)) is not None:
            data["manages"] = {"chat": managed.chat, "title": managed.title}
        if asked.personal:
            topics = await work.topics.of_chat(asked.chat.id)
            data["chat"] = _chat(asked.chat, topics, await work.outbox.editions(asked.chat.id, EDITIONS))
    document = Document(
        "paperboy-my-data.json", "application/json", json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    )
    return View((Line(say("Everything I know about you, in one file.")), document, *_of_groups(asked)))


def _person(asked: Asked) -> dict[str, str]:
    person = asked.call.person
    return {"platform": str(person.platform), "workspace": person.workspace, "user": person.user}


def _chat(chat: Chat, topics: Sequence[Subscription], editions: Sequence[Edition]) -> dict[str, object]:
    settings = chat.settings
    return {
        "chat": str(chat.address),
        "since": chat.created_at.isoformat(),
        "status": str(chat.status),
        "settings": {
            "hour": f"{settings.hour:%H:%M}",
            "zone": settings.zone,
            "days": sorted(settings.days),
            "with_summary": settings.with_summary,
            "silent": settings.silent,
            "empty_note": str(settings.empty_note),
            "patience_minutes": settings.patience_minutes,
            "when_settled": settings.when_settled,
            "muted": list(settings.muted),
            "pictures": settings.pictures,
            "layout": str(settings.layout),
            "roundup": settings.roundup,
        },
        "topics": [{"topic": printed(each.topic), "since": each.added_on.isoformat()} for each in topics],
        "digests": [{"day": each.local_day.isoformat(), "papers": each.papers} for each in editions],
    }


def _of_groups(asked: Asked) -> list[SmallPrint]:
    if asked.personal:
        return []
    return [SmallPrint(say("The topics of this group belong to the group and are not in it."))]


async def forget(asked: Asked) -> View:
    """Asks once, then erases: the reading list, and in a private chat its topics, settings and digests."""
    if asked.argument.casefold() == CONFIRMED:
        return await _erase(asked)
    async with asked.services.storage.read() as work:
        kept = len(await work.people.saved(asked.call.person))
        topics = len(await work.topics.of_chat(asked.chat.id)) if asked.personal else 0
    erase = Button(say("Erase everything"), f"forget {CONFIRMED}", weight="danger")
    buttons = rows([erase, button(say("Keep it"), "status")], [button(say("Take it along first"), "mydata")])
    return View((Line(_what_goes(asked, kept, topics)), Line(say("This can’t be undone.")), buttons))


def _what_goes(asked: Asked, kept: int, topics: int) -> Sentence:
    papers = say_n("{n} saved paper", "{n} saved papers", kept)
    if asked.personal:
        return say(
            "Erase everything I know about you? {topics}, {papers}, your settings and what was sent to you.",
            topics=say_n("{n} topic", "{n} topics", topics),
            papers=papers,
        )
    return say(
        "Erase everything I know about you? {papers}. The topics of this group belong to the group and stay.",
        papers=papers,
    )


async def _erase(asked: Asked) -> View:
    async with asked.services.storage.write() as work:
        await work.people.erase(asked.call.person)
        await forget_welcome(work, asked)
        if asked.personal:
            await work.chats.erase(asked.chat.id)
        await work.commit()
    if not asked.personal:
        return View((Line(say("Your reading list is erased.")),), in_place=True)
    start = asked.typed("start")
    done = say("Everything is erased. Nothing comes any more; <code>{start}</code> begins anew.", start=start)
    return View((Line(done),), in_place=True)


COMMANDS = (
    Command("mydata", say("everything I know about you, as a file"), mydata, private=True),
    Command("forget", say("erase everything I know about you"), forget, private=True),
)
