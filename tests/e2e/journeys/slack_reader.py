"""In the conversation with the app, by the real libraries. Commands are typed behind ``/papers``, words as they are."""

from __future__ import annotations

from tests.fakes.slack import SlackMessage, SlackUser, rendered_blocks


class SlackReader:
    """Implements :class:`tests.e2e.journeys.reader.Reader`."""

    def __init__(self, person: SlackUser) -> None:
        self._person = person
        self._read: set[str] = set()

    async def ask(self, line: str) -> str:
        before = self._shown()
        if line.startswith("/"):
            await self._person.command(None, f"/papers {line[1:]}")
        else:
            await self._person.dm(line)
        return await self._answer_after(before)

    async def press(self, label: str) -> str:
        before = self._shown()
        for message in reversed(self._messages()):
            controls = rendered_blocks.controls(message.blocks, self._person.team.names)
            control = next((each for each in controls if each.label.startswith(label)), None)
            if control:
                await self._person.press(message, control.label, within=control.near)
                return await self._answer_after(before)
        raise AssertionError(f"no button {label!r}, only {[each.buttons for each in self._messages()]}")

    async def came(self) -> str:
        await self._person.slack.idle()
        return "\n".join(self._show(each) for each in self._messages() if each.ts not in self._read)

    def _messages(self) -> list[SlackMessage]:
        """What the app wrote, to everybody or to them alone, oldest first."""
        mine = [each for each in self._person.dms if each.user == self._person.team.bot_user]
        return sorted({each.ts: each for each in [*mine, *self._person.ephemeral()]}.values(), key=lambda each: each.ts)

    def _shown(self) -> dict[str, str]:
        """By their key, all that can change: messages and modals."""
        modals = {f"modal {number}": modal.shown for number, modal in enumerate(self._person.modals)}
        return {each.ts: _text(each) for each in self._messages()} | modals

    async def _answer_after(self, before: dict[str, str]) -> str:
        def changed() -> str:
            return next((key for key, shown in self._shown().items() if before.get(key) != shown), "")

        key = await self._person.slack.until(changed, "an answer")
        await self._person.slack.idle()
        self._read.add(key)
        return self._shown()[key]

    def _show(self, message: SlackMessage) -> str:
        self._read.add(message.ts)
        return _text(message)


def _text(message: SlackMessage) -> str:
    threads = [reply.shown for reply in message.replies]
    return "\n".join([message.shown, *threads])
