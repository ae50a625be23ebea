"""Puts a kit into a folder: whole, or not at all."""

import errno
import glob
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kits.catalog import PRODUCTS
from kits.errors import KitError
from kits.pipeline import REPORT, ZIP, UnfitKitError, as_json
from kits.spec import VARIANTS

BESIDE = ".kit-"
"""How folders begin that are filled and not yet in place."""
_READABLE = 0o755
OURS = frozenset(
    {ZIP, REPORT}
    | {f"{product}.png" for product in PRODUCTS}
    | {f"{product}.{variant}.pdf" for product in PRODUCTS for variant in VARIANTS}
)
"""Every name that a kit may hold; nothing else in a folder is ever touched."""


def put(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a kit; the report comes last and stands for a whole kit.

    A new folder appears at once. In an old one the files are exchanged one by one, and what
    an earlier kit left there goes away.

    Raises:
        KitError: `out_unwritable`.
    """
    try:
        with _beside(folder) as beside:
            _fill(beside / "kit", files, folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def put_file(data: bytes, path: Path) -> None:
    """Write one file, whole or not at all.

    Raises:
        KitError: `out_unwritable`.
    """
    try:
        with _beside(path) as beside:
            new = beside / path.name
            new.write_bytes(data)
            new.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> KitError:
    """Return what to say when the disk refuses."""
    reason = (error.strerror or "it is in use").lower()
    return KitError("out_unwritable", f"{path.name!r} cannot be written: {reason}.")


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Give a folder on the same disk; what a killed run left there for this place goes away."""
    place.parent.mkdir(parents=True, exist_ok=True)
    mark = f"{BESIDE}{place.name}~"
    for left in place.parent.glob(f"{glob.escape(mark)}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=mark, dir=place.parent) as beside:
        yield Path(beside)


def _fill(new: Path, files: Mapping[str, bytes], folder: Path) -> None:
    new.mkdir(_READABLE)
    for name, data in files.items():
        (new / name).write_bytes(data)
    if not folder.exists():
        new.rename(folder)
        return
    for name in OURS:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder in it has the name of a file of a kit")
    (folder / REPORT).unlink(missing_ok=True)
    for name in OURS - set(files):
        (folder / name).unlink(missing_ok=True)
    for name in (*(name for name in files if name != REPORT), REPORT):
        (new / name).replace(folder / name)


def put_report(error: UnfitKitError, folder: Path) -> None:
    """Leave the report of an unfit kit where no kit lies; an older kit stays as it is."""
    if not (folder / ZIP).exists():
        put({REPORT: as_json(error.report)}, folder)
