"""What Prometheus reads: the numbers of the status report, as gauges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4


class StatusCollector(Collector):
    """The numbers of one status report (:func:`paperboy.status.status_report`)."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self._report = report

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """``paperboy_papers``, and of chats and deliveries one row for each state."""
        yield GaugeMetricFamily("paperboy_papers", "Papers in the archive.", value=self._report["papers"])
        yield self._by_label("chats", "status", "Chats with at least one topic.")
        yield self._by_label("deliveries", "state", "Deliveries that are kept.")

    def _by_label(self, name: str, label: str, documentation: str) -> GaugeMetricFamily:
        family = GaugeMetricFamily(f"paperboy_{name}", documentation, labels=(label,))
        for value, number in self._report[name].items():
            family.add_metric((value,), number)
        return family


def render_metrics(report: Mapping[str, Any]) -> bytes:
    """The report in Prometheus' text format 0.0.4.

    The registry holds nothing else and lives for one scrape: what it shows is as old as the report.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StatusCollector(report))
    return generate_latest(registry)
