"""The place where kits are made: the press, the shelf for files, and how codes are written."""

from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.services.kit_links import SHORT_PATH
from bot.services.kits.gallery import CappedFiles
from bot.services.kits.press import KitsPress, Press
from bot.services.kits.thumbnails import Thumbnails
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.session import Database

_FILES, _PICTURES = "orders", "pictures"
DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class KitShop:
    """What everybody works with who deals with kits.

    Attributes:
        press: makes files.
        files: where the sealed files of orders lie.
        thumbnails: draws small pictures.
        short_base: what the short links on printed matter begin with; None when codes hold
            the address of the channel itself.
    """

    press: Press
    files: SealedFiles
    thumbnails: Thumbnails
    short_base: str | None


def open_shop(settings: Settings, database: Database, press: Press | None = None) -> KitShop:
    """Return the shop of an installation.

    Args:
        settings: where files lie and how codes are written.
        database: knows how stores are called.
        press: what makes files; None for the real one.
    """
    folder, ring = Path(settings.kit_dir), crypto.ring()
    press = press or KitsPress()
    return KitShop(
        press=press,
        files=SealedFiles(folder / _FILES, ring),
        thumbnails=Thumbnails(database, press, CappedFiles(folder / _PICTURES, ring)),
        short_base=short_base(settings),
    )


def short_base(settings: Settings) -> str | None:
    """Return what short links begin with; only an address that customers reach will do."""
    if settings.kit_links == DIRECT or not settings.public_url.startswith("https://"):
        return None
    return settings.public_url.rstrip("/") + SHORT_PATH
