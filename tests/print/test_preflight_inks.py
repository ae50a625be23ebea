"""Ink: plates of the press only, not too much, nothing see-through."""

from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from kits.preflight.inks import Ink, space_of
from kits.spec import HOME
from tests.print.sheets import (
    drawn_over,
    faults,
    good,
    inspected,
    picture_of,
    rewritten,
    spoiled,
)

AREA = b" 20 280 30 15 re f"


def _profile(parts: int) -> Any:
    def make(document: pikepdf.Pdf) -> Array:
        return Array([Name.ICCBased, document.make_stream(b"", N=parts)])

    return make


def _spot(under: Any) -> Any:
    def make(document: pikepdf.Pdf) -> Array:
        tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 1, 0], N=1)
        base = under(document) if callable(under) else under
        return Array([Name.Separation, Name("/Special"), base, document.make_indirect(tint)])

    return make


def _shading(space: Name, ends: tuple[list[float], list[float]]) -> Any:
    def make(document: pikepdf.Pdf) -> pikepdf.Object:
        run = Dictionary(FunctionType=2, Domain=[0, 1], C0=ends[0], C1=ends[1], N=1)
        return document.make_indirect(
            Dictionary(ShadingType=2, ColorSpace=space, Coords=[20, 0, 50, 0], Function=run)
        )

    return make


def _tile(content: bytes) -> Any:
    def make(document: pikepdf.Pdf) -> pikepdf.Object:
        tile = document.make_stream(content)
        tile.Type, tile.PatternType, tile.PaintType, tile.TilingType = Name.Pattern, 1, 1, 1
        tile.BBox, tile.XStep, tile.YStep, tile.Resources = [0, 0, 5, 5], 5, 5, Dictionary()
        return document.make_indirect(tile)

    return make


def _form(content: bytes, **more: Any) -> Any:
    def make(document: pikepdf.Pdf) -> pikepdf.Object:
        form = document.make_stream(content)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, [0, 0, 300, 400]
        for key, value in more.items():
            form[f"/{key}"] = value
        return document.make_indirect(form)

    return make


@pytest.mark.parametrize(
    ("content", "resources"),
    [
        (b"1 0.9 0 rg" + AREA, {}),
        (b"1 0 0 RG 20 280 30 15 re S", {}),
        (b"/DeviceRGB cs 1 0 0 sc" + AREA, {}),
        (b"/P cs 1 0 0 scn" + AREA, {"ColorSpace": {"P": _profile(3)}}),
        (b"/P cs 0 0 0 1 scn" + AREA, {"ColorSpace": {"P": _profile(4)}}),
        (b"/L cs 50 0 0 scn" + AREA, {"ColorSpace": {"L": Array([Name.Lab, Dictionary()])}}),
        (b"/S cs 1 scn" + AREA, {"ColorSpace": {"S": _spot(Name.DeviceRGB)}}),
        (b"/S cs 1 scn" + AREA, {"ColorSpace": {"S": _spot(_profile(4))}}),
        (b"/G cs 1 scn" + AREA, {"ColorSpace": {"G": Array([Name.CalGray, Dictionary()])}}),
        (b"/Nowhere cs 1 scn" + AREA, {}),
        (
            b"30 0 0 30 20 280 cm /X Do",
            {"XObject": {"X": picture_of(Name.DeviceRGB, 200)}},
        ),
        (
            b"20 280 30 15 re W n /F sh",
            {"Shading": {"F": _shading(Name.DeviceRGB, ([0, 0, 0], [1, 1, 1]))}},
        ),
        (b"/Pattern cs /T scn" + AREA, {"Pattern": {"T": _tile(b"1 0 0 rg 0 0 2 2 re f")}}),
        (b"/X Do", {"XObject": {"X": _form(b"0 0 1 rg" + AREA)}}),
        (b"30 0 0 30 20 280 cm BI /W 1 /H 1 /BPC 8 /CS /RGB ID abc EI", {}),
    ],
    ids=[
        "fill",
        "stroke",
        "space",
        "profile",
        "profile of CMYK",
        "Lab",
        "spot over RGB",
        "spot over a profile",
        "calibrated gray",
        "unknown space",
        "picture",
        "shading",
        "tile",
        "form",
        "inline picture",
    ],
)
def test_screen_colours_in_a_print_file(content: bytes, resources: dict[str, Any]) -> None:
    pdf = spoiled(good(), drawn_over(content, **resources))
    assert "rgb_in_print" in faults(pdf)


@pytest.mark.parametrize(
    ("content", "resources"),
    [
        (b"0.5 g" + AREA, {}),
        (b"/DeviceCMYK cs 0 1 0 0 sc" + AREA, {}),
        (b"/S cs 1 scn" + AREA, {"ColorSpace": {"S": _spot(Name.DeviceCMYK)}}),
        (b"30 0 0 30 20 280 cm /X Do", {"XObject": {"X": picture_of(Name.DeviceGray, 200)}}),
        (b"30 0 0 30 20 280 cm /X Do", {"XObject": {"X": picture_of(Name.DeviceCMYK, 200)}}),
        (
            b"20 280 30 15 re W n /F sh",
            {"Shading": {"F": _shading(Name.DeviceCMYK, ([0, 0, 0, 0], [0, 1, 1, 0]))}},
        ),
        (b"/Pattern cs /T scn" + AREA, {"Pattern": {"T": _tile(b"0 1 0 0 k 0 0 2 2 re f")}}),
        (b"/X Do", {"XObject": {"X": _form(b"0 1 0 0 k" + AREA)}}),
        (b"30 0 0 30 20 280 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI", {}),
    ],
    ids=[
        "gray",
        "space",
        "spot",
        "gray picture",
        "CMYK picture",
        "shading",
        "tile",
        "form",
        "inline",
    ],
)
def test_plates_of_the_press_are_fine(content: bytes, resources: dict[str, Any]) -> None:
    pdf = spoiled(good(), drawn_over(content, **resources))
    assert faults(pdf) - {"image_resolution"} == set()


