"""What Prometheus reads: how things stand in the database, and what this process did since it started.

The first is alike in every process (``max by``, never ``sum``). No chat, person, topic, paper or workspace is a label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from paperboy.process_metrics import ProcessMetrics

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4


class StatusCollector(Collector):
    """The numbers of one status report (:func:`paperboy.status.status_report`), with those that
    :func:`paperboy.status.operating_report` adds where they are there."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self._report = report

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """``paperboy_papers``, and of chats and deliveries one row for each state."""
        report = self._report
        yield GaugeMetricFamily("paperboy_papers", "Papers in the archive.", value=report["papers"])
        yield self._by_status()
        yield self._deliveries()
        yield self._sources()
        yield from self._moment(
            "next_digest", "When the next digest is due; in the past: it is late.", "next_digest_at"
        )
        for name, documentation in (
            ("oldest_pending_seconds", "How long the longest waiting delivery is overdue; 0 where none waits."),
            ("index_behind_changes", "Changes of papers that the search index of this process lacks."),
        ):
            if name in report:
                yield GaugeMetricFamily(f"paperboy_{name}", documentation, value=report[name])
        build = GaugeMetricFamily("paperboy_build_info", "Which version runs on what.", labels=("version", "database"))
        build.add_metric((report["version"], report["database"]), 1)
        yield build

    def _by_status(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily("paperboy_chats", "Chats with at least one topic.", labels=("status",))
        for status, number in self._report["chats"].items():
            family.add_metric((status,), number)
        return family

    def _deliveries(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily("paperboy_deliveries", "Deliveries that are kept.", labels=("platform", "state"))
        for platform, states in self._report["deliveries_by_platform"].items():
            for state, number in states.items():
                family.add_metric((platform, state), number)
        return family

    def _sources(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "paperboy_source_last_success_timestamp_seconds",
            "When a source was last read; 0: never yet.",
            labels=("source",),
        )
        for source in self._report["sources"]:
            family.add_metric((source["name"],), _timestamp(source["last_success_at"]))
        return family

    def _moment(self, name: str, documentation: str, field: str) -> Iterator[GaugeMetricFamily]:
        if moment := self._report[field]:
            yield GaugeMetricFamily(f"paperboy_{name}_timestamp_seconds", documentation, value=_timestamp(moment))


def _timestamp(moment: str | None) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else 0.0


def render_metrics(report: Mapping[str, Any], process: ProcessMetrics | None = None) -> bytes:
    """The report, and what ``process`` counted, in Prometheus' text format 0.0.4.

    The report's registry holds nothing else and lives for one scrape: what it shows is as old as the report.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StatusCollector(report))
    return generate_latest(registry) + (generate_latest(process.registry) if process else b"")
