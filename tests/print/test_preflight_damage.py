"""Damaged files: a report or a refusal, never another error, whatever is broken."""

import io
from contextlib import suppress
from typing import Any

import pikepdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from kits.errors import KitError
from kits.outline import outline
from kits.preflight import Report
from kits.spec import HOME, OUTLINED, PRINT
from tests.print.sheets import code, finished, good, inspected, picture_of, spoiled

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VARIANTS = st.sampled_from([PRINT, OUTLINED, HOME])


def survives(pdf: bytes, variant: str) -> Report:
    """Inspect and outline a file; return the report."""
    with suppress(KitError):
        outline(pdf)
    report = inspected(pdf, variant)
    for problem in (*report.problems, *report.warnings):
        assert problem.code.replace("_", "").isalpha()
        assert problem.message.endswith(".")
        assert "\n" not in problem.message
    assert [reading.expected for reading in report.codes if reading.expected] != []
    return report


@SETTINGS
@given(VARIANTS, st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=30))
def test_bytes_exchanged(variant: str, changes: list[tuple[int, int]]) -> None:
    pdf = bytearray(good(variant))
    for at, value in changes:
        pdf[at % len(pdf)] = value
    survives(bytes(pdf), variant)


@SETTINGS
@given(VARIANTS, st.integers(0, 1 << 20), st.integers(0, 400))
def test_bytes_missing(variant: str, at: int, count: int) -> None:
    pdf = good(variant)
    at %= len(pdf)
    survives(pdf[:at] + pdf[at + count :], variant)


@SETTINGS
@given(VARIANTS, st.integers(0, 1 << 20))
def test_files_cut_off(variant: str, at: int) -> None:
    survives(good(variant)[: at % len(good(variant))], variant)


@SETTINGS
@given(VARIANTS, st.binary(max_size=400))
def test_any_page_content(variant: str, content: bytes) -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(document.make_stream(b"\n" + content))

    survives(spoiled(good(variant), spoil), variant)


NUMBERS = st.one_of(st.integers(-(10**7), 10**7), st.floats(-1e6, 1e6)).map(
    lambda value: f"{value:.3f}".encode()
)
OPERANDS = st.one_of(
    NUMBERS,
    st.sampled_from(
        [b"/f0", b"/X0", b"/DeviceRGB", b"/Pattern", b"<0001>", b"(a)", b"[<0002>-1]", b"<<>>"]
    ),
)
OPERATORS = st.sampled_from(
    b"q Q cm w g rg k K cs scn SCN gs W n f f* B S s m l c re h sh Do BT ET Tf Tm Td TD T* Tj TJ ' \" Tc Tz Ts Tr TL BDC EMC BMC d0 i".split()
)


@SETTINGS
@given(VARIANTS, st.lists(st.tuples(st.lists(OPERANDS, max_size=6), OPERATORS), max_size=30))
def test_operators_with_any_operands(
    variant: str, program: list[tuple[list[bytes], bytes]]
) -> None:
    content = b"\n".join(b" ".join([*operands, operator]) for operands, operator in program)

    def spoil(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(document.make_stream(b"\n" + content))

    survives(spoiled(good(variant), spoil), variant)


def _value(document: pikepdf.Pdf, choice: int) -> Any:
    """Return one of many values that do not belong anywhere."""
    page = document.pages[0].obj
    return (
        0,
        -1,
        10**9,
        1.5,
        True,
        Name.DeviceRGB,
        Name("/Type0"),
        String("x"),
        String(""),
        Array([]),
        Array([1, 2, 3, 4]),
        Array([Name.Pattern, 1, String("a")]),
        Dictionary(),
        Dictionary(Type=Name.Font, Subtype=Name.Type3),
        document.make_stream(b""),
        document.make_stream(b"\x00\xff(" * 9),
        page.Contents,
        page,
    )[choice]


def _holders(document: pikepdf.Pdf) -> list[Any]:
    """Return every dictionary of a file, those inside others included."""
    found: list[Any] = [document.trailer, document.Root]
    for thing in document.objects:
        found += _within(thing, 0)
    return found


def _within(thing: Any, depth: int) -> list[Any]:
    if isinstance(thing, pikepdf.Array) and depth < 4:
        return [one for element in thing for one in _within(element, depth + 1)]
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return []
    holder = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
    inner = [one for _, value in holder.items() if depth < 4 for one in _within(value, depth + 1)]
    return [holder, *inner]


def _rich(variant: str) -> bytes:
    """Return a sheet with a picture, a form and a shading, for more to break."""

    def enrich(document: pikepdf.Pdf) -> None:
        form = document.make_stream(b"0 0 0 1 k 0 0 3 3 re f BT /f0 9 Tf <0001> Tj ET")
        form.Subtype, form.BBox, form.Matrix = Name.Form, [0, 0, 200, 200], [1, 0, 0, 1, 0, 0]
        run = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 1, 0], N=1)
        shading = Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 9, 0], Function=run
        )
        resources = document.pages[0].obj.Resources
        resources.XObject = Dictionary(F=form, P=picture_of(Name.DeviceGray, 60)(document))
        resources.Shading = Dictionary(S=document.make_indirect(shading))
        resources.ExtGState = Dictionary(G=Dictionary(ca=1, BM=Name.Normal, LW=2))
        spaces = resources.get("/ColorSpace", Dictionary())
        spaces["/C"] = Array([Name.Separation, Name.Spot, Name.DeviceCMYK, run])
        resources.ColorSpace = spaces
        document.pages[0].contents_add(
            document.make_stream(
                b"\nq /G gs /C cs 1 scn /F Do 9 0 0 9 40 40 cm /P Do 0 0 1 1 re W n /S sh Q"
            )
        )

    return spoiled(good(variant), enrich)


RICH = {variant: _rich(variant) for variant in (PRINT, OUTLINED, HOME)}


@settings(SETTINGS, max_examples=150)
@given(VARIANTS, st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), min_size=1, max_size=4))
def test_values_exchanged(variant: str, changes: list[tuple[int, int, int]]) -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        for where, which, what in changes:
            holders = _holders(document)
            holder = holders[where % len(holders)]
            keys = sorted(holder.keys())
            if keys:
                key = keys[which % len(keys)]
                if what % 19 == 18:
                    del holder[key]
                else:
                    holder[key] = _value(document, what % 19)

    try:
        pdf = spoiled(RICH[variant], spoil)
    except (pikepdf.PdfError, ValueError, TypeError, NotImplementedError, AttributeError):
        return  # the tool that spoils does not write such a file
    survives(pdf, variant)


def test_the_ways_to_break_a_file_break_files() -> None:
    """The tests above would pass if nothing ever happened to a file."""
    pdf = bytearray(good())
    pdf[200:4000] = bytes(3800)
    assert not survives(bytes(pdf), PRINT).ok
    assert survives(RICH[HOME], HOME).codes[0].decoded
    assert survives(finished(codes=[code()]), PRINT).ok


def test_every_page_may_be_missing() -> None:
    with pikepdf.open(io.BytesIO(good())) as document:
        assert len(document.pages) == 1

    def spoil(document: pikepdf.Pdf) -> None:
        del document.pages[0]

    report = survives(spoiled(good(), spoil), PRINT)
    assert "page_count" in {problem.code for problem in report.problems} or not report.ok
