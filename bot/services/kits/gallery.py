"""Small pictures within a time: whoever asks gets one soon, or none.

A chat shows a broken picture when ours takes too long, and a market full of merchants may ask
at once. So drawing has a thread of its own, somebody who asks for what is being drawn already
waits for the same drawing, and nobody waits longer than a given patience; what was begun is
finished and lies ready for the next one.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bot.errors import ConflictError
from bot.services.kit_links import KitPicture
from bot.services.kits.thumbnails import Thumbnails
from bot.services.sealed_files import SealedFiles
from models.crypto import KeyRing

MOST_WAITING = 16
"""Pictures that may wait to be drawn; more would not be done in time anyway."""
READERS = 4
"""What lies ready must not wait behind what is drawn; drawing itself is done one by one."""
CACHE_BYTES = 64 * 1024 * 1024
_LEFT_AFTER = 0.8


class CappedFiles(SealedFiles):
    """A sealed folder that does not outgrow a size: what was written first goes first.

    Args:
        folder: made on first use.
        ring: the data keys.
        most_bytes: of all files together.
    """

    def __init__(self, folder: Path, ring: KeyRing, most_bytes: int = CACHE_BYTES) -> None:
        super().__init__(folder, ring)
        self._root = folder
        self._most = most_bytes

    def put(self, data: bytes, name: str | None = None) -> str:
        """Store `data`, making room for it."""
        kept = super().put(data, name)
        self._trim()
        return kept

    def _trim(self) -> None:
        found = []
        for path in self._root.glob("??/*"):
            try:
                entry = path.stat()
            except FileNotFoundError:
                continue  # another process made room at the same time
            found.append((entry.st_mtime_ns, entry.st_size, path))
        total = sum(size for _, size, _ in found)
        if total <= self._most:
            return
        for _, size, path in sorted(found):
            path.unlink(missing_ok=True)
            total -= size
            if total <= self._most * _LEFT_AFTER:
                break


class Gallery:
    """Hands out small pictures.

    Args:
        thumbnails: draws and keeps them.
        patience_s: how long somebody who asks may wait.
    """

    def __init__(self, thumbnails: Thumbnails, patience_s: float) -> None:
        self._thumbnails = thumbnails
        self._patience_s = patience_s
        self._begun: dict[KitPicture, Future[bytes]] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="thumbnails")

    def picture(self, wanted: KitPicture) -> bytes:
        """Return a picture (PNG).

        Raises:
            ConflictError: not in time (code `picture_late`); ask again later.
            InvalidInputError: the store is gone (code `store_gone`).
            UnprintableError: this cannot be printed so.
        """
        try:
            return self._drawing(wanted).result(self._patience_s)
        except TimeoutError as error:
            raise ConflictError(code="picture_late") from error

    def close(self) -> None:
        """Begin nothing any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _drawing(self, wanted: KitPicture) -> Future[bytes]:
        with self._lock:
            known = self._begun.get(wanted)
            if known is not None:
                return known
            if len(self._begun) >= MOST_WAITING:
                raise ConflictError(code="picture_late")
            begun = self._threads.submit(self._thumbnails.get, wanted)
            self._begun[wanted] = begun
        begun.add_done_callback(lambda _: self._forget(wanted))
        return begun

    def _forget(self, wanted: KitPicture) -> None:
        with self._lock:
            self._begun.pop(wanted, None)
