"""Settings, read once from the environment.

Every outside address is a setting, so that tests and trials speak to a loopback server.
The table in README.md lists each of them; a test keeps the two equal.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from bot.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
STATE_DIR = ROOT / "var"
"""Where a development machine keeps its database, keys and uploads."""

NTS_DEFAULT_URL = "https://api.odcloud.kr/api/nts-businessman/v1"
"""Business registration status of the tax office (public data portal 15081808)."""
EVENT_DEFAULT_URL = "https://bot-api.kakao.com"
SOLAPI_DEFAULT_URL = "https://api.solapi.com"
NHN_DEFAULT_URL = "https://kakaotalk-bizmessage.api.nhncloudservice.com"
KAKAOPAY_DEFAULT_URL = "https://open-api.kakaopay.com"
KAKAOPAY_TEST_CID = "TC0ONETIME"
"""KakaoPay's contract for tests: no money moves. Production has to name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two installations. Secrets stay out of `repr`."""

    app_env: str = "development"
    database_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    data_keys: str = field(default="", repr=False)
    public_url: str = "http://127.0.0.1:8000"
    kakao_skill_secret: str = field(default="", repr=False)
    kakao_bot_ids: tuple[str, ...] = ()
    kakao_block_id: str = ""
    kakao_admin_key: str = field(default="", repr=False)
    kakao_rest_key: str = field(default="", repr=False)
    kakao_event_url: str = EVENT_DEFAULT_URL
    kakao_event_suffix: str = ""
    kakao_image_hosts: tuple[str, ...] = (".kakaocdn.net",)
    kakao_callback_hosts: tuple[str, ...] = (".kakao.com",)
    nts_url: str = NTS_DEFAULT_URL
    nts_key: str = field(default="", repr=False)
    account_check_url: str = ""
    account_check_key: str = field(default="", repr=False)
    senders: tuple[str, ...] = ("console",)
    solapi_url: str = SOLAPI_DEFAULT_URL
    solapi_key: str = field(default="", repr=False)
    solapi_secret: str = field(default="", repr=False)
    solapi_pfid: str = ""
    solapi_from: str = ""
    solapi_templates: str = ""
    nhn_url: str = NHN_DEFAULT_URL
    nhn_appkey: str = field(default="", repr=False)
    nhn_secret: str = field(default="", repr=False)
    nhn_sender_key: str = field(default="", repr=False)
    nhn_from: str = ""
    jobs_engine: str = "embedded"
    upload_dir: str = str(STATE_DIR / "uploads")
    clamd_address: str = ""
    scanner_required: bool = False
    kit_dir: str = str(STATE_DIR / "kits")
    kit_links: str = "direct"
    office_phone: str = ""
    osrm_url: str = ""
    kakaopay_url: str = KAKAOPAY_DEFAULT_URL
    kakaopay_key: str = field(default="", repr=False)
    kakaopay_cid: str = ""

    @property
    def is_production(self) -> bool:
        """True when nothing may be guessed and nothing of the workshop is shown."""
        return self.app_env == "production"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Args:
            environ: variables to read instead of the process environment.

        Raises:
            ConfigError: a value cannot be used, or production lacks a secret.
        """
        env = os.environ if environ is None else environ
        values: dict[str, object] = {}
        for item in fields(cls):
            raw = env.get(item.name.upper(), "").strip()
            if raw:
                values[item.name] = _typed(item.name, item.type, raw)
        if env.get("APP_ENV") != "production":
            values.setdefault("public_url", _local_address(env))
        settings = cls(**values)  # type: ignore[arg-type]  # field types are checked by _typed
        return _checked(settings)


def _local_address(env: Mapping[str, str]) -> str:
    """Return where `make run` serves: links in a trial must lead to it on any port."""
    return f"http://{env.get('HOST') or '127.0.0.1'}:{env.get('PORT') or '8000'}"


def _typed(name: str, kind: object, raw: str) -> object:
    if kind is bool:
        if raw not in {"on", "off"}:
            raise ConfigError(f"{name.upper()} must be on or off: {raw}")
        return raw == "on"
    if "tuple" in str(kind):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw


def _checked(settings: Settings) -> Settings:
    if settings.app_env not in {"development", "test", "production"}:
        raise ConfigError(f"APP_ENV must be development, test or production: {settings.app_env}")
    _check_engine(settings)
    _check_account_service(settings)
    _check_scanner(settings)
    if settings.kit_links not in {"short", "direct"}:
        raise ConfigError(f"KIT_LINKS must be short or direct: {settings.kit_links}")
    if settings.is_production:
        needed = ("database_url", "secret_key", "data_keys", "kakao_skill_secret")
        missing = [name.upper() for name in needed if not getattr(settings, name)]
        if missing:
            raise ConfigError("production needs " + ", ".join(missing))
        _check_https("PUBLIC_URL", settings.public_url)
        _check_kakaopay(settings)
        return settings
    return _with_development_defaults(settings)


def _check_kakaopay(settings: Settings) -> None:
    if bool(settings.kakaopay_key) != bool(settings.kakaopay_cid):
        raise ConfigError("production needs KAKAOPAY_KEY and KAKAOPAY_CID together or neither")
    _check_https("KAKAOPAY_URL", settings.kakaopay_url)


def _check_https(name: str, url: str) -> None:
    if not url.startswith("https://"):
        raise ConfigError(f"production needs {name} to begin with https://")


def _check_engine(settings: Settings) -> None:
    if settings.jobs_engine not in {"embedded", "procrastinate"}:
        raise ConfigError(f"JOBS_ENGINE must be embedded or procrastinate: {settings.jobs_engine}")
    is_postgres = settings.database_url.startswith(("postgresql", "postgres:"))
    if settings.jobs_engine == "procrastinate" and not is_postgres:
        raise ConfigError("JOBS_ENGINE=procrastinate needs a DATABASE_URL of PostgreSQL")


def _check_account_service(settings: Settings) -> None:
    if not settings.account_check_key:
        return
    if not settings.account_check_url:
        raise ConfigError("ACCOUNT_CHECK_KEY needs ACCOUNT_CHECK_URL")
    if settings.is_production:
        _check_https("ACCOUNT_CHECK_URL", settings.account_check_url)


def _check_scanner(settings: Settings) -> None:
    address = settings.clamd_address
    if not address or address.startswith("unix:/"):
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError("CLAMD_ADDRESS must be host:port or unix:/path")


def _with_development_defaults(settings: Settings) -> Settings:
    changes: dict[str, str] = {}
    if not settings.database_url:
        changes["database_url"] = f"sqlite:///{STATE_DIR / 'sosin.db'}"
    if not settings.secret_key or not settings.data_keys:
        made = development_secrets(STATE_DIR / "development-secrets.json")
        changes.setdefault("secret_key", settings.secret_key or made["secret_key"])
        changes.setdefault("data_keys", settings.data_keys or made["data_keys"])
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    return Settings(**(values | changes))


def new_data_key() -> str:
    """Return a fresh DATA_KEYS entry: key id, colon, 32 random bytes in base64."""
    return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def development_secrets(path: Path) -> dict[str, str]:
    """Return the secrets of this development machine, made on first use.

    Two processes may start at once: the first to create the file wins, both read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {"secret_key": secrets.token_hex(32), "data_keys": new_data_key()}
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(made), encoding="utf-8")
    draft.chmod(0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
