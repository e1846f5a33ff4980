"""The pictures of docs/: scenes played, drawn and taken."""

from paperboy.sources import use_source_table

use_source_table()  # before papers are made, which the scenes do when they are imported
