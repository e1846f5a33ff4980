"""What is set, in words: a line each, with a mark at what is as every new chat begins."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chats import Chat, ChatKind, ChatSettings, EmptyDigestPolicy, Layout, Look
from bot.commands.ui.dates import format_schedule
from bot.i18n import LazyText, t, tn


def setting_lines(chat: Chat, defaults: ChatSettings, *, pictures: bool, looks: bool) -> Iterator[LazyText]:
    """Every setting that means something in this chat; ``pictures``: whether its platform can show them, ``looks``:
    whether digests can be drawn in more than one way."""
    settings = chat.settings
    yield _mark_default(
        t("<b>When</b>: {rhythm}", rhythm=format_schedule(settings)),
        _schedule_values(settings) == _schedule_values(defaults),
    )
    layout = t("<b>Layout</b>: {layout}", layout=describe_layout(settings))
    yield _mark_default(layout, settings.summary_count == defaults.summary_count)
    if chat.kind is not ChatKind.CHANNEL:  # nobody hears a channel
        yield _sound_line(chat, defaults)
    yield _notes_line(chat, defaults)
    late = t("<b>When the list is late</b>: {patience}", patience=_describe_grace(settings.source_grace_minutes // 60))
    yield _mark_default(late, settings.source_grace_minutes == defaults.source_grace_minutes)
    if pictures:
        yield _mark_default(
            t("<b>Pictures</b>: {pictures}", pictures=_describe_pictures(settings)), not settings.pictures
        )
    if looks:
        rich = settings.look is Look.RICH
        said = t("one message to unfold, with buttons at each paper") if rich else t("text, which every app shows")
        yield _mark_default(t("<b>Look</b>: {look}", look=said), not rich)
    roundup = t("<b>At the end of the week</b>: {roundup}", roundup=_describe_roundup(settings))
    yield _mark_default(roundup, not settings.roundup)


def settings_summary(settings: ChatSettings) -> LazyText:
    """What matters most of it, where others read it too."""
    return t(
        "<b>Settings</b>: {rhythm} · {layout}",
        rhythm=format_schedule(settings),
        layout=describe_layout(settings, short=True),
    )


def describe_layout(settings: ChatSettings, *, short: bool = False) -> LazyText:
    """How much of the papers a digest shows."""
    match settings.layout:
        case Layout.TITLES:
            return t("titles only")
        case Layout.FULL:
            return t("all with summary")
    if short:
        return t("{n} with summary", n=settings.compact_summaries)
    return t("{n} papers with summary, the others as titles", n=settings.compact_summaries)


def _mark_default(line: LazyText, as_default: bool) -> LazyText:
    return t("{line} · <i>default</i>", line=line) if as_default else line


def _schedule_values(settings: ChatSettings) -> tuple[object, ...]:
    return settings.hour, settings.zone, settings.days, settings.wait_for_complete_list


def _sound_line(chat: Chat, defaults: ChatSettings) -> LazyText:
    if not chat.kind.personal:
        return t("<b>Sound</b>: never in a group")
    sound = t("off") if chat.settings.silent else t("on, but never between 22:00 and 08:00")
    return _mark_default(t("<b>Sound</b>: {sound}", sound=sound), chat.settings.silent == defaults.silent)


def _notes_line(chat: Chat, defaults: ChatSettings) -> LazyText:
    if not chat.kind.personal:
        if chat.kind is ChatKind.CHANNEL:
            return t("<b>When nothing comes</b>: silence, as always in a channel")
        return t("<b>When nothing comes</b>: silence, as always in a group")
    said = {
        EmptyDigestPolicy.NEVER: t("silence"),
        EmptyDigestPolicy.WEEKLY: t("a word on Fridays after a whole empty week"),
        EmptyDigestPolicy.DAILY: t("a word every day"),
    }
    note = said[chat.settings.empty_digest_policy]
    as_default = chat.settings.empty_digest_policy is defaults.empty_digest_policy
    return _mark_default(t("<b>When nothing comes</b>: {note}", note=note), as_default)


def _describe_grace(hours: int) -> LazyText:
    if not hours:
        return t("the digest goes without it")
    return tn("the digest waits up to an hour", "the digest waits up to {n} hours", hours)


def _describe_pictures(settings: ChatSettings) -> LazyText:
    return t("a large one with each digest") if settings.pictures else t("none")


def _describe_roundup(settings: ChatSettings) -> LazyText:
    return t("the best of the week once more") if settings.roundup else t("no roundup")
