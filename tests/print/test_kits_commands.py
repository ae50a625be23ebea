"""`kits render` and `kits market` as an operator runs them."""

import csv
import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from click.testing import Result
from flask import Flask

from bot.cli.kits import kits_commands
from kits import intake, pipeline, roster
from kits.proof import readings
from tests.patience import PATIENCE_S
from tests.print.specs import ADDRESS, as_json, as_store, logo, payment_picture

HEAD = "store,slogan,market,stall,phone,public_id,search_id,theme,products"
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi", "kits")
MARKUP = '#evil() $x$ *b* ] "'


Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    app = Flask("kits")
    app.cli.add_command(kits_commands())
    runner = app.test_cli_runner()

    def run(*words: str | Path | int) -> Result:
        return runner.invoke(args=["kits", *map(str, words)])

    return run


def spec_file(folder: Path, data: Any) -> Path:
    path = folder / "spec.json"
    path.write_text(json.dumps(data, ensure_ascii=True))
    return path


def held(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_kit_lies_in_the_folder(run: Run, tmp_path: Path) -> None:
    data = as_json(products=["poster-a4", "card"], variants=["print", "outlined", "home"])
    done = run("render", spec_file(tmp_path, data), "--out", tmp_path / "new" / "kit")
    assert (done.exit_code, done.stderr) == (0, "")
    files = held(tmp_path / "new" / "kit")
    variants = ("print", "outlined", "home")
    names = {f"{p}.{v}.pdf" for p in ("poster-a4", "card") for v in variants}
    assert set(files) == {*names, "poster-a4.png", "card.png", "kit.zip", "preflight.json"}
    report = json.loads(files["preflight.json"])
    assert report["ok"] is True
    assert len(report["items"]) == 6
    for item in report["items"]:
        assert item["codes"][0]["expected"] == item["codes"][0]["decoded"] == ADDRESS
    assert {path.name for path in tmp_path.iterdir()} == {"spec.json", "new"}


def test_a_second_kit_takes_the_place_of_the_first(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "kit"
    run("render", spec_file(tmp_path, as_json(products=["poster-a4", "card"])), "--out", out)
    (out / "notes.txt").write_text("kept")
    done = run("render", spec_file(tmp_path, as_json(products=["card"])), "--out", out)
    assert done.exit_code == 0
    names = {"card.print.pdf", "card.png", "kit.zip", "preflight.json", "notes.txt"}
    assert set(held(out)) == names


def test_what_a_killed_run_left_goes_away(run: Run, tmp_path: Path) -> None:
    for name in (".kit-kit~x1", ".kit-kit-2~x1", ".kitten"):
        (tmp_path / name / "kit").mkdir(parents=True)
    path = spec_file(tmp_path, as_json(products=["card"]))
    assert run("render", path, "--out", tmp_path / "kit").exit_code == 0
    left = {path.name for path in tmp_path.iterdir()} - {"spec.json", "kit"}
    assert left == {".kit-kit-2~x1", ".kitten"}, "those may be at work"


REFUSED: list[tuple[Any, str]] = [
    (as_json(store=as_store(name="가" * 200)), "store.name has 200 characters"),
    (as_json(store=as_store(name="바다🐟")), "store.name holds an emoji"),
    (as_json(store=as_store(name="שלום")), "store.name holds right-to-left writing"),
    (as_json(channel={"public_id": "AbCdE"}), "channel.public_id must look like _AbCdE"),
    (as_json(theme="neon"), "no theme 'neon'"),
    (as_json(products=["mug"]), "no product 'mug'"),
    (as_json(products=["pay-card"]), "pay-card needs a provider's payment code"),
    (as_json(logo="big.png"), "logo is larger than 2 MB"),
    (as_json(logo="logo.svg"), "logo must be a PNG or JPEG picture"),
    (as_json(logo="no.png"), "'no.png' is no readable file"),
    ({"store": {"name": "가"}}, "channel is missing"),
    ("x", "must be a JSON object"),
]


@pytest.mark.parametrize(("data", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_a_refusal_is_one_sentence_and_touches_nothing(
    run: Run, tmp_path: Path, data: Any, sentence: str
) -> None:
    (tmp_path / "big.png").write_bytes(logo() + bytes(3 * 1024 * 1024))
    (tmp_path / "logo.svg").write_text("<svg><script>alert(1)</script></svg>")
    out = tmp_path / "kit"
    out.mkdir()
    (out / "kit.zip").write_bytes(b"of last week")
    done = run("render", spec_file(tmp_path, data), "--out", out)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert held(out) == {"kit.zip": b"of last week"}
    assert {path.name for path in tmp_path.iterdir()} == {"kit", "spec.json", "big.png", "logo.svg"}


def test_a_refusal_makes_no_folder(run: Run, tmp_path: Path) -> None:
    for path in (spec_file(tmp_path, {}), tmp_path / "no.json", tmp_path):
        done = run("render", path, "--out", tmp_path / "kit")
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "kit").exists()


def test_an_unfit_kit_leaves_its_report_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pay.png").write_bytes(payment_picture(colour="#b4b4b4"))
    told = {"provider": "가온페이", "merchant_code": "GP-0042", "image": "pay.png"}
    path = spec_file(tmp_path, as_json(products=["pay-card"], payment=told))
    done = run("render", path, "--out", tmp_path / "kit")
    assert done.exit_code == 1
    assert "pay-card (print) is not fit to print" in done.stderr
    assert set(held(tmp_path / "kit")) == {"preflight.json"}
    assert json.loads(held(tmp_path / "kit")["preflight.json"])["ok"] is False


def test_an_unfit_kit_does_not_touch_an_older_one(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "kit"
    run("render", spec_file(tmp_path, as_json()), "--out", out)
    before = held(out)
    (tmp_path / "pay.png").write_bytes(payment_picture(colour="#b4b4b4"))
    told = {"provider": "가온페이", "merchant_code": "GP-0042", "image": "pay.png"}
    path = spec_file(tmp_path, as_json(products=["pay-card"], payment=told))
    assert run("render", path, "--out", out).exit_code == 1
    assert held(out) == before


def test_a_folder_that_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kit").write_text("a file")
    done = run("render", spec_file(tmp_path, as_json()), "--out", tmp_path / "kit")
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
    assert (tmp_path / "kit").read_text() == "a file"


def test_a_folder_that_cannot_take_a_kit_keeps_what_it_has(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "kit"
    run("render", spec_file(tmp_path, as_json(products=["card", "stand-a6"])), "--out", out)
    (out / "poster-a4.png").mkdir()
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    done = run("render", spec_file(tmp_path, as_json(products=["card"])), "--out", out)
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: 'kit' cannot be written: a folder in it has the name of a file of a kit.\n"
    )
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "'kit' cannot be written: file too large."),
        ({"logo": "logo.png"}, "The folder for temporary files cannot be used: file too large."),
    ],
)
def test_a_disk_without_room(tmp_path: Path, more: dict[str, str], sentence: str) -> None:
    (tmp_path / "logo.png").write_bytes(logo())
    path = spec_file(tmp_path, as_json(**more))
    done = subprocess.run(
        [*FLASK, "render", path, "--out", tmp_path / "kit"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (4096, 4096)
        ),  # no threads yet
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, f"Error: {sentence}\n")
    assert {path.name for path in tmp_path.iterdir()} == {"logo.png", "spec.json"}


def test_the_real_command_needs_no_database(tmp_path: Path) -> None:
    done = subprocess.run(
        [*FLASK, "render", spec_file(tmp_path, as_json()), "--out", tmp_path / "kit"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DATABASE_URL": "postgresql://127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "kit" / "poster-a4.print.pdf").is_file()


def market_file(folder: Path, lines: list[str], encoding: str = "utf-8-sig") -> Path:
    path = folder / "stores.csv"
    path.write_bytes("\r\n".join([HEAD, *lines, ""]).encode(encoding))
    return path


STORES = [
    "바다수산,밥상 위엔 건어물,신영시장,가동 10호,02-000-0001,_AbCdA,바다수산,sea,card poster-a4",
    "원조할매순대,,신영시장,가동 2호,,_AbCdB,,,card",
    "대성정육점,고기는 대성,신영시장,나동 1호,02-000-0003,_AbCdC,대성정육,yellow,card poster-a4",
]


def summary(out: Path) -> list[dict[str, str]]:
    raw = (out / "summary.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp949"])
def test_a_market_in_the_encodings_of_spreadsheets(run: Run, tmp_path: Path, encoding: str) -> None:
    out = tmp_path / "market"
    done = run("market", market_file(tmp_path, STORES[1:2], encoding), "--out", out, "--workers", 1)
    assert done.exit_code == 0, done.stderr
    assert (out / "가동-2호-원조할매순대-_AbCdB" / "card.print.pdf").is_file()


def test_a_market_goes_on_past_bad_stores(run: Run, tmp_path: Path) -> None:
    bad = [
        f"{'가' * 200},,신영시장,가동 3호,,_AbCdD,,,card",
        "반찬🥬집,,신영시장,가동 4호,,_AbCdE,,,card",
        "떡집,,신영시장,가동 5호,,AbCdF,,,card",
        "=HYPERLINK(1),,신영시장,가동 6호,,_AbCdG,,mauve,card",
        "김밥,,신영시장,가동 7호,,_AbCdH,,,card,extra,cells",
        f'"{MARKUP.replace(chr(34), chr(34) * 2)}",,신영시장,../../etc,,_AbCdI,,,card',
        ",,,,,,,,",
    ]
    out = tmp_path / "market"
    done = run("market", market_file(tmp_path, STORES + bad), "--out", out, "--workers", 2)
    assert done.exit_code == 1
    assert "5 kits could not be made" in done.stderr
    assert "[##############################] 9/9, 5 failed" in done.stderr
    assert "4 made, 0 kept, 5 failed" in done.stdout
    rows = summary(out)
    assert [row["state"] for row in rows] == ["made"] * 3 + ["failed"] * 5 + ["made"]
    assert [row["code"] for row in rows[3:8]] == [
        "text_too_long",
        "text_emoji",
        "channel_id",
        "theme_unknown",
        "csv_invalid",
    ]
    assert rows[6]["store"] == "'=HYPERLINK(1)"
    folders = {path.name for path in out.iterdir()} - {"imposed", "summary.csv"}
    assert folders == {row["folder"] for row in rows if row["state"] == "made"}
    assert "etc-evil-x-b-_AbCdI" in folders
    assert {path.name for path in tmp_path.iterdir()} == {"market", "stores.csv"}


def test_press_files_follow_the_stalls(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "market"
    assert run("market", market_file(tmp_path, STORES), "--out", out).exit_code == 0
    posters = readings((out / "imposed" / "poster-a4.pdf").read_bytes())
    assert posters == tuple(
        (f"https://pf.kakao.com/{name}/friend",) for name in ("_AbCdA", "_AbCdC")
    )
    document = pypdfium2.PdfDocument(out / "imposed" / "card.pdf")
    text = document[0].get_textpage().get_text_bounded()
    at = [text.index(name) for name in ("가동 2호", "가동 10호", "나동 1호")]
    assert at == sorted(at)
    with pikepdf.open(out / "imposed" / "card.pdf") as pdf:
        assert len(pdf.pages) == 1
        assert pdf.pdf_version == "1.4"
        assert [float(v) for v in pdf.pages[0].mediabox.as_list()[2:]] == pytest.approx(
            [320 / 25.4 * 72, 450 / 25.4 * 72]
        )
        assert str(pdf.trailer.Info.GTS_PDFXVersion) == "PDF/X-1a:2003"


def test_a_market_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "market"
    path = market_file(tmp_path, STORES)
    run("market", path, "--out", out)
    before = tree(out)
    done = run("market", path, "--out", out)
    assert "0 made, 3 kept, 0 failed" in done.stdout
    after = tree(out)
    assert {name: data for name, data in before.items() if name != "summary.csv"} == {
        name: data for name, data in after.items() if name != "summary.csv"
    }
    (out / "가동-10호-바다수산-_AbCdA" / "card.print.pdf").unlink()
    changed = [STORES[0], STORES[1].replace("원조할매순대", "원조할매국밥"), STORES[2]]
    done = run("market", market_file(tmp_path, changed), "--out", out)
    assert "2 made, 1 kept, 0 failed" in done.stdout


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def is_gone(group: int) -> bool:
    """Wait until no process of a group is left."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_killed_run_goes_on(run: Run, tmp_path: Path) -> None:
    # A list that no machine gets through before it is killed; it is ended in a shorter one.
    endless = [f"가게{n},,,{n}호,,_Abcd{n:03},,,card" for n in range(500)]
    path, out = market_file(tmp_path, endless), tmp_path / "market"
    first = subprocess.Popen(
        [*FLASK, "market", path, "--out", out, "--workers", "1"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + PATIENCE_S
    while len(list(out.glob("*호-*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    first.kill()
    first.wait()
    assert is_gone(first.pid)
    kept = len(list(out.glob("*호-*")))
    assert 3 <= kept < len(endless)
    assert not (out / "summary.csv").exists()
    total = kept + 5
    path = market_file(tmp_path, endless[:total])
    again = run("market", path, "--out", out)
    assert again.exit_code == 0, again.stderr
    assert f"{total - kept} made, {kept} kept, 0 failed" in again.stdout
    assert not [name for name in tree(out) if ".kit-" in name]
    for line in roster.read_file(path)[:: total - 1]:
        (folder,) = out.glob(f"{line.cells['stall']}-*")
        assert held(folder) == pipeline.render(intake.from_row(line.cells)).files


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "no column 'store'"),
        (b"name,phone\n", "no column 'store'"),
        ((HEAD + "\n").encode(), "holds no store"),
        ((HEAD + ",slogen\n").encode(), "unknown column 'slogen'"),
        ((HEAD + ",store\n").encode(), "column 'store' twice"),
        (b"\xff\xfe\x00\x81", "neither UTF-8 nor CP949"),
        ((HEAD + '\n"open').encode(), "is no CSV"),
        (HEAD.encode() + b"\n" + b"x" * (9 * 1024 * 1024), "larger than 8 MB"),
    ],
    ids=range(8),
)
def test_lists_that_cannot_be_read(run: Run, tmp_path: Path, raw: bytes, sentence: str) -> None:
    path = tmp_path / "stores.csv"
    path.write_bytes(raw)
    done = run("market", path, "--out", tmp_path / "market")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert sentence in done.stderr
    assert not (tmp_path / "market").exists()
