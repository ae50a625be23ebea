"""`flask --app wsgi payments …` and `keys rotate`."""

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("again", [1, 2])
def test_nothing_to_seal_anew(sqlite_url: str, again: int) -> None:
    with house(sqlite_url) as building:
        for _ in range(again):
            found = building.app.test_cli_runner().invoke(args=["keys", "rotate"])
            assert found.output == "sealed anew: 0 values\n"
