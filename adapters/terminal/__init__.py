"""The local chat in a terminal: the same conversation as the page, in another window."""

from adapters.terminal.chat import TerminalChat
from adapters.terminal.renderer import render_view

__all__ = ["TerminalChat", "render_view"]
