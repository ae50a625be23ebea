"""Ways by road from an OSRM server of one's own (https://project-osrm.org, table service).

The public demonstration server is not meant for production and does not know Korea well; run
one over a Korean extract of OpenStreetMap.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.clients.http import HttpClient, Timeouts
from bot.errors import ExternalRejectedError, ExternalUnavailableError

LOG = logging.getLogger(__name__)

MOST_PLACES = 100
"""Default of the server's --max-table-size, sources and destinations together."""
TIMEOUTS = Timeouts(connect_s=2.0, read_s=10.0, total_s=20.0)

Point = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Way:
    """How long and how far by road."""

    seconds: int
    metres: int


class Roads(Protocol):
    """Knows the roads."""

    def table(self, origins: Sequence[Point], to: Sequence[Point]) -> list[list[Way | None]] | None:
        """Return the ways from each origin to each destination; None when nobody answers."""
        ...


class OsrmClient:
    """An OSRM server.

    Args:
        url: its address, `http://osrm:5000`.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = HttpClient(TIMEOUTS)

    def table(self, origins: Sequence[Point], to: Sequence[Point]) -> list[list[Way | None]] | None:
        """Return the ways from each origin to each destination; None when nobody answers."""
        points = ";".join(f"{lon:.5f},{lat:.5f}" for lat, lon in (*origins, *to))
        numbers = [str(n) for n in range(len(origins) + len(to))]
        params = {
            "annotations": "duration,distance",
            "sources": ";".join(numbers[: len(origins)]),
            "destinations": ";".join(numbers[len(origins) :]),
        }
        try:
            answer = self._http.get(f"{self._url}/table/v1/driving/{points}", params=params).json()
        except (ExternalUnavailableError, ExternalRejectedError) as error:
            LOG.warning("osrm: %s", error.code)
            return None
        ways = _ways(answer)
        if ways is None or [len(row) for row in ways] != [len(to)] * len(origins):
            LOG.warning("osrm: unexpected answer")
            return None
        return ways


def _ways(answer: Any) -> list[list[Way | None]] | None:
    if not isinstance(answer, dict) or answer.get("code") != "Ok":
        return None
    try:
        return [
            [_way(seconds, metres) for seconds, metres in zip(*rows, strict=True)]
            for rows in zip(answer["durations"], answer["distances"], strict=True)
        ]
    except (KeyError, TypeError, ValueError):
        return None


def _way(seconds: Any, metres: Any) -> Way | None:
    """Return a way; none where the server found none."""
    if seconds is None or metres is None:
        return None
    return Way(round(float(seconds)), round(float(metres)))
