"""Time zones as people name them: by IANA name or by city."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import InputError
from bot.i18n import t

# Cities people name that the zone table files under another one.
_CITIES = {
    "aachen": "Europe/Berlin",
    "austin": "America/Chicago",
    "bangalore": "Asia/Kolkata",
    "barcelona": "Europe/Madrid",
    "beijing": "Asia/Shanghai",
    "bengaluru": "Asia/Kolkata",
    "boston": "America/New_York",
    "cambridge": "Europe/London",
    "cologne": "Europe/Berlin",
    "delhi": "Asia/Kolkata",
    "edinburgh": "Europe/London",
    "geneva": "Europe/Zurich",
    "hamburg": "Europe/Berlin",
    "hangzhou": "Asia/Shanghai",
    "hanoi": "Asia/Bangkok",
    "kyiv": "Europe/Kyiv",
    "kyoto": "Asia/Tokyo",
    "lausanne": "Europe/Zurich",
    "milan": "Europe/Rome",
    "montreal": "America/Toronto",
    "mumbai": "Asia/Kolkata",
    "munich": "Europe/Berlin",
    "new delhi": "Asia/Kolkata",
    "nyc": "America/New_York",
    "osaka": "Asia/Tokyo",
    "oxford": "Europe/London",
    "palo alto": "America/Los_Angeles",
    "pittsburgh": "America/New_York",
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "shenzhen": "Asia/Shanghai",
    "tel aviv": "Asia/Jerusalem",
    "tübingen": "Europe/Berlin",
    "washington": "America/New_York",
}
# Names of a fixed offset or of several places; a digest at nine should be at nine in summer, too.
_ABBREVIATIONS = {
    "bst": "Europe/London",
    "cdt": "America/Chicago",
    "cest": "Europe/Berlin",
    "cet": "Europe/Berlin",
    "cst": "America/Chicago",
    "edt": "America/New_York",
    "eest": "Europe/Helsinki",
    "eet": "Europe/Helsinki",
    "est": "America/New_York",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "msk": "Europe/Moscow",
    "mst": "America/Denver",
    "pdt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
}
_UTC = frozenset({"utc", "gmt", "z", "zulu"})
_BY_LANGUAGE = {
    "de": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
    "es": ("Europe/Madrid", "America/Mexico_City", "America/Bogota"),
    "fr": ("Europe/Paris", "America/Toronto", "Africa/Casablanca"),
    "hi": ("Asia/Kolkata", "Asia/Dubai", "Europe/London"),
    "ja": ("Asia/Tokyo", "America/Los_Angeles", "Europe/London"),
    "ko": ("Asia/Seoul", "America/Los_Angeles", "Europe/London"),
    "pt": ("America/Sao_Paulo", "Europe/Lisbon", "America/New_York"),
    "ru": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Almaty"),
    "zh": ("Asia/Shanghai", "Asia/Singapore", "America/Los_Angeles"),
}
_DEFAULT_ZONES = ("America/New_York", "Europe/London", "Asia/Kolkata")
_EXCLUDED_PREFIXES = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/")


@cache
def known_zones() -> frozenset[str]:
    """Every IANA zone of this machine. Kept, as each look for them goes through all their files."""
    return frozenset(available_timezones())


def parse_zone(text: str) -> str:
    """The IANA zone that ``text`` means: ``Europe/Berlin``, ``berlin``, ``new york``, ``UTC``.

    Raises InputError with the nearest zones (as whole ``when`` commands) where none is meant.
    """
    wanted = _fold(text)
    if wanted in _UTC:
        return "UTC"
    if wanted in _ABBREVIATIONS:
        raise _ambiguous_zone_error(text, _ABBREVIATIONS[wanted])
    found = _zones_by_name().get(wanted)
    if found is None:
        raise _unknown_zone_error(text, wanted)
    return found


def suggested_zones(language: str) -> tuple[str, ...]:
    """Three zones worth offering to somebody who reads this language."""
    return _BY_LANGUAGE.get(language.partition("-")[0].casefold(), _DEFAULT_ZONES)


def zones_with_offset(offset: timedelta, now: datetime) -> tuple[str, ...]:
    """Up to three zones whose clocks differ from UTC by ``offset`` at ``now``, those that people name often first."""
    often = (*_DEFAULT_ZONES, *chain.from_iterable(_BY_LANGUAGE.values()), *_CITIES.values())
    found = (zone for zone in dict.fromkeys((*often, *_inhabited_zones())) if zone in known_zones())
    return tuple(islice((zone for zone in found if now.astimezone(ZoneInfo(zone)).utcoffset() == offset), 3))


@cache
def _inhabited_zones() -> tuple[str, ...]:
    """The zones of today's countries, without old names such as ``Asia/Calcutta``."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    return tuple(line.split("\t")[2] for line in table.splitlines() if not line.startswith("#"))


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


@cache
def _zones_by_name() -> dict[str, str]:
    """Every way to write a zone: its full name, its city, and the cities filed elsewhere."""
    zones = sorted(zone for zone in known_zones() if "/" in zone and not zone.startswith(_EXCLUDED_PREFIXES))
    cities = {_fold(zone.rpartition("/")[2]): zone for zone in reversed(zones)}
    return cities | _CITIES | {_fold(zone): zone for zone in zones}


def _ambiguous_zone_error(text: str, zone: str) -> InputError:
    return InputError(
        t("<b>{text}</b> changes with summer time or means several places. A city is surer:", text=text),
        input=text,
        suggestions=(f"when {zone}",),
    )


def _unknown_zone_error(text: str, wanted: str) -> InputError:
    near = _nearest_zones(wanted)
    hint = t(
        "I don’t know the time zone <b>{text}</b>. Name a larger city in it, such as <code>Berlin</code> or "
        "<code>America/New_York</code>.",
        text=text,
    )
    return InputError(hint, input=text, suggestions=tuple(f"when {zone}" for zone in near))


def _nearest_zones(wanted: str) -> Sequence[str]:
    names = _zones_by_name()
    close = difflib.get_close_matches(wanted, names, n=5, cutoff=0.7)
    return tuple(dict.fromkeys(names[name] for name in close))[:3]
