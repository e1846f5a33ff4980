"""Mail servers on this machine: a scripted one for every fault, and an inbox."""

from tests.fakes.smtp.inbox import MailInbox
from tests.fakes.smtp.scripted_server import ScriptedSmtpServer

__all__ = ["MailInbox", "ScriptedSmtpServer"]
