import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import InvalidInputError
from bot.services.sealed_files import SealedFiles
from models.errors import KeyRingError


def _paths(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "files").glob("*/*"))


def test_what_is_put_comes_back_and_cannot_be_read_on_disk(
    files: SealedFiles, tmp_path: Path
) -> None:
    name = files.put(b"certificate")
    assert files.get(name) == b"certificate"
    (path,) = _paths(tmp_path)
    assert b"certificate" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_swapped_and_changed_files_are_noticed(files: SealedFiles, tmp_path: Path) -> None:
    first, second = files.put(b"one"), files.put(b"two")
    one = next(path for path in _paths(tmp_path) if path.stem == first)
    two = next(path for path in _paths(tmp_path) if path.stem == second)
    one.write_bytes(two.read_bytes())
    with pytest.raises(KeyRingError):
        files.get(first)
    two.write_bytes(two.read_bytes()[:-1] + b"!")
    with pytest.raises(KeyRingError):
        files.get(second)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 31, "G" * 32, "0" * 32])
def test_no_such_file(files: SealedFiles, name: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        files.get(name)
    assert caught.value.code == "file_missing"


def test_deleting_twice_is_fine(files: SealedFiles) -> None:
    name = files.put(b"x")
    files.delete(name)
    files.delete(name)
    with pytest.raises(InvalidInputError):
        files.get(name)


def test_old_files_are_listed_and_old_drafts_removed(files: SealedFiles, tmp_path: Path) -> None:
    name = files.put(b"x")
    (path,) = _paths(tmp_path)
    draft = path.with_name("0" * 32 + ".draft")
    draft.write_bytes(b"half")
    written = datetime(2026, 11, 1, tzinfo=UTC)
    for each in (path, draft):
        os.utime(each, (written.timestamp(), written.timestamp()))
    assert list(files.names_before(written)) == []
    assert list(files.names_before(written + timedelta(seconds=1))) == [name]
    assert not draft.exists()
