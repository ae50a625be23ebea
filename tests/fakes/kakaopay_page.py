"""KakaoPay on this machine, for a demonstration: `python -m tests.fakes.kakaopay_page`.

Prints the settings with which the bot speaks to it. `/pay/<tid>` plays the page on which people
pay. `/fault/<call>/<name>` breaks the next call (`ready`, `approve`, `order`, `cancel`): a name
of tests/fakes/faults.py, or an error code; with `/done` behind it the work is done all the same.
"""

import argparse
import sys
import threading
from html import escape
from urllib.parse import urlsplit

from tests.fakes.faults import FAULTS
from tests.fakes.kakaopay import KEY, FakeKakaoPay, Payment, refusal
from tests.fakes.loopback import Call, LoopbackServer, Scripted

PORT = 8200
HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = """<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>결제 흉내</title>
<body style="font:19px sans-serif;max-width:26rem;margin:1.5rem auto;padding:0 1rem">
<p>카카오페이 화면을 흉내 낸 연습용 화면이에요. 돈은 나가지 않아요.</p>
<h1>{item}<br>{amount}원</h1>
<p><a id="agree" href="/pay/{tid}/agree"
 style="display:block;padding:1rem;background:#fee500;color:#000;text-align:center">결제하기</a></p>
<p><a id="stop" href="/pay/{tid}/stop">그만하기</a></p></body></html>"""


class KakaoPayWithPage(FakeKakaoPay):
    """KakaoPay and the page on which people pay."""

    def answer(self, call: Call) -> Scripted:
        """Answer one call."""
        _, place, *parts = urlsplit(call.path).path.split("/")
        if call.method == "GET" and place == "pay":
            payment = self.payments.get(parts[0])
            return self._page(payment, parts[1:]) if payment else Scripted(404)
        if call.method == "GET" and place == "fault":
            return self._break(*parts)
        return super().answer(call)

    def _page(self, payment: Payment, parts: list[str]) -> Scripted:
        if parts == ["agree"]:
            return Scripted(302, b"", {"Location": self.agree(payment)})
        if parts == ["stop"]:
            payment.status = "QUIT_PAYMENT"
            return Scripted(302, b"", {"Location": payment.asked["cancel_url"]})
        payment.status = "OPEN_PAYMENT"
        item = escape(payment.asked["item_name"])
        page = PAGE.format(item=item, amount=payment.amount, tid=payment.tid)
        return Scripted(200, page.encode(), HTML)

    def _break(self, what: str, name: str, done: str = "") -> Scripted:
        fault = FAULTS.get(name) or refusal(int(name), taken=done == "done")
        self.faults[what].append(fault)
        return Scripted(200, f"the next {what}: {name} {done}".encode())


def main(arguments: list[str]) -> None:
    """Serve until it is stopped."""
    parser = argparse.ArgumentParser(description="KakaoPay on this machine, for a demonstration")
    parser.add_argument("--port", type=int, default=PORT)
    pay = KakaoPayWithPage()
    with LoopbackServer(pay.answer, parser.parse_args(arguments).port) as server:
        pay.url = server.url
        sys.stdout.write(f"KAKAOPAY_URL={server.url}\nKAKAOPAY_KEY={KEY}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
