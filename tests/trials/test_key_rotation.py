"""`keys rotate` is killed in the middle: nothing is lost, and the next run goes on.

The real command runs as a process of its own and gets SIGKILL as soon as a part of the rows,
or of the files, is sealed anew. In the end the new key alone opens every value and every file.
"""

import base64
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, column, insert, select, table

from bot.services.payments.handover.results import ResultFile, import_results
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.conversation import Turn
from models.crypto import KeyRing
from models.errors import KeyRingError
from models.payment import PayQr
from models.rotation import sealed_columns
from models.session import Database
from tests.databases import TEST_KEYS
from tests.patience import PATIENCE_S
from tests.payments.applicants import ACCOUNT, applicant
from tests.print.specs import payment_picture
from tests.talk import House
from tests.trials.server import REPOSITORY
from tests.use_cases.people import NOW

NEW = "k9:" + base64.b64encode(b"n" * 32).decode()
TURNS, FILES = 1500, 150
KILLS = 12
"""In the long run, at any moment."""


@dataclass
class Vault:
    """An installation whose data were sealed with the old key.

    Attributes:
        url: address of its database.
        folder: where its files lie.
    """

    url: str
    database: Database
    folder: Path

    @property
    def _folders(self) -> tuple[Path, ...]:
        kits = self.folder / "kits"
        return self.folder / "uploads", kits / "orders", kits / "pictures"

    def fill(self) -> None:
        """Put in an application with its code, a long conversation and files everywhere."""
        who = applicant(self.database)
        who.complete()
        who.hand_off()
        uploads = SealedFiles(self._folders[0], crypto.ring())
        row = f"신청번호,상태,가맹점코드,QR그림\n{who.overview().number},QR발급,M-1,a.png\n"
        given = ResultFile("results.csv", row.encode(), {"a.png": payment_picture()})
        import_results(self.database, uploads, "kakaopay", given, "staff:op", NOW)
        chat = who.person.conversation_id
        with self.database.transaction() as session:
            turns = [
                {
                    "conversation_id": chat,
                    "no": 1000 + n,
                    "at": NOW,
                    "said": f"{n}",
                    "answered": "네",
                }
                for n in range(TURNS)
            ]
            session.execute(insert(Turn), turns)
        for folder in self._folders:
            files = SealedFiles(folder, crypto.ring())
            for number in range(FILES // 3):
                files.put(f"file {number}".encode())

    def begin(self) -> "subprocess.Popen[bytes]":
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate"],
            cwd=REPOSITORY,
            env={
                **os.environ,
                "APP_ENV": "test",
                "DATABASE_URL": self.url,
                "SECRET_KEY": "test" * 8,
                "DATA_KEYS": f"{NEW},{TEST_KEYS}",
                "UPLOAD_DIR": str(self.folder / "uploads"),
                "KIT_DIR": str(self.folder / "kits"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @contextmanager
    def _barred(self, folder: Path) -> Iterator[None]:
        """Let nobody come past the first file of a folder: it never ends."""
        bar = folder / "00" / f"{'0' * 32}.sealed"
        bar.parent.mkdir(exist_ok=True)
        os.mkfifo(bar)
        yield
        bar.unlink()

    def kill_when(self, reached: Callable[[], bool], before: str) -> None:
        """Start the command and kill it as soon as it has come so far.

        Args:
            reached: tells that.
            before: name of a folder whose files it does not reach, however late we look.
        """
        (folder,) = (each for each in self._folders if each.name == before)
        with self._barred(folder):
            self._kill_when(reached)

    def _kill_when(self, reached: Callable[[], bool]) -> None:
        process = self.begin()
        until = time.monotonic() + PATIENCE_S
        while process.poll() is None and not reached():
            assert time.monotonic() < until
            time.sleep(0.005)
        process.kill()
        said, _ = process.communicate()
        assert process.returncode == -9, f"it was through already: {said.decode()}"

    def finish(self) -> tuple[int, int]:
        """Let the command run to its end; return how many values and files were left for it."""
        folders = {"upload_dir": f"{self.folder}/uploads", "kit_dir": f"{self.folder}/kits"}
        keys = f"{NEW},{TEST_KEYS}"
        try:
            building = House(self.url, changes={"data_keys": keys, **folders})
            said = building.app.test_cli_runner().invoke(args=["keys", "rotate"]).output
            building.close()
        finally:
            crypto.use(KeyRing.from_setting(TEST_KEYS))
        words = said.split("sealed anew: ")[1].split()
        return int(words[0]), int(words[2])

    def values(self) -> Iterator[tuple[str, bytes]]:
        """Yield every sealed value as it lies there, with its column."""
        for found, name in sealed_columns():
            raw = table(found.name, column(name, LargeBinary))
            with self.database.read.connect() as connection:
                for (value,) in connection.execute(select(raw).where(raw.c[name].is_not(None))):
                    yield f"{found.name}.{name}", bytes(value)

    def sealed_files(self) -> Iterator[Path]:
        """Yield every sealed file."""
        for folder in self._folders:
            yield from filter(Path.is_file, folder.glob("??/*.sealed"))

    def has_begun(self) -> bool:
        """Tell whether the first turn carries the new key."""
        raw = table("turn", column("id"), column("answered", LargeBinary))
        with self.database.read.connect() as connection:
            first = connection.execute(select(raw.c.answered).order_by(raw.c.id).limit(1))
            return _is_new(bytes(first.scalar_one()))

    def new_values(self) -> int:
        """Return how many turns carry the new key in the first of their columns."""
        raw = table("turn", column("answered", LargeBinary))
        with self.database.read.connect() as connection:
            return sum(_is_new(bytes(v)) for (v,) in connection.execute(select(raw)) if v)

    def new_files(self) -> int:
        """Return how many files carry the new key."""
        return sum(_is_new(path.read_bytes()) for path in self.sealed_files())

    def open_all(self, ring: KeyRing) -> tuple[int, int]:
        """Open every value and every file with a ring; return how many there are."""
        values = [ring.open(value, context) for context, value in self.values()]
        files = [SealedFiles(path.parents[1], ring).get(path.stem) for path in self.sealed_files()]
        assert ACCOUNT.encode() in values
        assert payment_picture() in files
        return len(values), len(files)


def _is_new(sealed: bytes) -> bool:
    return KeyRing.key_id(sealed) == "k9"


@pytest.fixture
def vault(sqlite_url: str, tmp_path: Path) -> Iterator[Vault]:
    database = Database(sqlite_url)
    found = Vault(sqlite_url, database, tmp_path)
    found.fill()
    yield found
    database.dispose()


def codes(vault: Vault, setting: str) -> list[str | None]:
    """Read the payment codes with other keys."""
    crypto.use(KeyRing.from_setting(setting))
    try:
        with vault.database.reading() as session:
            return list(session.scalars(select(PayQr.payload)))
    finally:
        crypto.use(KeyRing.from_setting(TEST_KEYS))


def test_a_kill_in_the_middle_costs_nothing(vault: Vault) -> None:
    before = vault.open_all(KeyRing.from_setting(TEST_KEYS))
    vault.kill_when(vault.has_begun, before="uploads")
    assert 0 < vault.new_values() <= TURNS
    assert vault.new_files() == 0
    assert vault.open_all(KeyRing.from_setting(f"{NEW},{TEST_KEYS}")) == before
    vault.kill_when(lambda: vault.new_files() > 0, before="orders")
    assert 0 < vault.new_files() < before[1]
    ages = {path.stem: path.stat().st_mtime_ns for path in vault.sealed_files()}
    values, files = vault.finish()
    assert (values, files > 0) == (0, True), "values came before files"
    assert vault.finish() == (0, 0)
    assert vault.open_all(KeyRing.from_setting(NEW)) == before
    assert {path.stem: path.stat().st_mtime_ns for path in vault.sealed_files()} == ages
    with pytest.raises(KeyRingError):
        vault.open_all(KeyRing.from_setting(TEST_KEYS))
    assert codes(vault, NEW) == codes(vault, f"{NEW},{TEST_KEYS}") != []


@pytest.mark.long
def test_kills_at_any_moment(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    vault = Vault(database.url.render_as_string(hide_password=False), database, tmp_path)
    vault.fill()
    before = vault.open_all(crypto.ring())
    dice = random.Random(1)  # noqa: S311 -- moments, not secrets
    parts = [vault.new_values() + vault.new_files()]
    for _ in range(KILLS):
        process = vault.begin()
        moment = time.monotonic() + dice.uniform(0.5, 6)
        while process.poll() is None and time.monotonic() < moment:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        parts.append(vault.new_values() + vault.new_files())
        assert vault.open_all(KeyRing.from_setting(f"{NEW},{TEST_KEYS}")) == before
    assert parts == sorted(parts), "what is done stays done"
    vault.finish()
    assert vault.open_all(KeyRing.from_setting(NEW)) == before
    database.dispose()
