"""The tax office's register of businesses (국세청 사업자등록정보 진위확인 및 상태조회).

Source: public data portal 15081808, https://www.data.go.kr/data/15081808/openapi.do. The
service stops for maintenance, sends web pages or XML instead of JSON, and leaves fields out;
all of that is `unavailable` here: a reason to ask a person, never a reason to refuse.
"""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from bot.clients.http import CONNECT_S, HttpClient, Timeouts
from bot.clock import Clock
from bot.errors import ExternalRejectedError, ExternalUnavailableError

LOG = logging.getLogger(__name__)

State = Literal["continuing", "suspended", "closed", "unregistered", "unavailable"]
Verdict = Literal["valid", "invalid", "unavailable"]

STATES: dict[str, State] = {
    "01": "continuing",  # 계속사업자
    "02": "suspended",  # 휴업자
    "03": "closed",  # 폐업자
}
"""`b_stt_cd` of the answer; an empty code means a number that is not in the register."""
VERDICTS: dict[str, Verdict] = {"01": "valid", "02": "invalid"}
"""`valid` of the answer to /validate."""
UNREGISTERED_MARK = "등록되지 않은"
"""Begins the sentence that stands in `tax_type` when a number is not in the register."""
MAX_TAX_TYPE = 100
THREADS = 4
"""How many may ask at the same time in one process."""


@dataclass(frozen=True, slots=True)
class BusinessStatus:
    """What the register says about one number.

    Attributes:
        state: `unavailable` means that nothing is known, not that something is wrong.
        tax_type: words of the tax office, such as 부가가치세 간이과세자; "" when unknown.
        end_date: the day the business was closed (Korean calendar), if it was.
        checked_at: when we asked; aware, UTC.
    """

    state: State
    tax_type: str
    end_date: date | None
    checked_at: datetime


class TaxOffice(Protocol):
    """Answers what the register knows about a business number."""

    def status(self, brn: str) -> BusinessStatus:
        """Return the state of the business with this number (ten digits)."""
        ...

    def validate(self, brn: str, opened_on: date, owner_name: str) -> Verdict:
        """Say whether number, opening day and owner's name belong together."""
        ...


class NtsClient:
    """The register over the public data portal.

    Args:
        url: address of the service without the operation.
        key: the service key in its *decoded* form; without one nothing is asked.
        timeout_s: limit in seconds for the whole call, looking up the host's name included.
        clock: stamps the answers.
    """

    def __init__(self, url: str, key: str, timeout_s: float, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._clock = clock
        connect_s = min(CONNECT_S, timeout_s)
        self._http = HttpClient(Timeouts(connect_s, timeout_s, timeout_s))
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._pid = 0

    def status(self, brn: str) -> BusinessStatus:
        """Return the state of a business; never raises for an outage.

        Args:
            brn: ten digits without hyphens.
        """
        row = self._row("status", {"b_no": [brn]}, brn)
        if row is None:
            return BusinessStatus("unavailable", "", None, self._clock.now())
        tax_type = _words(row.get("tax_type"))
        state = _state(row.get("b_stt_cd"), tax_type)
        known = state not in {"unregistered", "unavailable"}
        return BusinessStatus(
            state, tax_type if known else "", _day(row.get("end_dt")), self._clock.now()
        )

    def validate(self, brn: str, opened_on: date, owner_name: str) -> Verdict:
        """Say whether the three belong together; never raises for an outage.

        Args:
            brn: ten digits without hyphens.
            opened_on: day of opening on the registration certificate.
            owner_name: representative's name on the certificate.
        """
        business = {
            "b_no": brn,
            "start_dt": opened_on.strftime("%Y%m%d"),
            "p_nm": owner_name,
        }
        row = self._row("validate", {"businesses": [business]}, brn)
        return VERDICTS.get(str((row or {}).get("valid")), "unavailable")

    def _row(self, operation: str, body: object, brn: str) -> dict[str, Any] | None:
        """Ask, and return the row about `brn`; None when there is none to rely on."""
        if not self._key:
            return None
        try:
            answer = self._asked(operation, body)
        except (ExternalUnavailableError, ExternalRejectedError) as error:
            LOG.warning("tax office %s: %s", operation, error.code)
            return None
        row = _row_about(brn, answer)
        if row is None:
            LOG.warning("tax office %s: unexpected answer", operation)
        return row

    def _asked(self, operation: str, body: object) -> Any:
        """Ask in a thread of its own, because no timeout ends a look-up of the host's name.

        When every thread hangs, the next ones give up in time without being asked.
        """
        asking = self._threads().submit(
            self._http.post_json,
            f"{self._url}/{operation}",
            body,
            params={"serviceKey": self._key},
            headers={"Accept": "application/json"},
        )
        try:
            return asking.result(self._timeout_s).json()
        except TimeoutError as error:
            asking.cancel()
            raise ExternalUnavailableError("no answer in time", code="timeout") from error

    def _threads(self) -> ThreadPoolExecutor:
        """Return the threads of this process; made late, because threads do not survive a fork."""
        with self._lock:
            if self._pool is None or self._pid != os.getpid():
                self._pool, self._pid = ThreadPoolExecutor(THREADS, "tax-office"), os.getpid()
            return self._pool


def _row_about(brn: str, answer: object) -> dict[str, Any] | None:
    if not isinstance(answer, dict) or answer.get("status_code", "OK") != "OK":
        return None
    rows = answer.get("data")
    if not isinstance(rows, list):
        return None
    return next((row for row in rows if isinstance(row, dict) and row.get("b_no") == brn), None)


def _state(code: object, tax_type: str) -> State:
    """Read the state; no code counts as unregistered only with the sentence that says so."""
    if isinstance(code, str) and code in STATES:
        return STATES[code]
    says_so = not code and UNREGISTERED_MARK in tax_type
    return "unregistered" if says_so else "unavailable"


def _words(raw: object) -> str:
    return raw.strip()[:MAX_TAX_TYPE] if isinstance(raw, str) else ""


def _day(raw: object) -> date | None:
    """Read YYYYMMDD; anything else is no day.

    Args:
        raw: the field as it came; "" for a business that goes on.
    """
    try:
        return date.fromisoformat(str(raw)) if raw else None
    except ValueError:
        return None
