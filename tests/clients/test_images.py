import pytest

from bot.clients.http import HttpClient
from bot.clients.images import ImageClient, _GuardedAdapter, _refuse_inside
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from tests.fakes.loopback import Scripted, serving

KAKAO = (".kakaocdn.net",)


def test_a_picture_comes_over_plain_http_when_the_host_has_no_tls() -> None:
    with serving(Scripted(body=b"\xff\xd8picture")) as server:
        client = ImageClient(KAKAO, allow_loopback=True)
        assert client.fetch(f"{server.url}/dna/x.jpg?expires=1") == b"\xff\xd8picture"
    assert server.calls[-1].path == "/dna/x.jpg?expires=1"


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/x.jpg",
        "http://kakaocdn.net.evil.example/x.jpg",
        "http://evilkakaocdn.net/x.jpg",
        "http://127.0.0.1/x.jpg",
        "http://secure.kakaocdn.net:8080/x.jpg",
        "http://secure.kakaocdn.net@evil.example/x.jpg",
        "http://name@secure.kakaocdn.net/x.jpg",
        "file:///etc/passwd",
        "ftp://secure.kakaocdn.net/x.jpg",
        "http://secure.kakaocdn.net:port/x.jpg",
        "http://[::1/x.jpg",
        "",
    ],
)
def test_other_addresses_are_refused_without_a_call(url: str) -> None:
    with pytest.raises(ExternalRejectedError):
        ImageClient(KAKAO).fetch(url)


def test_an_exact_host_is_exact() -> None:
    client = ImageClient(("secure.kakaocdn.net",))
    assert client._is_allowed("secure.kakaocdn.net")
    assert not client._is_allowed("a.secure.kakaocdn.net")


def test_an_allowed_name_that_leads_inside_is_refused_at_the_door() -> None:
    with serving(Scripted(body=b"inside")) as server:
        door = HttpClient(adapter=_GuardedAdapter(allow_loopback=False))
        with pytest.raises(ExternalRejectedError) as caught:
            door.get(server.url)
    assert caught.value.code == "inside"
    assert server.calls == []


@pytest.mark.parametrize(
    "peer",
    [
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "127.0.0.1",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "0.1.2.3",
        "100.64.0.1",
        "224.0.0.1",
        "fc00::1",
    ],
)
def test_addresses_inside(peer: str) -> None:
    with pytest.raises(ExternalRejectedError, match="private network"):
        _refuse_inside(peer, allow_loopback=False)


def test_addresses_outside() -> None:
    _refuse_inside("211.231.99.1", allow_loopback=False)
    _refuse_inside("127.0.0.1", allow_loopback=True)


def test_redirects_and_giants_are_refused() -> None:
    client = ImageClient(KAKAO, allow_loopback=True)
    with (
        serving(Scripted(302, headers={"Location": "http://10.0.0.1/"})) as server,
        pytest.raises(ExternalRejectedError),
    ):
        client.fetch(server.url)
    with (
        serving(Scripted(body=b"x" * (10 * 1024 * 1024 + 1))) as server,
        pytest.raises(ExternalRejectedError) as caught,
    ):
        client.fetch(server.url)
    assert caught.value.code == "too_long"


def test_an_https_address_is_never_tried_without_tls() -> None:
    with serving(Scripted(body=b"plain")) as server, pytest.raises(ExternalUnavailableError):
        ImageClient(KAKAO, allow_loopback=True).fetch(server.url.replace("http:", "https:"))
    assert server.calls == []
