"""The setting SENDERS: who is made, in which order, and what must be set."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.errors import ConfigError
from bot.outbox.senders import MAKERS, build
from bot.outbox.senders.solapi import read_template_ids

HERE = "http://127.0.0.1:9"


@pytest.fixture
def ids(tmp_path: Path) -> Path:
    path = tmp_path / "templates.toml"
    path.write_text('"visit.day_before" = "KA01TP1"\n', encoding="utf-8")
    return path


@pytest.fixture
def settings(ids: Path) -> Settings:
    return Settings(
        app_env="test",
        senders=("event", "nhn", "solapi", "console"),
        kakao_rest_key="rest",
        kakao_event_url=HERE,
        solapi_url=HERE,
        solapi_key="key",
        solapi_secret="secret",
        solapi_pfid="pf",
        solapi_from="02-0000-0000",
        solapi_templates=str(ids),
        nhn_url=HERE,
        nhn_appkey="app",
        nhn_secret="secret",
        nhn_sender_key="sender",
    )


def changed(settings: Settings, name: str, value: str) -> Settings:
    given: dict[str, Any] = {name: value}
    return replace(settings, **given)


def test_nothing_leaves_the_house_by_default() -> None:
    assert [sender.name for sender in build(Settings())] == ["console"]


def test_the_order_is_that_of_the_setting(settings: Settings) -> None:
    assert [sender.name for sender in build(settings)] == ["event", "nhn", "solapi", "console"]
    turned = replace(settings, senders=("console", "solapi"))
    assert [sender.name for sender in build(turned)] == ["console", "solapi"]


def test_every_sender_is_named_as_it_is_made(settings: Settings) -> None:
    assert all(maker(settings).name == name for name, maker in MAKERS.items())


@pytest.mark.parametrize(
    ("names", "said"),
    [(("event", "pigeon"), "unknown pigeon"), (("console", "console"), "stands twice")],
)
def test_names_that_cannot_be_used(settings: Settings, names: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        build(replace(settings, senders=names))


@pytest.mark.parametrize(
    "missing",
    [
        "kakao_rest_key",
        "solapi_key",
        "solapi_secret",
        "solapi_pfid",
        "solapi_templates",
        "nhn_appkey",
        "nhn_secret",
        "nhn_sender_key",
    ],
)
def test_what_a_sender_needs_is_named(settings: Settings, missing: str) -> None:
    with pytest.raises(ConfigError, match=missing.upper()):
        build(changed(settings, missing, ""))


@pytest.mark.parametrize("name", ["kakao_event_url", "solapi_url", "nhn_url"])
@pytest.mark.parametrize("url", ["https://vendor.invalid", "ftp://127.0.0.1", "nowhere", ""])
def test_a_test_speaks_to_this_machine_only(settings: Settings, name: str, url: str) -> None:
    with pytest.raises(ConfigError, match=name.upper()):
        build(changed(settings, name, url))


def test_outside_of_tests_an_address_must_be_https(settings: Settings) -> None:
    outside = replace(settings, app_env="development", nhn_url="http://vendor.invalid")
    with pytest.raises(ConfigError, match="NHN_URL"):
        build(outside)
    assert build(replace(outside, nhn_url="https://vendor.invalid"))


@pytest.mark.parametrize("name", ["solapi_from", "nhn_from"])
def test_a_sender_number_is_digits(settings: Settings, name: str) -> None:
    with pytest.raises(ConfigError, match=name.upper()):
        build(changed(settings, name, "tel:02"))


def test_keys_of_vendors_do_not_show(settings: Settings) -> None:
    for name in (
        "kakao_rest_key",
        "solapi_key",
        "solapi_secret",
        "nhn_appkey",
        "nhn_secret",
        "nhn_sender_key",
    ):
        assert "hidden" not in repr(changed(settings, name, "hidden"))


@pytest.mark.parametrize(
    "text",
    ['"visit.day_before" = "KA01TP1"', 'visit.day_before = "KA01TP1"'],
    ids=["quoted", "dotted"],
)
def test_ids_of_templates(ids: Path, text: str) -> None:
    ids.write_text(text, encoding="utf-8")
    assert read_template_ids(str(ids)) == {"visit.day_before": "KA01TP1"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("= 3", "SOLAPI_TEMPLATES"),
        ('"no.such_notice" = "KA01TP1"', "no.such_notice"),
        ('"visit.day_before" = 3', "visit.day_before"),
        ('"visit.day_before" = ""', "visit.day_before"),
    ],
)
def test_ids_that_cannot_be_used(ids: Path, text: str, said: str) -> None:
    ids.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        read_template_ids(str(ids))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SOLAPI_TEMPLATES"):
        read_template_ids(str(tmp_path / "none.toml"))
