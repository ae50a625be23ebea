"""The vendored fonts are whole and unmodified, and we know what they can write."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from kits import fonts
from kits.compose import TEXTS


def sentences(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for part in value.values() if isinstance(value, dict) else value:
            yield from sentences(part)


def test_the_files_are_the_released_ones() -> None:
    assert [path.name for path in fonts.files()] == [
        "NotoSansSC-Bold.ttf",
        "Pretendard-Black.otf",
        "Pretendard-Bold.otf",
        "Pretendard-Regular.otf",
    ]
    assert fonts.damaged() == ()


def test_each_family_comes_with_its_licence() -> None:
    for name in ("Pretendard", "NotoSansSC"):
        assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / f"OFL-{name}.txt").read_text().upper()


def test_damage_is_noticed(tmp_path: Path) -> None:
    for path in fonts.files():
        shutil.copy(path, tmp_path)
    assert fonts.damaged(tmp_path) == ()
    with (tmp_path / "Pretendard-Bold.otf").open("ab") as file:
        file.write(b"\0")
    (tmp_path / "NotoSansSC-Bold.ttf").unlink()
    assert set(fonts.damaged(tmp_path)) == {"Pretendard-Bold.otf", "NotoSansSC-Bold.ttf"}


def test_every_weight_covers_the_same_characters() -> None:
    covered = []
    for path in fonts.files():
        if path.name.startswith("Pretendard"):
            with TTFont(path, lazy=True) as font:
                covered.append(set(font.getBestCmap()))
    assert covered[0] == covered[1] == covered[2]
    assert covered[0].issuperset(range(ord("가"), ord("힣") + 1))


@pytest.mark.parametrize(
    "text",
    [
        "바다수산",
        "쀍쒭뷁",
        "ㅋㅋ ㅠㅠ",
        "大成精肉店",
        "Café Ñandú & Co.",
        "1,000원~ (20%)",
        "カメラ お店",
        "첫 줄\n둘째 줄",
        "",
    ],
)
def test_what_shops_write_can_be_printed(text: str) -> None:
    assert fonts.missing_glyphs(text) == ()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("꽃집 🌸", ("🌸",)),
        ("☕ 커피 ☕", ("☕",)),
        ("가\u200d나", ("\u200d",)),
        ("탭\t글", ("\t",)),
        ("שלום", ("ש", "ל", "ו", "ם")),
        ("\u202eabc", ("\u202e",)),
        ("สวัสดี", ("ส", "ว", "ั", "ด", "ี")),
        ("\ue000", ("\ue000",)),
    ],
)
def test_what_cannot_be_printed_is_named_once(text: str, missing: tuple[str, ...]) -> None:
    assert fonts.missing_glyphs(text) == missing


def test_our_own_sentences_can_be_printed() -> None:
    own = list(sentences(tomllib.loads(TEXTS.read_text(encoding="utf-8"))))
    assert len(own) > 30
    assert fonts.missing_glyphs("".join(own)) == ()
