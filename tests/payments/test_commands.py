"""`flask --app wsgi payments …`."""

from pathlib import Path

from bot.services.spreadsheets import table_of
from models.states import PayState
from tests.payments.applicants import ACCOUNT, applicant
from tests.talk import house


def test_out_and_back(sqlite_url: str, tmp_path: Path) -> None:
    target, results = tmp_path / "out.csv", tmp_path / "results.csv"
    with house(sqlite_url) as building:
        runner = building.app.test_cli_runner()
        who = applicant(building.database)
        who.complete()
        out = ["payments", "export", str(target), "--reason", "weekly"]
        first = runner.invoke(args=out)
        assert "1 applications" in first.output, first.output
        assert ACCOUNT in target.read_text(encoding="utf-8-sig")
        assert runner.invoke(args=out).exit_code == 1
        results.write_text(
            f"신청번호,상태\n{who.overview().number},심사중\nP-1,승인\n", encoding="utf-8"
        )
        dry = runner.invoke(args=["payments", "import", str(results), "--dry-run"])
        assert "would be applied 1" in dry.output
        assert who.overview().state is PayState.HANDED_OFF
        real = runner.invoke(args=["payments", "import", str(results)])
        assert "applied 1, unchanged 0, errors 1" in real.output
        assert who.state is PayState.PROVIDER_REVIEW
        shown = runner.invoke(args=["payments", "show", "user-1"])
        assert '"provider_review"' in shown.output
        assert ACCOUNT not in shown.output


def test_a_batch_again_as_a_workbook(sqlite_url: str, tmp_path: Path) -> None:
    target, again = tmp_path / "out.xlsx", tmp_path / "again.XLSX"
    with house(sqlite_url) as building:
        runner = building.app.test_cli_runner()
        applicant(building.database).complete()
        out = ["payments", "export", str(tmp_path / "out.xls"), "--reason", "weekly"]
        wrong = runner.invoke(args=out)
        assert (wrong.exit_code, wrong.output) == (
            1,
            "Error: out.xls has to end in .xlsx or .csv\n",
        )
        said = runner.invoke(args=["payments", "export", str(target), "--reason", "weekly"]).output
        batch = said.split()[1].rstrip(":")
        asked = ["payments", "export", str(again), "--again", batch, "--reason", "lost"]
        assert runner.invoke(args=asked).output == said, "the same bytes"
        assert again.read_bytes() == target.read_bytes()
        assert target.stat().st_mode & 0o077 == 0
        (_, head), (_, row) = table_of(target.read_bytes(), "out.xlsx")
        assert row[head.index("계좌번호")] == ACCOUNT
        asked[2] = str(tmp_path / "none.csv")
        asked[4] = "00000000-0000-0000-0000-000000000000"
        assert "no batch" in runner.invoke(args=asked).output
        assert not (tmp_path / "none.csv").exists()
        assert "--again" in runner.invoke(args=["payments", "export", "--help"]).output
