"""KakaoPay: opens, approves, tells and cancels payments as its online API does, and keeps a book.

`faults` holds what goes wrong with the next calls of each kind. A fault may come before the
work, after it (`taken`) or instead of it; `HELD` breaks the connection and lets the work be done
when the test says `arrive`, as with a request that was under way all the time.

`tests/fakes/kakaopay_page.py` serves it for a demonstration. No money moves.
"""

import json
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.config import KAKAOPAY_TEST_CID
from tests.fakes.approved import json_answer
from tests.fakes.faults import Fault, through
from tests.fakes.loopback import Call, Scripted

KEY = "DEV0000000000000000000000000000000000000"
STATUS_OF = {-400: 401, -401: 401, -403: 403, -429: 429, -500: 500, -503: 503}
"""HTTP status of an error code; 400 for the others. Which belongs to which is our guess."""
HELD = Fault(Scripted(drop=True))
"""The connection breaks; the work is done later, when the test lets it arrive."""
AMOUNT_FIELDS = ("tax_free", "vat", "point", "discount", "green_deposit")

Json = dict[str, Any]


@dataclass
class Payment:
    """One payment in KakaoPay's book.

    Attributes:
        status: in KakaoPay's words.
        left: won that can still be given back.
        approvals, cancellations: how often each was really done.
        is_old: its 15 minutes are over.
    """

    tid: str
    asked: Json
    status: str = "READY"
    token: str = ""
    aid: str = ""
    left: int = 0
    approvals: int = 0
    cancellations: int = 0
    is_old: bool = False

    @property
    def amount(self) -> int:
        """Return what is to be paid."""
        total: int = self.asked["total_amount"]
        return total


