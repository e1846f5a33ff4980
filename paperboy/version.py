"""Which Paperboy this is."""

from importlib.metadata import version

# What it is installed by; the package `paperboy` on the index is a stranger's.
DISTRIBUTION = "paperboy-digest"
VERSION = version(DISTRIBUTION)
