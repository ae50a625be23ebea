"""Which address may receive a late answer, and how one is announced."""

import json

import pytest

from bot.channels.kakao import problems
from bot.channels.kakao.callback import usable, waiting
from tests.channel_kakao.vendor_schema import VALIDATOR

HOSTS = (".kakao.com", "callback.example.org", "")


@pytest.mark.parametrize(
    "url",
    [
        "https://bot-api.kakao.com/callback/0123",
        "https://BOT-API.KAKAO.COM:443/callback?a=b",
        "https://callback.example.org/x",
    ],
)
def test_usable(url: str) -> None:
    assert usable(url, HOSTS, loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://bot-api.kakao.com/callback",
        "https://kakao.com.evil.example/",
        "https://evilkakao.com/",
        "https://.kakao.com/",
        "https://bot-api.kakao.com:8443/",
        "https://bot-api.kakao.com@evil.example/",
        "https://evil.example\\.kakao.com/",
        "https://evil.example/ .kakao.com",
        "https://evil.example/\n.kakao.com",
        "https://한글.kakao.com/",
        "https://bot-api.kakao.com:port/",
        "https://[bad/",
        "https://sub.callback.example.org/",
        "https:///path",
        "ftp://bot-api.kakao.com/",
        "file:///etc/hosts",
        "http://10.0.0.1/",
        "http://127.0.0.1.evil.example/",
    ],
)
@pytest.mark.parametrize("loopback", [True, False])
def test_not_usable(url: str | None, *, loopback: bool) -> None:
    assert not usable(url, HOSTS, loopback=loopback)


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]:80"])
def test_this_machine_only_outside_production(host: str) -> None:
    assert usable(f"http://{host}/late", HOSTS, loopback=True)
    assert not usable(f"http://{host}/late", HOSTS, loopback=False)


def test_waiting() -> None:
    announced = json.loads(waiting("잠시만요"))
    assert announced == {"version": "2.0", "useCallback": True, "data": {"text": "잠시만요"}}
    assert problems(announced) == []
    assert VALIDATOR.is_valid(announced)
