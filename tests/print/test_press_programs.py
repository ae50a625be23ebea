"""The finished file in the eyes of two other programs: Poppler and Ghostscript.

Needs `pdffonts` and `pdfinfo` (poppler-utils) and `gs` (ghostscript); fails without them.
Run by `make bench` or `pytest -m long`.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from kits.spec import OUTLINED, PRINT
from tests.print.sheets import good

pytestmark = pytest.mark.long

DPI = 300
PLATES = ("Cyan", "Magenta", "Yellow", "Black")


def run(*command: str) -> str:
    assert shutil.which(command[0]), f"{command[0]} is not installed"
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    paths = {}
    for variant in (PRINT, OUTLINED):
        paths[variant] = tmp_path / f"{variant}.pdf"
        paths[variant].write_bytes(good(variant))
    return paths


def test_poppler_finds_embedded_subsets_and_none_once_outlined(files: dict[str, Path]) -> None:
    listed = run("pdffonts", str(files[PRINT])).splitlines()[2:]
    assert listed
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in listed)
    assert run("pdffonts", str(files[OUTLINED])).splitlines()[2:] == []


@pytest.mark.parametrize("variant", [PRINT, OUTLINED])
def test_poppler_names_the_standard_and_the_boxes(files: dict[str, Path], variant: str) -> None:
    said = run("pdfinfo", "-box", str(files[variant]))
    assert "PDF/X-1a:2003" in said
    assert "PDF version:     1.4" in said
    assert "TrimBox:             8.50     8.50   235.28   320.31" in said
    assert "BleedBox:            0.00     0.00   243.78   328.82" in said


@pytest.mark.parametrize("variant", [PRINT, OUTLINED])
def test_a_code_is_on_the_black_plate_alone(
    files: dict[str, Path], variant: str, tmp_path: Path
) -> None:
    """No smoothing, so every pixel of a plate is ink or none; the quiet zone is in the look."""
    run(
        *("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=tiffsep", f"-r{DPI}"),
        *("-dGraphicsAlphaBits=1", "-dTextAlphaBits=1", f"-sOutputFile={tmp_path}/p%d.tif"),
        str(files[variant]),
    )
    mm = DPI / 25.4
    quiet = 32 / 29 * 4 - 0.2
    left, top = (3 + 24 - quiet) * mm, (3 + 50 - quiet) * mm
    side = (32 + 2 * quiet) * mm
    area = (round(left), round(top), round(left + side), round(top + side))
    for plate in PLATES:
        with Image.open(tmp_path / f"p1({plate}).tif") as picture:
            levels = {
                level
                for level, count in enumerate(picture.convert("L").crop(area).histogram())
                if count
            }
        assert levels == ({0, 255} if plate == "Black" else {255}), plate
