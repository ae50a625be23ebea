from pathlib import Path

import pytest

from bot.services.documents import DocumentStore
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.session import Database
from tests.fakes import rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def files(folder: Path, data_keys: None) -> SealedFiles:
    del data_keys
    return SealedFiles(folder, crypto.ring())


@pytest.fixture
def store(files: SealedFiles) -> DocumentStore:
    return DocumentStore(files)


@pytest.fixture
def talk(database: Database) -> int:
    """Return the id of a conversation, on each database."""
    with database.transaction() as session:
        return rows.conversation(session).id
