"""Mail as a platform: digests go out by SMTP; people answer by the pages that the links in a mail lead to."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from starlette.routing import BaseRoute, Route

from adapters.email.addresses import MailAddress, Sender, WrongAddress, parse_address
from adapters.email.capabilities import CAPABILITIES, EMAIL
from adapters.email.client.connection_pool import SmtpConnectionPool
from adapters.email.client.server_url import SmtpServer
from adapters.email.events.events_endpoint import EventsEndpoint
from adapters.email.link_changes import LinkChanges
from adapters.email.links import ChatLinks, LinkPurpose
from adapters.email.mailer import Mailer
from adapters.email.message.dkim_signature import DkimSigner
from adapters.email.message.mail_message import MailHead
from adapters.email.pages.chat_pages import ChatPages
from adapters.email.pages.paper_page import PaperPage
from adapters.email.pages.responses import guarded
from adapters.email.pages.subscribe_page import NO_ADDRESS, SENT_NOTE, SubscribePage
from adapters.email.rendering.mail_content import MailContent, MailLinks, digest_content
from adapters.email.subscribing.letters import fresh_link_letter
from adapters.email.subscribing.question_sender import QuestionSender
from adapters.email.subscribing.signups import Asker, Signups
from bot.calls import CommandCall
from bot.chats import Chat, ChatAddress, ChatDefaults, Layout, MessageRef
from bot.delivery.chat_lifecycle import ChatLifecycle
from bot.errors import DeliveryError, InputError
from bot.i18n import LazyText
from bot.ports import Clock, CommandHandler, LookupUnsupported, RateLimit, RateLimiter, SignupWish, Storage
from bot.views import Footer, View

log = logging.getLogger(__name__)

_PREVIEW_LINKS: Final = MailLinks(
    "https://paperboy.example/settings",
    "https://paperboy.example/unsubscribe",
    "https://paperboy.example/paper?id={}".format,
)


@dataclass(frozen=True, slots=True)
class EmailConfig:
    """What the operator set. ``address`` is where the web server is reached, without a slash at its end; ``rate`` is
    mails a second; ``return_path`` a mailbox or domain for bounces, '' for the sender's own; ``footer`` a line under
    every mail; ``events_secret`` lets a mail server report bounces and complaints, '' for none. ``confirm``: addresses
    are asked first. ``public``: the form is for everybody, not for this machine alone. ``defaults`` are those of a new
    chat."""

    server: SmtpServer
    sender: Sender
    address: str
    signer: DkimSigner | None = None
    rate: float = 10
    return_path: str = ""
    footer: str = ""
    events_secret: str = ""
    confirm: bool = True
    public: bool = False
    defaults: ChatDefaults = field(default_factory=ChatDefaults)


class EmailPlatform:
    """Implements :class:`paperboy.platforms.ConnectedPlatform`."""

    platform = EMAIL

    def __init__(
        self,
        config: EmailConfig,
        *,
        clock: Clock,
        storage: Storage,
        rate_limiter: RateLimiter,
        pool: SmtpConnectionPool | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._rate_limiter = rate_limiter
        self._links = ChatLinks(storage)
        self._mailer = Mailer(pool or SmtpConnectionPool(config.server, config.sender.domain), clock, config.signer)
        self._storage = storage
        self._changes = LinkChanges(storage, clock)
        self._signups = Signups(storage, clock, self._links, config.defaults)
        self._questions = QuestionSender(
            self._signups, self._mailer, clock, config.sender, config.address, return_path(config), config.footer
        )
        self._answer: CommandHandler | None = None
        self.capabilities = replace(CAPABILITIES, log_address=self._links.log_address)

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        """One mail to one address; nothing tells later whether a lost one arrived."""
        links, return_path = await self._addresses_for(chat)
        titles_only = chat.settings.layout is Layout.TITLES
        if changed := await self._changes.sentence(chat.id):
            view = replace(view, blocks=(*view.blocks, Footer(changed)))
        content = digest_content(view, links, self._config.footer, titles_only=titles_only)
        head = MailHead(
            self._config.sender,
            parse_address(chat.address.chat).delivered_to,
            key,
            self._clock.now(),
            unsubscribe=links.unsubscribe if links.unsubscribe.startswith("https://") else "",
            is_copy=view.possible_duplicate,
        )
        await self._mailer.send(head, content, return_path)
        return MessageRef(key)

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        """A mail that was sent stays as it is."""

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        return LookupUnsupported.UNSUPPORTED

    async def wait_turn(self, chat: ChatAddress) -> None:
        """Waits for the next mail's turn within ``MAIL_RATE``, which all processes share."""
        turn = await self._rate_limiter.reserve(RateLimit(EMAIL, 1 / self._config.rate))
        if turn.wait > 0:
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=turn.wait))

    async def _addresses_for(self, chat: Chat) -> tuple[MailLinks, str]:
        """The links in a chat's mail, and where its bounces go."""
        signer, link = await self._links.signer(), await self._links.link_of(chat.id)
        base = f"{self._config.address}/mail"

        def about(paper_id: str) -> str:
            return f"{base}/paper/{signer.token(LinkPurpose.PAPER, link, paper_id)}?id={paper_id}"

        links = MailLinks(
            f"{base}/settings/{signer.token(LinkPurpose.SETTINGS, link)}",
            f"{base}/unsubscribe/{signer.token(LinkPurpose.UNSUBSCRIBE, link)}",
            about,
        )
        bounce = base64.urlsafe_b64decode(signer.token(LinkPurpose.BOUNCE, link))
        return links, return_path(self._config, base64.b32encode(bounce).decode().rstrip("=").lower())

    # --- with people

    async def check_connection(self) -> str:
        return await self._mailer.check()

    def answer_pages_with(self, handler: CommandHandler) -> None:
        """Whichever process receives, the pages of each are answered."""
        self._answer = handler

    async def listen(self, handler: CommandHandler) -> None:
        """Asks those who signed up; what people do on the pages comes by the web server."""
        self._answer = handler
        await self._questions.run()

    def routes(self) -> Sequence[BaseRoute]:
        """``/subscribe`` and ``/mail/...``."""
        usual_hour, public = self._config.defaults.hour, self._config.public
        form = SubscribePage(self._take, self._links, self._clock, usual_hour, public=public)
        chats = ChatPages(
            self._storage,
            self._clock,
            self._links,
            self._signups,
            self._handle,
            self._send_fresh_link,
            self._changes,
        )
        paper = PaperPage(self._storage, chats, self._handle, self._send_answer)
        lifecycle = ChatLifecycle(self._storage, self._clock, self.capabilities)
        events = EventsEndpoint(self._config.events_secret, chats, lifecycle, self._handle)
        both = ["GET", "POST"]
        return [
            Route("/subscribe", guarded(form.answer), methods=both),
            Route("/mail/confirm/{token}", guarded(chats.confirm), methods=both),
            Route("/mail/unsubscribe/{token}", guarded(chats.unsubscribe, own_forms_only=False), methods=both),
            Route("/mail/settings/{token}", guarded(chats.settings), methods=both),
            Route("/mail/paper/{token}", guarded(paper.answer), methods=both),
            Route("/mail/events", events.answer, methods=["POST"]),
        ]

    # --- signing up

    async def request_signup(self, typed: str, wish: SignupWish, asked_by: ChatAddress, person: str) -> LazyText:
        """From another chat: implements :class:`bot.ports.AddressSignup`."""
        try:
            address = parse_address(typed)
        except WrongAddress:
            raise InputError(NO_ADDRESS, input=typed) from None
        await self._take(address, wish, Asker(person=f"{asked_by.platform} {person}", chat=str(asked_by)))
        return SENT_NOTE

    async def _take(self, address: MailAddress, wish: SignupWish, asker: Asker) -> None:
        if not self._config.confirm:
            await self._signups.fulfil(address, wish, self._handle)
        elif await self._signups.take(address, wish, asker):
            self._questions.wake()

    async def _handle(self, call: CommandCall) -> View:
        if self._answer is None:
            raise RuntimeError("nobody answers yet")
        return await self._answer(call)

    async def _send_fresh_link(self, chat: Chat, path: str) -> None:
        await self._send_letter(chat, fresh_link_letter(self._config.address + path, self._config.footer))

    async def _send_answer(self, chat: Chat, view: View) -> None:
        links, _ = await self._addresses_for(chat)
        await self._send_letter(chat, digest_content(view, links, self._config.footer))

    async def _send_letter(self, chat: Chat, letter: MailContent) -> None:
        """To the confirmed address only, a few times a day; what the server says to it nobody on the page learns."""
        if not await self._signups.may_mail_link(chat.id):
            return
        now = self._clock.now()
        head = MailHead(
            self._config.sender,
            parse_address(chat.address.chat).delivered_to,
            f"letter-{chat.id}-{now:%Y%m%d%H%M%S%f}",
            now,
            is_list=False,
        )
        try:
            await self._mailer.send(head, letter, return_path(self._config))
        except DeliveryError as problem:
            log.warning("a letter could not be sent: %s", problem.reason)

    async def close(self) -> None:
        await self._mailer.close()


def return_path(config: EmailConfig, token: str = "") -> str:
    """Where bounces go: an address of its own for each chat where there is room for them (VERP)."""
    if not config.return_path:
        return config.sender.address
    mailbox, at, domain = config.return_path.rpartition("@")
    local = mailbox if at else "bounce"
    return f"{local}+{token}@{domain}" if token else f"{local}@{domain}"


def preview_mail(views: Sequence[View]) -> str:
    """What would be sent, as the HTML part; a browser shows it."""
    return "\n".join(digest_content(view, _PREVIEW_LINKS, "").html for view in views)