@dataclass
class FakeKakaoPay:
    """KakaoPay; serve its `answer` with a LoopbackServer and tell it the address.

    Attributes:
        url: where it is served.
        faults: what happens to the next calls, by the last word of their address.
        payments: by tid, in the order in which they were opened.
        asked: the last words of the addresses that were called, in order.
        held: work under way.
        meanwhile: done once between the work of a call and its answer, by its last word.
    """

    url: str = ""
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    payments: dict[str, Payment] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    held: list[Callable[[], Scripted]] = field(default_factory=list)
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def kept(self) -> int:
        """Return the won that were taken and not given back."""
        return sum(payment.left for payment in self.payments.values())

    @property
    def newest(self) -> Payment:
        """Return the payment that was opened last."""
        return list(self.payments.values())[-1]

    def waiting(self, path: str) -> list[Fault]:
        """Return what happens to the next calls of a path."""
        return self.faults[path.rpartition("/")[2]]

    def arrive(self) -> None:
        """Let everything that was under way be done."""
        while self.held:
            self.held.pop(0)()

    def agree(self, payment: Payment) -> str:
        """Let a telephone agree to a payment; return where it is sent."""
        if not payment.approvals:
            payment.status, payment.token = "AUTH_PASSWORD", secrets.token_hex(10)
        return f"{payment.asked['approval_url']}?pg_token={payment.token}"

    def answer(self, call: Call) -> Scripted:
        """Answer one call."""
        address = urlsplit(call.path)
        start, _, what = address.path.rpartition("/")
        if start == "/online/v1/payment" and call.method == "POST":
            answer = self._api(what, call)
            self.meanwhile.pop(what, bool)()
            return answer
        return Scripted(404, b"not found")

    def _api(self, what: str, call: Call) -> Scripted:
        with self._lock:
            self.asked.append(what)
            problem = _key_problem(call.headers.get("Authorization", ""))
            if problem:
                return refused(problem)
            body = json.loads(call.body)
            if body.get("cid") != KAKAOPAY_TEST_CID:
                return refused(-731)
            steps = {
                "ready": self._ready,
                "approve": self._approve,
                "order": self._order,
                "cancel": self._cancel,
            }
            if what not in steps:
                return Scripted(404, b"not found")
            waiting = self.faults[what]
            if waiting and waiting[0] is HELD:
                self.held.append(lambda: steps[what](body))
            return through(waiting, lambda: steps[what](body))

    def _ready(self, body: Json) -> Scripted:
        needed = {
            *("partner_order_id", "partner_user_id", "item_name", "quantity", "total_amount"),
            *("tax_free_amount", "approval_url", "cancel_url", "fail_url"),
        }
        if not needed <= set(body) or any(len(str(body[name])) > 255 for name in needed):
            return refused(-782)
        payment = Payment(f"T{secrets.token_hex(10)}", body)
        self.payments[payment.tid] = payment
        page = f"{self.url}/pay/{payment.tid}"
        return json_answer(
            200,
            {
                "tid": payment.tid,
                "next_redirect_app_url": page,
                "next_redirect_mobile_url": page,
                "next_redirect_pc_url": page,
                "android_app_scheme": f"kakaotalk://kakaopay/pg?url={page}",
                "ios_app_scheme": f"kakaotalk://kakaopay/pg?url={page}",
                "created_at": "2026-11-24T12:00:00",
            },
        )

    def _approve(self, body: Json) -> Scripted:
        payment = self.payments.get(body["tid"])
        if payment is None:
            return refused(-780)
        if payment.approvals:
            return refused(-702)
        same = all(
            payment.asked[name] == body[name] for name in ("partner_order_id", "partner_user_id")
        )
        if not same or payment.is_old or payment.status != "AUTH_PASSWORD":
            return refused(-780)
        if body["pg_token"] != payment.token:
            return refused(-780)
        payment.approvals += 1
        payment.status, payment.left = "SUCCESS_PAYMENT", payment.amount
        payment.aid = f"A{secrets.token_hex(10)}"
        return json_answer(
            200,
            self._head(payment)
            | {
                "aid": payment.aid,
                "amount": _amount(payment.amount),
                "approved_at": "2026-11-24T12:01:00",
            },
        )

    def _order(self, body: Json) -> Scripted:
        payment = self.payments.get(body["tid"])
        if payment is None:
            return refused(-780)
        done = payment.amount * bool(payment.approvals)
        actions = [
            {"aid": payment.aid, "payment_action_type": "PAYMENT", "amount": payment.amount}
        ] * payment.approvals
        return json_answer(
            200,
            self._head(payment)
            | {
                "status": payment.status,
                "amount": _amount(payment.amount),
                "canceled_amount": _amount(done - payment.left),
                "cancel_available_amount": _amount(payment.left),
                "payment_action_details": actions,
            },
        )

    def _cancel(self, body: Json) -> Scripted:
        payment = self.payments.get(body["tid"])
        sums = (body.get("cancel_amount"), body.get("cancel_available_amount"))
        if payment is None or not payment.left or sums != (payment.left, payment.left):
            return refused(-780)
        given, payment.left = payment.left, 0
        payment.cancellations += 1
        payment.status = "CANCEL_PAYMENT"
        return json_answer(
            200,
            self._head(payment)
            | {
                "aid": f"A{secrets.token_hex(10)}",
                "status": payment.status,
                "amount": _amount(payment.amount),
                "approved_cancel_amount": _amount(given),
                "canceled_amount": _amount(payment.amount),
                "cancel_available_amount": _amount(0),
                "canceled_at": "2026-11-24T12:01:02",
            },
        )

    def _head(self, payment: Payment) -> Json:
        return {
            "cid": KAKAOPAY_TEST_CID,
            "tid": payment.tid,
            "partner_order_id": payment.asked["partner_order_id"],
            "partner_user_id": payment.asked["partner_user_id"],
            "payment_method_type": "MONEY",
            "item_name": payment.asked["item_name"],
            "quantity": 1,
            "created_at": "2026-11-24T12:00:00",
        }


def refused(number: int) -> Scripted:
    """Return an error as KakaoPay tells it."""
    body: Json = {"error_code": number, "error_message": "오류"}
    if number == -780:  # the one that brings the word of a bank or card
        body["extras"] = {"method_result_code": "USER_LOCKED", "method_result_message": "잠김"}
    return json_answer(STATUS_OF.get(number, 400), body)


def refusal(number: int, *, taken: bool = False) -> Fault:
    """Return the fault of an error answer; `taken`: it was done all the same."""
    return Fault(refused(number), taken=taken)


def _key_problem(given: str) -> int:
    if not given.startswith(("SECRET_KEY ", "DEV_SECRET_KEY ")):
        return -400
    return 0 if given.split(" ", 1)[1] == KEY else -401


def _amount(total: int) -> Json:
    return {"total": total, **dict.fromkeys(AMOUNT_FIELDS, 0)}
