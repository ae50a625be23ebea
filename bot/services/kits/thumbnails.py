"""Small pictures of products, also before anything was ordered.

Drawn when somebody looks and kept sealed for a day, because they carry a store's name.
"""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from bot.errors import InvalidInputError
from bot.services.kit_links import KitPicture
from bot.services.kits.press import Press, Sheet
from bot.services.kits.stores import store_of
from bot.services.sealed_files import SealedFiles
from models.session import Database

WIDTH_PX = 640
KEPT = timedelta(days=1)
SAMPLE_LINK = "https://example.org/sample"
"""What codes of made-up pictures say: nobody's channel."""
_SAMPLE = Sheet(
    store_name="우리 가게",
    market="우리 시장",
    public_id="_sample",
    search_id="우리가게",
    products=(),
    theme="",
)


class Thumbnails:
    """Draws small pictures, each once a day.

    Args:
        database: knows how stores are called.
        press: draws.
        cache: a sealed folder of its own.
    """

    def __init__(self, database: Database, press: Press, cache: SealedFiles) -> None:
        self._database = database
        self._press = press
        self._cache = cache

    def get(self, wanted: KitPicture) -> bytes:
        """Return a picture (PNG).

        Raises:
            InvalidInputError: the store is gone (code `store_gone`).
            UnprintableError: this cannot be printed so.
        """
        sheet = self._sheet(wanted)
        name = _name(sheet)
        try:
            return self._cache.get(name)
        except InvalidInputError:
            picture = self._press.thumbnail(sheet, wanted.product, WIDTH_PX)
        self._cache.put(picture, name)
        return picture

    def sweep(self, now: datetime) -> int:
        """Remove pictures drawn more than a day ago; return how many."""
        old = list(self._cache.names_before(now - KEPT))
        for name in old:
            self._cache.delete(name)
        return len(old)

    def reseal(self) -> int:
        """Seal pictures with the newest data key; return how many."""
        return self._cache.reseal()

    def _sheet(self, wanted: KitPicture) -> Sheet:
        links = {wanted.product: SAMPLE_LINK}
        plain = replace(_SAMPLE, products=(wanted.product,), theme=wanted.theme, links=links)
        if not wanted.store_id:
            return plain
        with self._database.reading() as session:
            store = store_of(session, wanted.store_id)
        if store is None:
            raise InvalidInputError(code="store_gone")
        return replace(
            plain,
            store_name=store.name,
            market=store.market,
            stall=store.stall,
            public_id=store.public_id or plain.public_id,
            search_id=store.search_id or "",
            links={} if store.public_id else links,
        )


def _name(sheet: Sheet) -> str:
    """Return the name that a picture is kept under: a digest of all that is on it."""
    data = json.dumps(asdict(sheet), sort_keys=True).encode()
    return hashlib.sha256(data).hexdigest()[:32]
