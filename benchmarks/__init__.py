"""Time, memory and quality, each figure beside a yardstick measured in the same run."""

from paperboy.sources import use_source_table

use_source_table()  # papers are made when modules are imported
