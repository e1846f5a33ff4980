"""Every word that stands outside the process, as version 0.1 said it: on buttons, in links, in columns, as keys.

Messages, forms and rows keep these words for ever. A name in the code may change; a value here may not, and a new one
is written down here when it is first used. What the codec writes has a table of its own (``test_stored_types.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time
from enum import Enum
from importlib import import_module
from typing import Any, get_args, get_type_hints
from unittest.mock import MagicMock

import pytest
from pydantic import SecretStr

from adapters.arxiv.capabilities import ARXIV
from adapters.huggingface.capabilities import HUGGING_FACE
from adapters.local.capabilities import LOCAL
from adapters.slack.capabilities import SLACK
from adapters.slack.client import api
from adapters.slack.events import command_calls, stored_events, surface_events
from adapters.slack.events.stored_events import EventKind
from adapters.slack.install.manifest import manifest
from adapters.slack.rendering import answer_modal, buttons, setup_form
from adapters.slack.rendering.private_metadata import ThreadRef, build_metadata
from adapters.slack.rendering.splitting import SlackMessage
from adapters.slack.replies import question_modal
from adapters.telegram.capabilities import TELEGRAM
from adapters.telegram.handlers import remote_picker
from adapters.telegram.rendering import keyboard
from bot.chats import ChatKind, ChatStatus, EmptyDigestPolicy, Layout
from bot.commands.chat import greetings, permissions
from bot.commands.papers import link_unfurling
from bot.commands.registry import COMMANDS
from bot.deliveries import DeliveryKind, DeliveryState, EmptyReason
from bot.delivery import message_refresh, reconciler
from bot.errors import UnavailableReason
from bot.i18n import Translator, t
from bot.matching import Verdict
from bot.views import Button, Prompt, SetupForm
from paperboy.platforms import CAPABILITIES, PLATFORMS
from paperboy.settings import Settings
from storage import tables
from storage.repositories import conversation, papers
from tests.contracts.stored_values import PAPER

ENUMS: dict[type[Enum], set[str]] = {
    ChatKind: {"private", "group", "channel", "local"},
    ChatStatus: {"active", "paused"},
    EmptyDigestPolicy: {"never", "weekly", "daily"},
    Layout: {"titles", "compact", "full"},
    DeliveryState: {"pending", "sending", "sent", "failed", "uncertain", "expired"},
    DeliveryKind: {"digest", "note", "notice"},
    EmptyReason: {"weekend", "no list", "not listed yet", "source down", "nothing matched", "nothing new"},
    Verdict: {"yes", "no", "not yet"},
    UnavailableReason: {
        "blocked", "kicked", "deactivated", "deleted", "archived", "no right to post",
        "thread closed", "no mailbox", "not a member", "uninstalled", "moved", "endpoint gone", "endpoint failing",
    },
    EventKind: {
        "command", "mention", "direct", "press", "form", "shortcut", "home", "links", "invited", "installed", "gone",
        "back", "uninstalled",
    },
}  # fmt: skip

# What a button may be asked for, by any name: buttons of old messages begin with one of these words.
COMMAND_NAMES = """
    admin again areas between browse cards change commands date digest discuss done edit edition email export
    feed field find follow follow-anyway forget glance help here home language less link listed look lookup missed
    month more mute mydata overview page paper pasted pause pick preview propose remote restore resume save saved search
    set settings setup several share similar sorry start status subscribe thanks today top topics trending undo
    unfollow unfurl unmute unreadable-day unsave unsubscribe webhook week welcome when who why words
