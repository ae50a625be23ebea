"""The virus scanner: its verdicts, its silence, and a page that says so."""

import logging
from collections.abc import Iterator

import pytest

from bot.clients.clamd import Clamd
from bot.errors import ExternalUnavailableError, InvalidInputError
from bot.services.documents import DocumentStore
from bot.services.sealed_files import SealedFiles
from tests.fakes.clamd import BAD, FakeClamd
from tests.uploads.conftest import files, folder
from tests.uploads.pictures import photo

__all__ = ["files", "folder"]


@pytest.fixture
def scanner() -> Iterator[FakeClamd]:
    with FakeClamd() as fake:
        yield fake


def test_a_file_arrives_whole_and_gets_its_verdict(
    scanner: FakeClamd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    big = bytes(range(256)) * 1000
    clamd = Clamd(scanner.address)
    assert clamd(big)
    assert clamd(b"")
    assert not clamd(big + BAD)
    assert scanner.seen == [big, b"", big + BAD]
    assert "bad-mark" not in caplog.text


@pytest.mark.parametrize("answer", ["", "stream: Something ERROR", "?", "stream: OKAY", "x" * 9000])
def test_anything_else_is_no_verdict(scanner: FakeClamd, answer: str) -> None:
    scanner.answer = answer
    with pytest.raises(ExternalUnavailableError) as caught:
        Clamd(scanner.address)(b"file")
    assert caught.value.code == "scanner_down"


def test_too_big_too_slow_or_gone_is_no_verdict(scanner: FakeClamd) -> None:
    scanner.limit, scanner.silent = 100_000, True
    for clamd, data in (
        (Clamd(scanner.address), bytes(5_000_000)),
        (Clamd(scanner.address, 0.1), b"file"),
        (Clamd("127.0.0.1:9"), b"file"),
        (Clamd("unix:/nonexistent/clamd.ctl"), b"file"),
    ):
        with pytest.raises(ExternalUnavailableError):
            clamd(data)


def test_nothing_is_kept_without_a_verdict(scanner: FakeClamd, files: SealedFiles) -> None:
    store = DocumentStore(files, Clamd(scanner.address))
    assert store.prepare_now(photo()).mime == "image/jpeg"
    assert scanner.seen == [photo()]
    for answer, code in ((None, "file_infected"), ("", "file_not_scanned")):
        scanner.answer = answer
        with pytest.raises(InvalidInputError) as caught:
            store.prepare_now(photo() + BAD)
        assert caught.value.code == code