def test_home_files_are_made_of_light() -> None:
    pdf = spoiled(good(HOME), drawn_over(b"1 0 0 rg 20 270 30 15 re f"))
    assert faults(pdf, HOME) == set()


def test_the_place_of_a_fault_is_told() -> None:
    pdf = spoiled(good(), drawn_over(b"1 0 0 rg 28.35 200 56.7 28.35 re f"))
    (problem,) = inspected(pdf).problems
    assert problem.page == 1
    assert problem.where == (7.0, 32.4, 20.0, 10.0)
    assert problem.message == "Page 1 has paint in RGB instead of CMYK or gray."


@pytest.mark.parametrize(
    ("content", "resources", "is_too_much"),
    [
        (b"0.8 0.8 0.7 0.71 k" + AREA, {}, True),
        (b"0.8 0.8 0.7 0.7 k" + AREA, {}, False),
        (b"1 1 1 1 K 20 280 30 15 re S", {}, True),
        (
            b"/F sh",
            {"Shading": {"F": _shading(Name.DeviceCMYK, ([0, 0, 0, 0], [1, 1, 1, 1]))}},
            True,
        ),
        (b"/Pattern cs /T scn" + AREA, {"Pattern": {"T": _tile(b"1 1 1 1 k 0 0 2 2 re f")}}, True),
    ],
    ids=["301", "300", "stroke", "shading", "tile"],
)
def test_too_much_ink(content: bytes, resources: dict[str, Any], *, is_too_much: bool) -> None:
    pdf = spoiled(good(), drawn_over(b"20 280 30 15 re W n " + content, **resources))
    assert ("ink_over_limit" in faults(pdf)) == is_too_much


def test_marks_outside_the_cut_are_in_registration_colour() -> None:
    pdf = spoiled(good(), drawn_over(b"1 1 1 1 K 0.25 w 0 20 m 7 20 l S"))
    assert "ink_over_limit" not in faults(pdf)


def test_text_in_too_much_ink() -> None:
    pdf = spoiled(good(), rewritten(b"0 0 0 1 k\nBT", b"1 1 1 1 k\nBT"))
    assert "ink_over_limit" in faults(pdf)


@pytest.mark.parametrize(
    ("content", "resources"),
    [
        (b"/G gs 0 0 0 1 k" + AREA, {"ExtGState": {"G": Dictionary(ca=0.5)}}),
        (b"/G gs 0 0 0 1 K 20 280 30 15 re S", {"ExtGState": {"G": Dictionary(CA=0.99)}}),
        (b"/G gs" + AREA, {"ExtGState": {"G": Dictionary(BM=Name.Multiply)}}),
        (b"/G gs" + AREA, {"ExtGState": {"G": Dictionary(SMask=Dictionary(S=Name.Luminosity))}}),
        (
            b"30 0 0 30 20 280 cm /X Do",
            {"XObject": {"X": picture_of(Name.DeviceGray, 200, SMask=picture_of(Name.DeviceGray))}},
        ),
        (b"/X Do", {"XObject": {"X": _form(b"", Group=Dictionary(S=Name.Transparency))}}),
    ],
    ids=["fill", "stroke", "blend mode", "soft mask", "picture", "group"],
)
def test_see_through(content: bytes, resources: dict[str, Any]) -> None:
    assert "transparency" in faults(spoiled(good(), drawn_over(content, **resources)))


def test_a_transparent_page() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)

    assert "transparency" in faults(spoiled(good(), spoil))


def test_states_that_change_nothing_are_fine() -> None:
    harmless = Dictionary(ca=1, CA=1, BM=Name.Normal, SMask=Name("/None"))
    state = {"ExtGState": {"G": harmless}}
    assert faults(spoiled(good(), drawn_over(b"/G gs 0 0 0 1 k" + AREA, **state))) == set()


@pytest.mark.parametrize(
    ("ink", "total", "is_paper", "is_black"),
    [
        (Ink("cmyk", (0, 0, 0, 0)), 0, True, False),
        (Ink("cmyk", (0, 0, 0, 1)), 100, False, True),
        (Ink("cmyk", (0.01, 0, 0, 1)), 101, False, False),
        (Ink("gray", (1,)), 0, True, False),
        (Ink("gray", (0,)), 100, False, True),
        (Ink("rgb", (1, 1, 1)), 0, True, False),
        (Ink("rgb", (0, 0, 0)), 0, False, False),
        (Ink("icc", (1, 1, 1)), 0, True, False),
        (Ink("icc", (1, 1, 1, 1)), 0, False, False),
        (Ink("spot", (1,)), 100, False, False),
        (Ink("pattern", ()), 0, False, False),
        (Ink("cmyk", ()), 0, False, False),
    ],
    ids=str,
)
def test_what_an_ink_is(ink: Ink, total: float, *, is_paper: bool, is_black: bool) -> None:
    assert ink.total == pytest.approx(total)
    assert ink.is_paper == is_paper
    assert ink.is_black_only == is_black


def test_spaces_in_circles_end() -> None:
    resources = Dictionary(ColorSpace=Dictionary(A=Name("/B"), B=Name("/A")))
    assert space_of("/A", resources) == "unknown"
    assert space_of(Array([Name.Indexed, Name.DeviceRGB, 1, b"abcdef"]), None) == "rgb"
    assert space_of(Array([]), None) == "unknown"
    assert space_of(7, None) == "unknown"
