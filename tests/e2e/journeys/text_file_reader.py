"""At a platform that the core has never heard of."""

from __future__ import annotations

from tests.fakes.text_file_platform import TextFilePlatform


class TextFileReader:
    """Implements :class:`tests.e2e.journeys.reader.Reader`."""

    def __init__(self, platform: TextFilePlatform) -> None:
        self._platform = platform
        self._read = 0

    async def ask(self, line: str) -> str:
        answer = await self._platform.type(line)
        await self.came()
        return answer

    async def press(self, label: str) -> str:
        return await self.ask(f"[{label}")

    async def came(self) -> str:
        text = self._platform.file.read_text()
        new, self._read = text[self._read :], len(text)
        return new
