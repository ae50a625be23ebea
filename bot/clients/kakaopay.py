"""KakaoPay online payment, one-time: for the payment of 100 won that proves a telephone.

What makes it delicate: an approval or a cancellation that is answered with 4xx may have been
done all the same. Every error of `approve` and `cancel` says so (`maybe_done`), unless the
request surely never left, and `order` tells how a payment stands. KakaoPay gives up after
11 s, so we wait a little longer. A lost answer to `ready` cannot be found again, and needs not
be: nobody has seen that payment.

Source: KakaoPay's documentation for developers, online payment v1, read as a copy of October
2026, and the agent toolkit that KakaoPay publishes. Not tried against the live service.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.clients.http import FRESH, HttpClient, Timeouts
from bot.clients.kakaopay_answers import (
    PayStatus,
    Standing,
    aid_of,
    odd,
    refuse,
    status_of,
    text_of,
    total_of,
)
from bot.config import KAKAOPAY_TEST_CID, Settings
from bot.errors import ExternalRejectedError, ExternalUnavailableError

__all__ = ["KakaoPayClient", "Opened", "PayStatus", "Purchase", "Standing", "kakaopay_client"]

TIMEOUTS: Final = Timeouts(connect_s=3.0, read_s=15.0, total_s=20.0)
ANSWER_BYTES: Final = 200_000
MAX_ID: Final = 100
MAX_URL: Final = 255
_NEVER_SENT: Final = frozenset({"bad_url", "connect_timeout", "no_connection", "tls"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is to be paid.

    Attributes:
        order_id: our number of it; new for every payment.
        user_id: our name of who pays; nothing personal.
        item: what stands on the page of KakaoPay.
        amount: won, all of it free of tax.
        paid_url, stopped_url, failed_url: where the telephone comes back to; their host has
            to be registered with KakaoPay.
    """

    order_id: str
    user_id: str
    item: str
    amount: int
    paid_url: str = field(repr=False)
    stopped_url: str = field(repr=False)
    failed_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A payment that can be paid now, for 15 minutes.

    Attributes:
        tid: KakaoPay's number of it.
        redirect_url: where a telephone pays it.
    """

    tid: str = field(repr=False)
    redirect_url: str = field(repr=False)


class KakaoPayClient:
    """One contracted merchant at KakaoPay.

    Args:
        url: address of the service, without a path.
        key: secret key, of the site for KakaoPay's developers.
        cid: code of the contract.
        timeouts: limits of every call.
    """

    def __init__(self, url: str, key: str, cid: str, timeouts: Timeouts = TIMEOUTS) -> None:
        self._address = f"{url.rstrip('/')}/online/v1/payment"
        self._scheme = url.partition(":")[0]
        self._headers = {"Authorization": f"SECRET_KEY {key}", **FRESH}
        self._cid = cid
        self._http = HttpClient(timeouts, ANSWER_BYTES, reads_refusals=True)

    def ready(self, purchase: Purchase) -> Opened:
        """Open a payment. After any error a new one may be opened, under a new order id.

        Raises:
            ExternalUnavailableError: no answer, or none that can be used.
            ExternalRejectedError: refused; or `kakaopay_bad_request` before anything was sent.
        """
        _check(purchase)
        body = {
            "partner_order_id": purchase.order_id,
            "partner_user_id": purchase.user_id,
            "item_name": purchase.item,
            "quantity": 1,
            "total_amount": purchase.amount,
            "tax_free_amount": purchase.amount,
            "approval_url": purchase.paid_url,
            "cancel_url": purchase.stopped_url,
            "fail_url": purchase.failed_url,
        }
        answer = self._asked("ready", body)
        url = text_of(answer, "next_redirect_mobile_url")
        if not url.startswith(f"{self._scheme}://"):
            raise odd()
        return Opened(text_of(answer, "tid"), url)

    def approve(self, tid: str, purchase: Purchase, pg_token: str) -> str:
        """Take the money of a payment that the telephone agreed to; return the approval's id.

        Args:
            tid: of the answer to `ready`.
            purchase: the same as for `ready`.
            pg_token: as it came with the telephone.

        Raises:
            ExternalUnavailableError: unclear; ask `order` where `maybe_done`.
            ExternalRejectedError: refused, which proves nothing where `maybe_done`.
        """
        body = {
            "tid": tid,
            "partner_order_id": purchase.order_id,
            "partner_user_id": purchase.user_id,
            "pg_token": pg_token,
            "total_amount": purchase.amount,
        }
        answer = self._asked("approve", body, moves_money=True)
        if answer.get("tid") != tid or total_of(answer, "amount") != purchase.amount:
            raise odd()
        return text_of(answer, "aid")

    def order(self, tid: str) -> Standing:
        """Return how a payment stands; changes nothing.

        Raises:
            ExternalUnavailableError: cannot be asked now.
            ExternalRejectedError: the question was refused.
        """
        answer = self._asked("order", {"tid": tid})
        if answer.get("tid") != tid:
            raise odd()
        raw = text_of(answer, "status")
        known_left = "cancel_available_amount" in answer
        return Standing(
            status_of(raw),
            raw[:MAX_ID],
            total_of(answer, "cancel_available_amount") if known_left else None,
            aid_of(answer.get("payment_action_details")),
        )

    def cancel(self, tid: str, left: int) -> None:
        """Give everything back that can still be given back.

        Args:
            tid: of the payment.
            left: won that can be given back, as `order` said; a second try of the same
                cancellation is refused by it.

        Raises:
            ExternalUnavailableError: unclear; ask `order` where `maybe_done`.
            ExternalRejectedError: refused, which proves nothing where `maybe_done`.
        """
        body = {
            "tid": tid,
            "cancel_amount": left,
            "cancel_tax_free_amount": left,
            "cancel_available_amount": left,
        }
        answer = self._asked("cancel", body, moves_money=True)
        given = total_of(answer, "approved_cancel_amount")
        if answer.get("tid") != tid or given != left:
            raise odd()

    def _asked(
        self, what: str, body: Mapping[str, Any], *, moves_money: bool = False
    ) -> Mapping[str, Any]:
        """Ask, and return the answer; where money moves, every error that may hide it says so."""
        try:
            return self._answered(what, body)
        except (ExternalUnavailableError, ExternalRejectedError) as error:
            error.maybe_done = error.maybe_done or (moves_money and error.code not in _NEVER_SENT)
            raise

    def _answered(self, what: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        url = f"{self._address}/{what}"
        answer = self._http.post_json(url, {"cid": self._cid, **body}, headers=self._headers)
        refuse(answer)
        found = answer.json()
        if not isinstance(found, dict):
            raise odd()
        return found


def kakaopay_client(settings: Settings) -> KakaoPayClient | None:
    """Return the client of this installation; None where no key is set."""
    if not settings.kakaopay_key:
        return None
    cid = settings.kakaopay_cid or KAKAOPAY_TEST_CID
    return KakaoPayClient(settings.kakaopay_url, settings.kakaopay_key, cid)


def _check(purchase: Purchase) -> None:
    words = (purchase.order_id, purchase.user_id, purchase.item)
    urls = (purchase.paid_url, purchase.stopped_url, purchase.failed_url)
    fits = all(0 < len(word) <= MAX_ID for word in words) and purchase.amount > 0
    if not fits or any(len(url) > MAX_URL for url in urls):
        raise ExternalRejectedError("a field is empty or too long", code="kakaopay_bad_request")