"""

TABLES = {
    "installation_key": "name value",
    "chat_feed": "token_hash chat_id created_at revoked_at",
    "chat_link": "chat_id public_id generation",
    "signup": "id platform address topics hour zone days token_hash created_at not_before sent_at confirmed_at",
    "quota_use": "id scope at",
    "chat": """
        id platform workspace chat thread kind title hour zone days with_summary silent empty_note
        patience_minutes when_settled muted pictures layout roundup look look_since created_at counting_from status
        paused_because paused_until next_digest_at last_local_day not_before dm_channel first_empty_told
        owner
    """,
    "endpoint": """
        chat_id owner_chat_id url secret previous_secret previous_until created_at failures failing_since
    """,
    "counter": "name value",
    "decision": "topic_id paper_id verdict reasons rule rose",
    "delivery": """
        id chat_id platform kind key part state content client_key created_at attempts not_before expires_at
        sending_at lease_until owner maybe_repeated receipt problem due_at
    """,
    "edition": "chat_id local_day planned_at papers empty delivery_id",
    "hold": "platform workspace until",
    "inbound_event": "platform event_id at body done",
    "lane": "name free_at slowness slow_until",
    "lease": "name owner until",
    "ledger": "chat_id paper_id local_day delivery_id",
    "listing": "paper_id source day",
    "paper": """
        id revision title abstract listed_on relisted_on published_on authors organization organization_full_name tldr
        keywords upvotes comments code_url code_stars project_url sources thumbnail_url sample changed_at
        text_changed_at
    """,
    "pause": "bot chat at until",
    "person": "id platform workspace user",
    "poll": "source day at rows new_rows problem",
    "remote": "platform workspace person chat kind title",
    "saved_paper": "person_id paper_id saved_at",
    "shelf": "token command at",
    "source": "name last_success_at failing_since retry_at problem",
    "subscription": "id chat_id topic_id added_on added_at added_by",
    "topic": "id digest text revision rule called_by called_rule",
    "utterance": "id at typed view key edited",
    "workspace_setting": "platform workspace name value",
}


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_the_text_of_enumerations_in_columns_and_bodies(kind: type[Enum]) -> None:
    assert {member.value for member in kind} == ENUMS[kind]


def test_the_words_that_buttons_begin_with() -> None:
    assert {name for command in COMMANDS for name in command.names} == set(COMMAND_NAMES.split())


def test_the_marks_on_buttons_and_in_links() -> None:
    assert (
        keyboard.STORED_CALLBACK_PREFIX,
        keyboard.LINK_COMMAND_PREFIX,
        keyboard.STORED_LINK_PREFIX,
        buttons.STORED_VALUE_PREFIX,
    ) == (
        "~",
        "c-",
        "s-",
        "=",
    )
    assert sorted(keyboard.PERSONAL_COMMANDS) == ["commands", "paper", "preview", "several", "similar"]
    assert (command_calls.SLASH, command_calls.SHARE_PREFIX) == ("/papers", "share-here ")
    assert (remote_picker.REMOTE, remote_picker.IN, remote_picker.OFF) == ("remote", "in", "off")


def _named(drawn: object) -> Iterator[tuple[str, str]]:
    """Each id and value in what is drawn for Slack."""
    if isinstance(drawn, dict):
        for key, value in drawn.items():
            if key in ("action_id", "block_id", "callback_id", "value"):
                yield key, str(value)
            yield from _named(value)
    elif isinstance(drawn, list | tuple):
        for each in drawn:
            yield from _named(each)


FORM = SetupForm(("diffusion",), time(9, 0), "Europe/Berlin", frozenset({0}), 5, (0, 3, 5))


def test_the_ids_of_the_form_that_sets_up_a_digest() -> None:
    metadata = build_metadata(ThreadRef("C1"))
    drawn = setup_form.render_form(FORM, "C1", [setup_form.Destination("C1", "news")], metadata, "en")
    assert set(_named(drawn)) == {
        ("callback_id", "setup"),
        *(("action_id", each) for each in ("topics", "where", "hour", "zone", "days", "summaries")),
        *(("block_id", each) for each in ("topics:C1:1", "preview", "where", "hour:C1", "zone:C1", "days:C1")),
        ("block_id", "summaries:C1"),
        *(("value", each) for each in ("me", "C1", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "0", "3", "5")),
    }


def test_the_ids_of_a_question_and_of_a_window() -> None:
    asked = question_modal.build_question_modal(Prompt(t("?"), "search"), ThreadRef("C1", "1.2"), "en")
    assert set(_named(asked)) == {("callback_id", "question"), ("action_id", "argument"), ("block_id", "argument")}
    assert json.loads(asked["private_metadata"]) == {"channel": "C1", "thread_ts": "1.2", "command": "search"}
    shown = answer_modal.build_modal([SlackMessage((), "shown", "shown")], ThreadRef("C1", "1.2"), "en")
    assert set(_named(shown)) == {("callback_id", "answer")}
    assert json.loads(shown["private_metadata"]) == {"channel": "C1", "thread_ts": "1.2"}


def test_the_ids_of_buttons_and_of_a_papers_menu() -> None:
    two = (Button(t("One"), "topics"), Button(t("Two"), "search"))
    (block,) = buttons.action_blocks([two], Translator(), ())
    assert list(_named(block.to_dict())) == [
        ("action_id", "b0"), ("value", "topics"), ("action_id", "b1"), ("value", "search"),
    ]  # fmt: skip
    menu = buttons.paper_menu(PAPER, Translator()).to_dict()
    assert list(_named(menu)) == [
        ("action_id", "paper"),
        *(("value", f"{each} {PAPER.id}") for each in ("paper", "save", "discuss", "why", "less")),
    ]


def test_what_slack_is_told_of_the_app() -> None:
    assert api.EVENT_TYPE == "paperboy_digest"
    assert [each["callback_id"] for each in manifest()["features"]["shortcuts"]] == ["setup", "find"]
    assert (surface_events.HOME, surface_events.MODAL) == ("home", "modal")


def test_the_bodies_of_slacks_events() -> None:
    assert {
        "way",
        "event_id",
        "channel",
        "user",
        "text",
        "message_ts",
        "thread_ts",
        "response_url",
        "trigger_id",
        "whispered",
        "reason",
        "surface",
        "view_id",
        "target",
        "team",
        "at",
    } == stored_events.KEYS


def test_the_platforms() -> None:
    assert set(CAPABILITIES) == {"telegram", "slack", "local", "email", "webhook"}


def test_the_keys_of_rows() -> None:
    assert (papers.REVISION_COUNTER, conversation.EDITS) == ("papers", "edits")
    assert (papers.CHECKPOINT_PREFIX, message_refresh.CONSUMER) == ("checkpoint:", "refreshed")
    assert (HUGGING_FACE, ARXIV) == ("huggingface", "arxiv")
    assert reconciler.RECONCILER_LEASE == "doubts"
    assert (permissions.WHO_SETTING, permissions.ADMINS) == ("who", "admins")
    assert (link_unfurling.UNFURL_SETTING, link_unfurling.UNFURL_OFF) == ("unfurl", "off")
    assert greetings.WELCOMED_KEY == "welcomed"


def test_the_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    run: Any = import_module("paperboy.cli.run")  # the package has a command of that name
    taken: list[str] = []
    monkeypatch.setattr(run, "_as_leader", lambda parts, supervisor, name, lease, do: taken.append(lease))
    parts, listening = MagicMock(), {TELEGRAM: MagicMock(), SLACK: MagicMock()}
    parts.settings = Settings(_env_file=None, telegram_bot_token=SecretStr("123456:TEST"))
    parts.platforms = {**listening, LOCAL: MagicMock()}
    parts.platform_table = PLATFORMS
    monkeypatch.setattr(run, "show_index_progress", MagicMock())
    run._background_services(parts, MagicMock())
    assert sorted(taken) == ["receive slack e3b0c44298fc", "receive telegram 123456", "schedule"]


def test_what_a_button_is_drawn_with_is_one_of_few_words() -> None:
    hints: dict[str, Any] = get_type_hints(Button)
    assert set(get_args(hints["style"])) == {"plain", "primary", "danger"}
    assert set(get_args(hints["target"])) == {"here", "private", "group", "share"}


def test_the_tables_and_their_columns() -> None:
    there = {f"{name}.{column.name}" for name, table in tables.METADATA.tables.items() for column in table.columns}
    assert there == {f"{name}.{column}" for name, columns in TABLES.items() for column in columns.split()}
