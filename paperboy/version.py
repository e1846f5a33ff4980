"""Which Paperboy this is."""

from importlib.metadata import version

VERSION = version("paperboy")
