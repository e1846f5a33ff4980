"""The names that chats and persons have in the file, and back. A bot's own id is in none: another bot can take over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.chats import ChatAddress, PersonAddress, Platform
from bot.ports import PlatformCapabilities


class AddressBook:
    """``workspaces``: the workspaces of each platform that are known here, the one in use first."""

    def __init__(
        self,
        capabilities: Mapping[Platform, PlatformCapabilities],
        workspaces: Mapping[Platform, Iterable[str]],
    ) -> None:
        self._capabilities = capabilities
        self._workspaces = {platform: tuple(known) for platform, known in workspaces.items()}

    def chat_text(self, address: ChatAddress) -> str:
        """How the file names a chat."""
        return self._capabilities.get(address.platform, PlatformCapabilities()).address_text(address)

    def default_days(self, platform: Platform) -> frozenset[int]:
        """The weekdays (Monday 0) on which a new chat gets its digest."""
        return self._capabilities.get(platform, PlatformCapabilities()).default_days

    def person_text(self, person: PersonAddress) -> str:
        """How the file names a person: as the chat with them alone."""
        return self.chat_text(ChatAddress(person.platform, person.workspace, person.user))

    def find_chat(self, text: str) -> ChatAddress | str:
        """The chat that ``text`` names, or a sentence why there can be none."""
        name = text.partition(":")[0]
        platform = Platform(name)
        if platform not in self._capabilities:
            return f"There is no platform {name!r}; chats begin with {', '.join(sorted(self._capabilities))}."
        for address in self._possible(platform, text.partition(":")[2]):
            if self.chat_text(address) == text:
                return address
        if not self._workspaces.get(platform):
            return f"{text} has no home here yet: set the token of {name} first, or let Paperboy run with it once."
        return f"{text} is no chat of {name}."

    def find_person(self, text: str) -> PersonAddress | str:
        """The person that ``text`` names, or a sentence why there can be none."""
        found = self.find_chat(text)
        return found if isinstance(found, str) else PersonAddress(found.platform, found.workspace, found.chat)

    def _possible(self, platform: Platform, rest: str) -> Iterable[ChatAddress]:
        """Every way to read what stands after the platform."""
        parts = rest.split("/")
        for workspace in self._workspaces.get(platform, ()):
            if len(parts) == 1:
                yield ChatAddress(platform, workspace, rest or platform)
            elif len(parts) == 2:
                yield ChatAddress(platform, workspace, parts[0], parts[1])
        if len(parts) in (2, 3) and all(parts):
            yield ChatAddress(platform, *parts)
