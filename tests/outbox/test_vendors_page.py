"""The stand-ins of a demonstration: the settings they print, their page, their faults."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from bot.config import Settings
from bot.outbox.senders import build
from bot.outbox.senders.solapi import read_template_ids
from bot.outbox.templates import templates
from models.outbox import Outcome
from tests.fakes.approved import Arrival
from tests.fakes.kakao_event import Skill
from tests.fakes.loopback import LoopbackServer
from tests.fakes.vendors import Vendors
from tests.outbox.vendors import PHONE, outcome
from tests.outbox.vendors import a_message as message_of
from tests.patience import PATIENCE_S

KIND = "visit.day_before"


@pytest.fixture
def vendors() -> Vendors:
    return Vendors(Skill("http://127.0.0.1:9/kakao/skill"), [PHONE])


@pytest.fixture
def server(vendors: Vendors) -> Iterator[LoopbackServer]:
    with LoopbackServer(vendors.answer) as serving:
        yield serving


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 -- this machine
        body: bytes = answer.read()
    return body.decode()


def test_the_printed_settings_are_all_the_bot_needs(
    vendors: Vendors, server: LoopbackServer, tmp_path: Path
) -> None:
    path = tmp_path / "vendors" / "ids.toml"
    vendors.write_ids(path)
    printed = vendors.settings(server.url, path)
    assert set(printed) <= {item.name.upper() for item in fields(Settings)}
    assert set(read_template_ids(str(path))) == set(templates())
    settings = Settings.from_env({"APP_ENV": "test", **printed})
    template = templates()[KIND]
    message = message_of(template, values=dict.fromkeys(template.variables, "값"))
    for sender in build(settings):
        assert outcome(sender, message) is Outcome.ACCEPTED
    until = time.monotonic() + PATIENCE_S
    while len(vendors.arrived) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    assert sorted(one.way for one in vendors.arrived) in (
        ["LMS", "LMS", "chat"],
        ["SMS", "SMS", "chat"],
    )


def test_the_page_shows_what_arrived_and_runs_nothing_of_it(
    vendors: Vendors, server: LoopbackServer
) -> None:
    evil = Arrival("chat", "<i>", "<script>x</script>", "m", "<b>", (("message", "<u>", ""),))
    vendors.kakao.arrived.append(evil)
    shown = get(f"{server.url}/")
    assert "&lt;script&gt;x&lt;/script&gt;" in shown
    for raw in ("<script>", "<i>", "<u>", "<b><b>"):
        assert raw not in shown
    [found] = json.loads(get(f"{server.url}/arrived.json"))
    assert (found["way"], found["mark"], found["text"]) == ("chat", "m", "<script>x</script>")


def test_the_next_call_can_be_broken_from_the_page(
    vendors: Vendors, server: LoopbackServer
) -> None:
    get(f"{server.url}/fault/nhn/busy")
    assert len(vendors.nhn.faults) == 1
    assert vendors.solapi.faults == []


@pytest.mark.parametrize("path", ["/fault/nhn/none", "/fault/pigeon/lost", "/nothing"])
def test_what_is_not_there(server: LoopbackServer, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(server.url + path)
    assert caught.value.code == 404
    caught.value.close()
