"""All vendors of messages on one port, for a demonstration: `python -m tests.fakes.vendors`.

Prints the settings with which the bot speaks to them, calls the bot's own webhook as Kakao
does for an event, and shows on its page `/` what arrived on whose phone. Nothing leaves this
machine. `/fault/<sender>/<name>` breaks the next call of a sender (names: tests/fakes/faults.py),
`/arrived.json` is for scripts.
"""

import argparse
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from time import localtime, strftime

from bot.config import STATE_DIR
from bot.outbox.senders.alimtalk import Registration, registrations
from tests.fakes import kakao_event, nhn, solapi
from tests.fakes.approved import Arrival, approved, json_answer
from tests.fakes.faults import FAULTS, Fault
from tests.fakes.kakao_event import FakeKakaoEvent, Skill
from tests.fakes.loopback import Call, LoopbackServer, Scripted
from tests.fakes.nhn import FakeNhn
from tests.fakes.solapi import FakeSolapi

PORT = 8100
HTML = {"Content-Type": "text/html; charset=utf-8"}
WAYS = {"chat": "채팅", "alimtalk": "알림톡", "SMS": "문자", "LMS": "긴 문자"}
STYLE = """
body{font:16px sans-serif;margin:1.5rem auto;max-width:44rem;background:#eef1f4;color:#222}
article{background:#fff;border-radius:.8rem;padding:.8rem 1rem;margin:.8rem 0;
box-shadow:0 1px 2px #0002}
p{white-space:pre-line;margin:.4rem 0}small{color:#667}b{font-weight:600}
span{display:inline-block;border:1px solid #ccd;border-radius:.5rem;padding:.2rem .7rem;
margin:.2rem .3rem 0 0}a{color:#345}
"""


@dataclass
class Vendors:
    """Everybody who carries messages.

    Attributes:
        skill: the bot's webhook.
        not_on_kakao: numbers that only text messages reach.
        known: the templates that were entered everywhere.
    """

    skill: Skill
    not_on_kakao: Sequence[str] = ()
    known: Sequence[Registration] = field(default_factory=registrations)

    def __post_init__(self) -> None:
        templates = approved(self.known)
        self.ids = {one.kind: f"KA01TP{one.code.upper()}" for one in self.known}
        by_id = {self.ids[one.kind]: templates[one.code] for one in self.known}
        self.kakao = FakeKakaoEvent(skill=self.skill)
        self.solapi = FakeSolapi(by_id, fates=dict.fromkeys(self.not_on_kakao, "3104"))
        self.nhn = FakeNhn(templates, fates=dict.fromkeys(self.not_on_kakao, "failed"))

    @property
    def arrived(self) -> list[Arrival]:
        """Return what all phones show, the newest first."""
        every = (*self.kakao.arrived, *self.solapi.arrived, *self.nhn.arrived)
        return sorted(every, key=lambda arrival: -arrival.at)

    def answer(self, call: Call) -> Scripted:
        """Answer one call, whoever it is for."""
        path = call.path.split("?")[0]
        vendors: Mapping[str, Callable[[Call], Scripted]] = {
            "/v1/": self.kakao.answer,
            "/v2/": self.kakao.answer,
            "/messages/": self.solapi.answer,
            "/alimtalk/": self.nhn.answer,
        }
        for start, vendor in vendors.items():
            if path.startswith(start):
                return vendor(call)
        return self._page(path)

    def settings(self, url: str, templates: Path) -> dict[str, str]:
        """Return the bot's settings for all of them.

        Args:
            url: where they are served.
            templates: file that SOLAPI's ids of templates are in.
        """
        return {
            "SENDERS": "event,solapi,nhn",
            "KAKAO_EVENT_URL": url,
            "KAKAO_REST_KEY": kakao_event.REST_KEY,
            "SOLAPI_URL": url,
            "SOLAPI_KEY": solapi.KEY,
            "SOLAPI_SECRET": solapi.SECRET,
            "SOLAPI_PFID": solapi.PF_ID,
            "SOLAPI_FROM": solapi.FROM,
            "SOLAPI_TEMPLATES": str(templates),
            "NHN_URL": url,
            "NHN_APPKEY": nhn.APP_KEY,
            "NHN_SECRET": nhn.SECRET,
            "NHN_SENDER_KEY": nhn.SENDER_KEY,
            "NHN_FROM": nhn.FROM,
        }

    def write_ids(self, path: Path) -> None:
        """Write the file that SOLAPI_TEMPLATES names."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{json.dumps(kind)} = {json.dumps(one)}\n" for kind, one in self.ids.items()]
        path.write_text("".join(lines), encoding="utf-8")

    def _page(self, path: str) -> Scripted:
        match path.strip("/").split("/"):
            case [""]:
                return Scripted(200, self._html().encode(), HTML)
            case ["arrived.json"]:
                names = ("way", "to", "mark", "title", "text", "buttons", "at")
                found = [{name: getattr(one, name) for name in names} for one in self.arrived]
                return json_answer(200, found)
            case ["fault", sender, name] if sender in self._faults() and name in FAULTS:
                self._faults()[sender].append(FAULTS[name])
                return Scripted(303, b"", {"Location": "/"})
        return Scripted(404, b"not found")

    def _faults(self) -> dict[str, list[Fault]]:
        return {
            "event": self.kakao.faults,
            "solapi": self.solapi.faults,
            "nhn": self.nhn.faults,
        }

    def _html(self) -> str:
        cards = "".join(_card(arrival) for arrival in self.arrived) or "<p>아직 없어요.</p>"
        links = "".join(f"<br>{_fault_links(sender)}" for sender in self._faults())
        return (
            '<!DOCTYPE html><html lang="ko"><meta charset="utf-8">'
            '<meta http-equiv="refresh" content="3"><title>도착한 알림</title>'
            f"<style>{STYLE}</style><h1>도착한 알림</h1>"
            f"<small>다음 한 번을 고장 내기:{links}</small>{cards}"
        )


def _card(arrival: Arrival) -> str:
    at = strftime("%H:%M:%S", localtime(arrival.at))
    head = f"<small>{at} · {WAYS[arrival.way]} · {escape(arrival.to[:16])}</small>"
    title = f"<p><b>{escape(arrival.title)}</b></p>" if arrival.title else ""
    taps = "".join(f"<span>{escape(label)}</span>" for _, label, _ in arrival.buttons)
    return f"<article>{head}{title}<p>{escape(arrival.text)}</p>{taps}</article>"


def _fault_links(sender: str) -> str:
    links = (f'<a href="/fault/{sender}/{name}">{name}</a>' for name in FAULTS)
    return f"{sender}: {' '.join(links)}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.vendors", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--bot", default="http://127.0.0.1:8000", help="where the bot serves")
    parser.add_argument(
        "--not-on-kakao", action="append", default=[], metavar="NUMBER", help="gets text messages"
    )
    given = parser.parse_args(arguments)
    secret = os.environ.get("KAKAO_SKILL_SECRET", "").split(",")[0].strip()
    vendors = Vendors(Skill(f"{given.bot}/kakao/skill", secret), given.not_on_kakao)
    templates = STATE_DIR / "vendors" / "solapi-templates.toml"
    vendors.write_ids(templates)
    with LoopbackServer(vendors.answer, given.port) as server:
        for name, value in vendors.settings(server.url, templates).items():
            _say(f"export {name}={value}")
        _say(f"# what arrives: {server.url}/")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
