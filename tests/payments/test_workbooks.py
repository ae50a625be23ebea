"""Workbooks: cells stay what they were; a file that is none, or a trap, gets one sentence."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.errors import InvalidInputError
from bot.services import workbooks
from bot.services.payments.handover import export
from bot.services.payments.handover.answers import rows_of
from bot.services.payments.handover.results import ResultFile, import_results
from bot.services.sealed_files import SealedFiles
from bot.services.spreadsheets import SheetFormat, as_file, table_of
from models import crypto
from models.session import Database
from models.states import PayState
from tests.payments.applicants import applicant
from tests.use_cases.people import NOW

SMALL = as_file([("신청번호", "상태"), ("P-1", "승인")], SheetFormat.XLSX)
ROW = '<row><c t="inlineStr"><is><t>a</t></is></c></row>'
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET, TAIL = "xl/worksheets/sheet1.xml", "</sheetData></worksheet>"


def saved(*rows: tuple[Any, ...], formats: dict[str, str] | None = None) -> bytes:
    """Return what an office program saves."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for place, shown_as in (formats or {}).items():
        sheet[place].number_format = shown_as
    hidden = book.create_sheet("목록", 0)
    hidden.sheet_state = "hidden"
    hidden["A1"] = "not this one"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """Return a good workbook with one part exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SMALL)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


def sheet_of(body: str) -> bytes:
    """Return a good workbook with another sheet."""
    return with_part(SHEET, f"{HEAD}{body}{TAIL}".encode())


def refusal(data: bytes) -> str:
    """Return the code with which a file is refused."""
    with pytest.raises(InvalidInputError) as error:
        list(table_of(data, "results.xlsx"))
    assert str(error.value).startswith("results.xlsx")
    return error.value.code


def test_every_cell_leaves_as_the_text_that_it_was() -> None:
    rows = [("계좌", "이름"), ("00123456789012", "=1+1"), ("+82", "줄\n바꿈"), ("-", "\x01벨")]
    data = as_file(rows, SheetFormat.XLSX)
    cells = [cell for row in load_workbook(io.BytesIO(data)).worksheets[0] for cell in row]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert [cell.value for cell in cells][2:] == [
        "00123456789012", "=1+1", "+82", "줄\n바꿈", "-", "벨",
    ]  # fmt: skip
    assert as_file(rows, SheetFormat.XLSX) == data, "the digest on record tells the file"


def test_an_export_lies_nowhere_else_on_the_disk(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applicant(sqlite_database, store_name="=1+1").complete()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "forbidden"))
    with sqlite_database.transaction() as session:
        taken = export(session, "kakaopay", "staff:op", "weekly", NOW, SheetFormat.XLSX)
    assert taken is not None
    assert (taken.file_format, taken.data[:4]) == (SheetFormat.XLSX, b"PK\x03\x04")
    (_, head), (_, row) = table_of(taken.data, "out.xlsx")
    assert row[head.index("가게이름")] == "=1+1"


def test_results_as_an_office_saves_them(sqlite_database: Database, tmp_path: Path) -> None:
    who = applicant(sqlite_database)
    who.complete()
    who.hand_off()
    data = saved(
        ("신청번호", "접수번호", "상태", "처리일", "비고"),
        (f" {who.overview().number.lower()} ", 42, "심사중", datetime(2026, 11, 24), 3.5),  # noqa: DTZ001 -- as the library wants it
        (None, None, None, None, None),
        ("P-1", 7.0, "승인", "2026-11-24", '=1+"x"'),
        formats={"B2": "0000000"},
    )
    files = SealedFiles(tmp_path / "sealed", crypto.ring())
    given_file = ResultFile("results.csv", data)
    report = import_results(sqlite_database, files, "kakaopay", given_file, "staff:op", NOW)
    assert (report.applied, [(e.line, e.code) for e in report.errors]) == (
        1,
        [(4, "no_application")],
    )
    assert who.state is PayState.PROVIDER_REVIEW
    with sqlite_database.reading() as session:
        shown = session.connection().exec_driver_sql("SELECT provider_ref FROM pay_application")
        assert shown.scalar() == "0000042", "zeros that are only shown are read"
    again = import_results(sqlite_database, files, "kakaopay", given_file, "staff:op", NOW)
    assert (again.applied, again.unchanged) == (0, 1)


def test_numbers_that_lost_digits_are_not_guessed() -> None:
    assert refusal(saved(("계좌",), (12345678901234567,))) == "cell_number"


WRONG = {
    "cut": (SMALL[:-40], "bad_workbook"),
    "noise": (b"PK\x03\x04 nothing", "bad_workbook"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_workbook"),
    "no types": (with_part("[Content_Types].xml", b"<Types/>"), "bad_workbook"),
    "no end": (with_part(SHEET, b"<worksheet"), "bad_workbook"),
    "big": (with_part(SHEET, bytes(workbooks.MAX_UNPACKED)), "workbook_size"),
    "tags": (sheet_of("<row/>" * workbooks.MAX_TAGS), "workbook_size"),
    "entities": (with_part(SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "workbook_entities"),
    "wide": (with_part(SHEET, "<a/>".encode("utf-16")), "workbook_entities"),
    "far row": (sheet_of('<row r="999999999999"><c t="n"><v>1</v></c></row>'), "too_many_rows"),
    "rows": (sheet_of(ROW * 5_002), "too_many_rows"),
    "cell": (sheet_of(ROW.replace("a<", "a" * 5_001 + "<")), "cell_size"),
    "columns": (saved(tuple("a" * 41)), "too_many_columns"),
}  # fmt: skip


@pytest.mark.parametrize("which", WRONG)
def test_a_wrong_file_gets_one_sentence(which: str) -> None:
    data, code = WRONG[which]
    assert refusal(data) == code


def test_a_small_file_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"xl/{number}.xml", bytes(4 * 1024 * 1024))
    assert len(out.getvalue()) < 200_000
    assert refusal(out.getvalue()) == "workbook_size"


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=6))
def test_damage_is_told_and_nothing_else_is_raised(at: int, noise: bytes) -> None:
    data = SMALL[:at] + noise + SMALL[at + len(noise) :]
    try:
        assert list(rows_of(data, "results.xlsx"))
    except InvalidInputError as error:
        assert error.code  # noqa: PT017 -- either way is right, nothing else is


def test_a_column_is_named_once() -> None:
    with pytest.raises(InvalidInputError) as error:
        list(rows_of(saved(("신청번호", "상태", "상태"), ("P-1", "a", "b")), "r.xlsx"))
    assert error.value.code == "columns_twice"
