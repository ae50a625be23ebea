"""A file of results: each row once, nothing by halves, one sentence an error."""

from pathlib import Path

import pytest

from bot.services import payments
from bot.services.payments.handover.results import ImportReport, ResultFile, import_results
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.payment import PayApplication
from models.session import Database
from models.states import PayState
from tests.payments.applicants import Applicant, applicant
from tests.print.specs import PAID, payment_picture
from tests.use_cases.people import NOW

HEAD = "신청번호,접수번호,상태,가맹점코드,사유,QR그림"


@pytest.fixture
def files(tmp_path: Path) -> SealedFiles:
    return SealedFiles(tmp_path / "sealed", crypto.ring())


@pytest.fixture
def who(database: Database) -> Applicant:
    found = applicant(database)
    found.complete()
    found.hand_off()
    return found


def read(who: Applicant, files: SealedFiles, *rows: str, dry: bool = False) -> ImportReport:
    number = who.overview().number
    text = "\n".join([HEAD, *(row.replace("#", number) for row in rows)])
    given = ResultFile("results.csv", text.encode("cp949"), {"a.png": payment_picture()})
    return import_results(who.database, files, "kakaopay", given, "staff:op", NOW, dry_run=dry)


def test_a_code_comes_and_the_file_is_read_once(who: Applicant, files: SealedFiles) -> None:
    row = "#,R-1,QR발급,M-1,,a.png"
    assert read(who, files, row, dry=True).applied == 1
    assert who.state is PayState.HANDED_OFF
    assert read(who, files, row).applied == 1
    before = who.history()
    assert [to for _, to in before][-2:] == ["approved", "qr_issued"]
    assert read(who, files, row).is_known
    other = read(who, files, row, "")
    assert (other.applied, other.unchanged, other.errors) == (0, 1, ())
    assert who.history() == before
    with who.database.reading() as session:
        code = payments.active_code(session, who.id)
        assert code is not None
        assert code.storage_key is not None
        assert (code.payload, code.merchant_code) == (PAID, "M-1")
        assert files.get(code.storage_key) == payment_picture()


def test_broken_rows_move_nothing_and_say_why(who: Applicant, files: SealedFiles) -> None:
    rows = ("#,,모름,,,", "P-1,,승인,,,", "#,,QR발급,M-1,,b.png", "#,,,,,", "#,,반려,,이상한 말,")
    report = read(who, files, *rows)
    assert [(error.line, error.code) for error in report.errors] == [
        (2, "unknown_status"),
        (3, "no_application"),
        (4, "no_picture"),
        (5, "cells_missing"),
        (6, "unknown_reason"),
    ]
    assert who.state is PayState.HANDED_OFF
    with who.database.reading() as session:
        assert session.get_one(PayApplication, who.id).provider_status_raw == "반려"
