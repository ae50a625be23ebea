"""Which jobs run while somebody moves the clock of a trial."""

from collections.abc import Iterator

import pytest

from bot.jobs.trial import LIVED_THROUGH, PLANS, SENDING
from tests.browser.test_page_routes import OWN
from tests.talk import House, Merchant, house

AT_REAL_TIME = {
    "heartbeat",
    "fetch_images",
    "scan_papers",
    "expire_conversations",
    "give_back",
    "check_tax_office",
    "purge_inbox",
    "purge_drafts",
    "purge_field",
    "purge_inactive",
    "purge_said",
    "forget_erased",
    "sweep_files",
    "optimise_days",
    "measure_ways",
    "render_kits",
    "take_back_kits",
    "purge_kits",
    "sweep_kits",
    "sweep_pictures",
    "check_accounts",
    "check_pay_businesses",
    "send_won",
    "end_payments",
    "expire_papers",
    "forget_accounts",
    "forget_pay_links",
    "purge_payments",
    "finish_trials",
}
"""Jobs that look after the house; the ticker runs them."""


@pytest.fixture
def building(sqlite_url: str) -> Iterator[House]:
    with house(sqlite_url) as opened:
        yield opened


def test_every_job_is_here_or_there(building: House) -> None:
    lines = building.app.test_cli_runner().invoke(args=["jobs", "tick"]).output.splitlines()
    names = {line.split()[0] for line in lines if not line.startswith("{")}
    passing = {*LIVED_THROUGH, *SENDING, *(name for name in names if name.startswith(PLANS))}
    assert passing <= names, "a job of a trial is gone"
    assert names - passing <= AT_REAL_TIME, "does a new job belong to a trial?"


def test_time_that_passes_brings_the_message_of_that_time(building: House) -> None:
    client, merchant = building.app.test_client(), Merchant(building)
    for text in ("안녕하세요", "1", "1", "네", "김복순이에요"):
        merchant.say(text)
    client.post("/simulator/clock", json={"advance_s": 3 * 86_400}, headers=OWN)
    found = client.get("/simulator/arrivals?user_key=merchant-1").get_json()
    (one, *more) = found["merchant-1"]
    assert one["kind"] == "form.unfinished"
    assert one["at"].startswith("2026-11-24T01:00"), "ten in the morning of the next day"
    assert len(more) == 1
    assert [button["label"] for button in one["buttons"]] == ["이어하기", "상담원"]
