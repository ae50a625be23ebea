"""Page content cut into operations, texts followed letter by letter."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kits.content import IMAGE, PATH, Operation, numbers, operations, text_pieces
from kits.errors import KitError
from kits.geometry import as_matrix, extent, is_rectangle, moved, times
from kits.textstate import TextMachine


def names(content: bytes) -> list[bytes]:
    return [operation.name for operation in operations(content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b" \n% only a comment\n", []),
        (b"q Q", [b"q", b"Q"]),
        (b"0 0 m 1 1 l h f", [PATH, b"f"]),
        (b"0 0 m\n1 1 l\nh\n0 0 10 10 re\n1 2 3 4 5 6 c 1 2 3 4 v 1 2 3 4 y f*", [PATH, b"f*"]),
        (b"1 0 0 1 0 0 cm 1 0 0 rg", [b"cm", b"rg"]),
        (b"/GS gs/F 12 Tf(a)Tj", [b"gs", b"Tf", b"Tj"]),
        (b"(a\\)b(c)d) Tj", [b"Tj"]),
        (b"((((deep)))) Tj", [b"Tj"]),
        (b"<41 4 2> Tj [(a)-20<42>] TJ", [b"Tj", b"TJ"]),
        (b"/P <</MCID 0/X(a>>b)>> BDC EMC", [b"BDC", b"EMC"]),
        (b"(a) ' 1 2 (b) \"", [b"'", b'"']),
        (b"BI /W 1 /H 1 ID \x00Q EI\xff EI Q", [IMAGE, b"Q"]),
        (b"true false null foo", [b"foo"]),
        (b"0 0 m%comment\n1 1 l S", [PATH, PATH, b"S"]),
        (b"1 2 l3 4 l", [b"l3", b"l"]),
    ],
    ids=str,
)
def test_operations(content: bytes, expected: list[bytes]) -> None:
    assert names(content) == expected


@pytest.mark.parametrize(
    "content", [b"(open", b"1 2", b"q }", b"BI /W 1 ID abc", b"<4x> Tj"], ids=str
)
def test_what_is_no_content(content: bytes) -> None:
    with pytest.raises(KitError) as refused:
        names(content)
    assert refused.value.code == "content_broken"


@given(st.binary(max_size=300))
def test_any_bytes_are_content_or_refused(content: bytes) -> None:
    try:
        pieces = list(operations(content))
    except KitError:
        return
    # Nothing is lost but white space and comments before the first operation.
    assert content.endswith(b"".join(piece.raw for piece in pieces))


TOKENS = st.sampled_from(
    [
        b"q",
        b"Q",
        b"0 0 m",
        b"1 1 l",
        b"h",
        b"f",
        b"(a(b)\\))",
        b"[<00>1]",
        b"/N",
        b"<<",
        b">>",
        b"1.",
        b"-.5",
        b"BT",
        b"%x\n",
    ]
)


@given(st.lists(TOKENS, max_size=40))
def test_sound_words_in_any_order_end_soon(words: list[bytes]) -> None:
    with suppress(KitError):
        names(b" ".join(words))


def test_long_nonsense_is_refused_at_once() -> None:
    """No pattern may try again and again."""
    for nonsense in (b"1 " * 50_000, b"(" * 50_000, b"[" * 50_000, b"1 1 m " * 50_000 + b"}"):
        with pytest.raises(KitError):
            names(nonsense)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"(abc)", [b"abc"]),
        (b"(\\101\\7\\n\\(\\\\\\\nx)", [b"A\x07\n(\\x"]),
        (b"<414>", [b"A@"]),
        (b"[(a) -20.5 <42> (c)]", [b"a", -20.5, b"B", b"c"]),
        (b"()", [b""]),
    ],
    ids=str,
)
def test_text_pieces(text: bytes, expected: list[bytes | float]) -> None:
    assert list(text_pieces(text)) == expected


def test_numbers() -> None:
    assert numbers(b"1 -2.5 .5 +3 4.") == [1, -2.5, 0.5, 3, 4]
    assert numbers(b"1 -- 2..3 .") == [1, 0, 0, 0], "as viewers read nonsense"


@pytest.mark.parametrize(
    ("path", "box", "is_upright"),
    [
        (b"0 0 m 10 0 l 10 20 l 0 20 l h", (0, 0, 10, 20), True),
        (b"5 6 10 -3 re", (5, 3, 15, 6), True),
        (b"0 0 m 10 0 l 10 20 l h", (0, 0, 10, 20), False),
        (b"0 0 m 1 9 2 -9 3 0 c h", (0, -9, 3, 9), False),
        (b"0 0 m 1 1 l 5 5 m 6 6 l", (0, 0, 6, 6), False),
        (b"0 0 1 1 re 2 2 1 1 re", (0, 0, 3, 3), False),
        (b"h", None, False),
    ],
    ids=str,
)
def test_paths(path: bytes, box: tuple[float, ...] | None, *, is_upright: bool) -> None:
    assert extent(path) == box
    assert is_rectangle(path) == is_upright


FIGURES = st.floats(-100, 100)
MATRICES = st.tuples(*[FIGURES] * 6)


@given(MATRICES, MATRICES, FIGURES, FIGURES)
def test_matrices_apply_one_after_the_other(
    first: tuple[float, ...], second: tuple[float, ...], x: float, y: float
) -> None:
    one, two = as_matrix(first), as_matrix(second)
    at_once = moved(times(one, two), (x, y, x, y))
    in_turn = moved(two, moved(one, (x, y, x, y)))
    assert at_once == pytest.approx(in_turn, abs=1e-3, rel=1e-6)


def test_a_matrix_has_six_numbers() -> None:
    with pytest.raises(KitError):
        as_matrix([1, 2, 3])


class _Typewriter:
    """A font of one-byte codes, half as wide as tall."""

    def codes(self, text: bytes) -> Iterator[tuple[int, float, bool]]:
        return ((code, 500.0, code == 32) for code in text)


def places(content: bytes) -> list[tuple[float, float]]:
    machine, found = TextMachine(), []
    for operation in operations(content):
        if operation.name in {b"Tj", b"TJ", b"'", b'"'}:
            shown = machine.show(operation, _Typewriter())
            found += [(round(p.matrix[4], 3), round(p.matrix[5], 3)) for p in shown]
        else:
            machine.take(operation)
    return found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"BT /F 10 Tf (ab) Tj ET", [(0, 0), (5, 0)]),
        (b"BT /F 10 Tf 7 8 Td (a) Tj 1 -2 Td (b) Tj ET", [(7, 8), (8, 6)]),
        (b"BT /F 10 Tf 0 -12 TD (a) Tj T* (b) Tj ET", [(0, -12), (0, -24)]),
        (b"BT /F 10 Tf 2 0 0 2 5 5 Tm (ab) Tj ET", [(5, 5), (15, 5)]),
        (b"BT /F 10 Tf 0 1 -1 0 5 5 Tm (ab) Tj ET", [(5, 5), (5, 10)]),
        (b"BT /F 10 Tf [(a) -100 (b) 100 (c)] TJ ET", [(0, 0), (6, 0), (10, 0)]),
        (b"BT /F 10 Tf 1 Tc 2 Tw (a b) Tj ET", [(0, 0), (6, 0), (14, 0)]),
        (b"BT /F 10 Tf 50 Tz 1 Tc (ab) Tj [100 (c)] TJ ET", [(0, 0), (3, 0), (5.5, 0)]),
        (b"BT /F 10 Tf 3 Ts (a) Tj 0 Ts (b) Tj ET", [(0, 3), (5, 0)]),
        (b"BT /F 10 Tf 12 TL (a) ' (b) ' ET", [(0, -12), (0, -24)]),
        (b'BT /F 10 Tf 12 TL 2 1 (a b) " ET', [(0, -12), (6, -12), (14, -12)]),
        (b"BT /F 10 Tf 9 9 Td ET BT (a) Tj ET", [(0, 0)]),
        (b"BT /F 10 Tf 9 9 Td (a) Tj 0 0 Td (b) Tj ET", [(9, 9), (9, 9)]),
    ],
    ids=str,
)
def test_where_letters_stand(content: bytes, expected: list[tuple[float, float]]) -> None:
    assert places(content) == expected


def test_what_has_nothing_to_do_with_text() -> None:
    assert not TextMachine().take(Operation(b"re", b"0 0 1 1 ", b"0 0 1 1 re"))
