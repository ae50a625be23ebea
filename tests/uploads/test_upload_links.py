from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import AdjustableClock
from bot.errors import RuleBrokenError
from bot.services.upload_links import LIFETIME, UploadLinks

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(NOW)


@pytest.fixture
def links(clock: AdjustableClock) -> UploadLinks:
    return UploadLinks("secret", "https://sosin.example/", clock)


def _token(url: str) -> str:
    assert url.startswith("https://sosin.example/upload/")
    return url.rpartition("/")[2]


def test_a_link_says_whose_and_what(links: UploadLinks) -> None:
    link = links.read(_token(links.make(42, "brc")))
    assert (link.conversation_id, link.kind, link.made_at) == (42, "brc", NOW)


def test_two_links_differ(links: UploadLinks) -> None:
    assert links.make(42, "brc") != links.make(42, "brc")


def test_a_week_and_no_longer(links: UploadLinks, clock: AdjustableClock) -> None:
    token = _token(links.make(1, "brc"))
    clock.advance(LIFETIME)
    assert links.read(token).conversation_id == 1
    clock.advance(timedelta(seconds=1))
    with pytest.raises(RuleBrokenError) as caught:
        links.read(token)
    assert caught.value.code == "link_expired"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "🙈", "WzEsImJyYyJd.AAAA.BBBB"])
def test_made_up_links(links: UploadLinks, token: str) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        links.read(token)
    assert caught.value.code == "link_invalid"


def test_other_secrets_and_altered_links(links: UploadLinks, clock: AdjustableClock) -> None:
    token = _token(links.make(1, "brc"))
    other = UploadLinks("another", "https://sosin.example", clock)
    altered = ("X" if token[0] != "X" else "Y") + token[1:]
    for reader, text in ((other, token), (links, altered)):
        with pytest.raises(RuleBrokenError) as caught:
            reader.read(text)
        assert caught.value.code == "link_invalid"
