"""Settings: production refuses to guess, the README lists every one."""

from dataclasses import fields
from pathlib import Path

import pytest

from bot.config import Settings, new_data_key
from bot.errors import ConfigError

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PRODUCTION = {
    "APP_ENV": "production",
    "DATABASE_URL": "postgresql://db/sosin",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": new_data_key(),
    "KAKAO_SKILL_SECRET": "k" * 32,
    "PUBLIC_URL": "https://bot.example.org",
}


@pytest.mark.parametrize("item", fields(Settings), ids=lambda f: f.name)
def test_every_setting_is_in_the_readme(item: object) -> None:
    assert f"`{item.name.upper()}`" in README  # type: ignore[attr-defined]  # a dataclass field


def test_production_starts_with_everything_set() -> None:
    settings = Settings.from_env(PRODUCTION)
    assert settings.is_production


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"APP_ENV"}))
def test_production_refuses_to_start_without_a_secret(name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Settings.from_env({k: v for k, v in PRODUCTION.items() if k != name})


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(ConfigError, match="APP_ENV"):
        Settings.from_env({"APP_ENV": "staging"})


def test_accounts_never_travel_unsealed() -> None:
    given = PRODUCTION | {"ACCOUNT_CHECK_KEY": "secret-of-the-service"}
    for url in ("", "http://accounts.example.org", "ftp://accounts.example.org"):
        with pytest.raises(ConfigError, match="ACCOUNT_CHECK_URL"):
            Settings.from_env(given | {"ACCOUNT_CHECK_URL": url})
    settings = Settings.from_env(given | {"ACCOUNT_CHECK_URL": "https://accounts.example.org"})
    assert "secret-of-the-service" not in repr(settings)


def test_a_scanner_has_an_address_that_can_be_used() -> None:
    for address in ("clamav", ":3310", "clamav:", "unix:socket", "clamav:http"):
        with pytest.raises(ConfigError, match="CLAMD_ADDRESS"):
            Settings.from_env({"APP_ENV": "test", "CLAMD_ADDRESS": address})
    for address in ("127.0.0.1:3310", "clamav:3310", "unix:/run/clamav/clamd.ctl"):
        given = Settings.from_env({"APP_ENV": "test", "CLAMD_ADDRESS": address})
        assert given.clamd_address == address


@pytest.mark.parametrize("url", ["", "sqlite:////var/lib/sosin.db"])
def test_the_engine_for_several_machines_needs_postgresql(url: str) -> None:
    given = {"APP_ENV": "test", "JOBS_ENGINE": "procrastinate", "DATABASE_URL": url}
    with pytest.raises(ConfigError, match=r"JOBS_ENGINE=procrastinate .* PostgreSQL"):
        Settings.from_env(given)
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        given["DATABASE_URL"] = f"{scheme}://db/sosin"
        assert Settings.from_env(given).jobs_engine == "procrastinate"


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ConfigError, match="JOBS_ENGINE must be embedded or procrastinate"):
        Settings.from_env({"APP_ENV": "test", "JOBS_ENGINE": "celery"})


def test_secrets_do_not_show_in_repr() -> None:
    shown = repr(Settings.from_env(PRODUCTION))
    for name in ("SECRET_KEY", "DATA_KEYS", "KAKAO_SKILL_SECRET"):
        assert PRODUCTION[name] not in shown


def test_lists_are_split() -> None:
    settings = Settings.from_env(PRODUCTION | {"KAKAO_BOT_IDS": "a, b ,"})
    assert settings.kakao_bot_ids == ("a", "b")


def test_links_of_a_trial_lead_to_where_it_serves() -> None:
    assert Settings.from_env({"APP_ENV": "test"}).public_url == "http://127.0.0.1:8000"
    assert Settings.from_env({"APP_ENV": "test", "PORT": "8080"}).public_url.endswith(":8080")
    given = {"APP_ENV": "test", "PORT": "8080", "PUBLIC_URL": "https://bot.example.org"}
    assert Settings.from_env(given).public_url == "https://bot.example.org"


def test_half_a_setting_of_kakaopay_is_refused_in_production() -> None:
    key, cid = {"KAKAOPAY_KEY": "PRD" + "0" * 37}, {"KAKAOPAY_CID": "CT00000000"}
    for half in (key, cid):
        with pytest.raises(ConfigError, match="KAKAOPAY_KEY and KAKAOPAY_CID"):
            Settings.from_env(PRODUCTION | half)
    settings = Settings.from_env(PRODUCTION | key | cid)
    assert key["KAKAOPAY_KEY"] not in repr(settings)
    with pytest.raises(ConfigError, match="KAKAOPAY_URL"):
        Settings.from_env(PRODUCTION | key | cid | {"KAKAOPAY_URL": "http://pay.example.org"})
    assert Settings.from_env({"APP_ENV": "test"} | key).kakaopay_cid == ""
