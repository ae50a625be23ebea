import logging

import pytest
import requests

from bot.clients.http import HttpClient, _no_answer
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from tests.fakes.loopback import Scripted, serving
from tests.patience import PATIENT, QUICK


def test_a_good_answer_is_read_to_its_end() -> None:
    with serving(Scripted(200, '{"가": 1}'.encode(), {"X-Mark": "yes"})) as server:
        answer = HttpClient().post_json(f"{server.url}/a", {"b": "나"}, params={"q": "a b&c"})
    assert answer.json() == {"가": 1}
    assert answer.headers["x-mark"] == "yes"
    call = server.calls[0]
    assert (call.method, call.path) == ("POST", "/a?q=a+b%26c")
    assert call.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(("status", "waits"), [(429, 7.0), (503, 7.0), (500, 7.0), (408, 7.0)])
def test_try_later(status: int, waits: float) -> None:
    with (
        serving(Scripted(status, b"", {"Retry-After": "7"})) as server,
        pytest.raises(ExternalUnavailableError) as caught,
    ):
        HttpClient().get(server.url)
    assert caught.value.retry_after_s == waits
    assert caught.value.code == f"http_{status}"
    assert caught.value.retryable


@pytest.mark.parametrize("raw", ["", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "-5"])
def test_an_unreadable_wait_is_no_wait(raw: str) -> None:
    with (
        serving(Scripted(503, b"", {"Retry-After": raw})) as server,
        pytest.raises(ExternalUnavailableError) as caught,
    ):
        HttpClient().get(server.url)
    assert caught.value.retry_after_s is None


def test_nobody_makes_us_wait_for_days() -> None:
    with (
        serving(Scripted(429, b"", {"Retry-After": "999999"})) as server,
        pytest.raises(ExternalUnavailableError) as caught,
    ):
        HttpClient().get(server.url)
    assert caught.value.retry_after_s == 3600


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 413])
def test_refusals_and_redirects_are_final(status: int) -> None:
    with (
        serving(Scripted(status, b"", {"Location": "/elsewhere"})) as server,
        pytest.raises(ExternalRejectedError) as caught,
    ):
        HttpClient().get(server.url)
    assert caught.value.code == f"http_{status}"
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("scripted", "code"),
    [
        (Scripted(drop=True), "broken_answer"),
        (Scripted(body=b"half", short_by=10), "broken_answer"),
        (Scripted(502), "http_502"),
    ],
)
def test_what_may_have_been_done_says_so(scripted: Scripted, code: str) -> None:
    with serving(scripted) as server, pytest.raises(ExternalUnavailableError) as caught:
        HttpClient(PATIENT).get(server.url)
    assert caught.value.code == code
    assert caught.value.maybe_done


@pytest.mark.parametrize(
    "scripted", [Scripted(silent=True), Scripted(body=b"x" * 100_000, trickle_s=0.05)]
)
def test_silence_and_a_trickle_are_given_up(scripted: Scripted) -> None:
    with serving(scripted) as server, pytest.raises(ExternalUnavailableError) as caught:
        HttpClient(QUICK).get(server.url)
    assert caught.value.code == "timeout"
    assert caught.value.maybe_done


def test_no_connection_is_surely_not_done() -> None:
    with serving(Scripted()) as server:
        url = server.url
    with pytest.raises(ExternalUnavailableError) as caught:
        HttpClient(PATIENT).get(url)
    assert caught.value.code == "no_connection"
    assert not caught.value.maybe_done


def test_tls_trouble_is_surely_not_done() -> None:
    with serving(Scripted()) as server, pytest.raises(ExternalUnavailableError) as caught:
        HttpClient(PATIENT).get(server.url.replace("http:", "https:"))
    assert caught.value.code == "tls"
    assert not caught.value.maybe_done


def test_an_endless_answer_is_given_up() -> None:
    with (
        serving(Scripted(body=b"x" * 2000)) as server,
        pytest.raises(ExternalRejectedError) as caught,
    ):
        HttpClient(max_bytes=1000).get(server.url)
    assert caught.value.code == "too_long"


def test_a_bomb_of_zeros_is_measured_after_unpacking() -> None:
    import gzip  # noqa: PLC0415 -- only this test needs it

    packed = gzip.compress(b"0" * 5_000_000)
    with (
        serving(Scripted(body=packed, headers={"Content-Encoding": "gzip"})) as server,
        pytest.raises(ExternalRejectedError) as caught,
    ):
        HttpClient(max_bytes=100_000).get(server.url)
    assert caught.value.code == "too_long"


@pytest.mark.parametrize("url", ["http://", "no scheme", "http://[::1", "ftp://127.0.0.1/x"])
def test_an_unusable_address_is_refused(url: str) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        HttpClient().get(url)
    assert caught.value.code == "bad_url"


def test_a_page_instead_of_json_is_unavailable() -> None:
    with serving(Scripted(body=b"<html>")) as server:
        answer = HttpClient().get(server.url)
    with pytest.raises(ExternalUnavailableError) as caught:
        answer.json()
    assert caught.value.code == "not_json"


def test_proxies_and_cookies_of_the_surroundings_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = HttpClient()
    with serving(Scripted(headers={"Set-Cookie": "a=b"}), Scripted()) as server:
        client.get(server.url)
        client.get(server.url)
    assert "Cookie" not in server.calls[1].headers


def test_keys_and_bodies_never_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bot.clients.http")
    with serving(Scripted(body=b"answer-body")) as server:
        HttpClient().post_json(f"{server.url}/path", {"b": "body"}, params={"key": "secret"})
    assert "POST 127.0.0.1/path -> 200" in caplog.text
    assert not [word for word in ("secret", "answer-body", "body") if word in caplog.text]


def test_a_connect_timeout_is_surely_not_done() -> None:
    error = _no_answer(requests.exceptions.ConnectTimeout())
    assert (error.code, error.maybe_done) == ("connect_timeout", False)
