"""A person's own data: take everything along, erase everything."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.chats import Chat, ChatKind, Subscription
from bot.commands.chat.greetings import forget_welcome
from bot.commands.core.command import Command, CommandContext
from bot.commands.papers.export_formats import reading_list_rows
from bot.commands.ui.buttons import button, button_rows
from bot.deliveries import Edition
from bot.i18n import LazyText, t, tn
from bot.topics.formatter import format_topic
from bot.views import Button, Document, Footer, TextBlock, View

CONFIRMATION = "everything"
MAX_DIGESTS = 10_000
MAX_MESSAGES = 100_000


async def mydata(context: CommandContext) -> View:
    """Everything stored about the person, and in a private chat about the chat, as one JSON file."""
    async with context.services.storage.read() as work:
        owned = await work.persons.owned_chats(context.call.person)
        data: dict[str, object] = {
            "person": _person_data(context),
            "reading_list": reading_list_rows(await work.persons.saved_papers(context.call.person)),
            "chats_set_up": [context.services.capabilities_of(each.platform).address_text(each) for each in owned],
        }
        added = await work.persons.topics_added(context.call.person, context.call.person_name)
        data["topics_added"] = [{"topic": topic, "since": day.isoformat()} for topic, day in added]
        if (managed := await work.persons.managed_chat(context.call.person)) is not None:
            data["manages"] = {"chat": managed.chat, "title": managed.title}
        if context.personal:
            topics = await work.subscriptions.of_chat(context.chat.id)
            editions = await work.outbox.editions(context.chat.id, MAX_DIGESTS)
            address = context.capabilities.address_text(context.chat.address)
            sent = await work.outbox.all_sent_papers(context.chat.id)
            endpoints = await work.endpoints.owned_by(context.chat.id)
            feed_since = await work.chat_feeds.opened_at(context.chat.id)
            data["chat"] = {
                "chat": address,
                **_chat_data(context.chat, topics, editions),
                "papers_sent": [{"id": paper, "day": day.isoformat()} for paper, day in sent.items()],
                "feed": {"since": feed_since.isoformat()} if feed_since else None,
                "endpoints": [{"url": each.url, "since": each.created_at.isoformat()} for each in endpoints],
            }
            if context.capabilities.keeps_conversation:
                said = await work.conversation.latest_messages(MAX_MESSAGES)
                data["said"] = [{"at": each.at.isoformat(), "text": each.typed} for each in said if each.typed]
    document = Document(
        "paperboy-my-data.json", "application/json", json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    )
    return View((TextBlock(t("Everything I know about you, in one file.")), document, *_group_note(context)))


def _person_data(context: CommandContext) -> dict[str, str]:
    person = context.call.person
    return {"platform": str(person.platform), "workspace": person.workspace, "user": person.user}


def _chat_data(chat: Chat, topics: Sequence[Subscription], editions: Sequence[Edition]) -> dict[str, object]:
    settings = chat.settings
    return {
        "since": chat.created_at.isoformat(),
        "status": str(chat.status),
        "settings": {
            "hour": f"{settings.hour:%H:%M}",
            "zone": settings.zone,
            "days": sorted(settings.days),
            "with_summary": settings.compact_summaries,
            "silent": settings.silent,
            "empty_note": str(settings.empty_digest_policy),
            "patience_minutes": settings.source_grace_minutes,
            "when_settled": settings.wait_for_complete_list,
            "muted": list(settings.muted),
            "pictures": settings.pictures,
            "layout": str(settings.layout),
            "roundup": settings.roundup,
            "look": str(settings.look),
        },
        "topics": [{"topic": format_topic(each.topic), "since": each.added_on.isoformat()} for each in topics],
        "digests": [{"day": each.local_day.isoformat(), "papers": each.paper_count} for each in editions],
    }


def _group_note(context: CommandContext) -> list[Footer]:
    if context.personal:
        return []
    if context.chat.kind is ChatKind.CHANNEL:
        return [Footer(t("The topics of this channel belong to the channel and are not in it."))]
    return [Footer(t("The topics of this group belong to the group and are not in it."))]


async def forget(context: CommandContext) -> View:
    """Asks once, then erases: the reading list, and in a private chat its topics, settings and digests."""
    if context.argument.casefold() == CONFIRMATION:
        return await _erase(context)
    async with context.services.storage.read() as work:
        kept = len(await work.persons.saved_papers(context.call.person))
        topics = len(await work.subscriptions.of_chat(context.chat.id)) if context.personal else 0
    erase = Button(t("Erase everything"), f"forget {CONFIRMATION}", style="danger")
    buttons = button_rows([erase, button(t("Keep it"), "status")], [button(t("Take it along first"), "mydata")])
    return View((TextBlock(_confirm_question(context, kept, topics)), TextBlock(t("This can’t be undone.")), buttons))


def _confirm_question(context: CommandContext, kept: int, topics: int) -> LazyText:
    papers = tn("{n} saved paper", "{n} saved papers", kept)
    if context.personal:
        return t(
            "Erase everything I know about you? {topics}, {papers}, your settings and what was sent to you.",
            topics=tn("{n} topic", "{n} topics", topics),
            papers=papers,
        )
    if context.chat.kind is ChatKind.CHANNEL:
        return t(
            "Erase everything I know about you? {papers}. The topics of this channel belong to the channel and stay.",
            papers=papers,
        )
    return t(
        "Erase everything I know about you? {papers}. The topics of this group belong to the group and stay.",
        papers=papers,
    )


async def _erase(context: CommandContext) -> View:
    async with context.services.storage.write() as work:
        await work.persons.erase(context.call.person, context.call.person_name)
        await forget_welcome(work, context)
        if context.personal:
            for endpoint in await work.endpoints.owned_by(context.chat.id):
                await work.chats.erase(endpoint.chat_id)
            await work.chats.erase(context.chat.id)
            if context.capabilities.keeps_conversation:
                await work.conversation.erase()
        await work.commit()
    if not context.personal:
        return View((TextBlock(t("Your reading list is erased.")),), replaces_message=True)
    start = context.usage("start")
    done = t("Everything is erased. Nothing comes any more; <code>{start}</code> begins anew.", start=start)
    return View((TextBlock(done),), replaces_message=True)


COMMANDS = (
    Command("mydata", t("everything I know about you, as a file"), mydata, private=True),
    Command("forget", t("erase everything I know about you"), forget, private=True),
)
