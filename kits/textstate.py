"""Where the letters of a page content stand: the text machine of PDF (ISO 32000-1, 9).

It knows fonts only by what it must: the codes in a string and how far each one advances.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from kits.content import Operation, numbers, text_pieces
from kits.geometry import IDENTITY, Matrix, as_matrix, times


class Face(Protocol):
    """What the text machine asks of a font."""

    def codes(self, text: bytes) -> Iterator[tuple[int, float, bool]]:
        """Yield code, advance in thousandths of the size, and whether it is a word space."""
        ...


@dataclass(slots=True)
class TextState:
    """The parameters that `q` keeps and `Q` brings back."""

    font: bytes = b""
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0

    def copy(self) -> "TextState":
        """Return an equal state of its own."""
        return TextState(
            self.font,
            self.size,
            self.char_space,
            self.word_space,
            self.stretch,
            self.leading,
            self.rise,
            self.mode,
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """One letter: its code, and the matrix from a font of size 1 to the page's units.

    Attributes:
        code: number in the font.
        matrix: sets the letter; size, stretch and rise included.
        advance: width in the font of size 1.
    """

    code: int
    matrix: Matrix
    advance: float


SHOWING = frozenset({b"Tj", b"TJ", b"'", b'"'})

_SETTERS = {
    b"Tc": "char_space",
    b"Tw": "word_space",
    b"TL": "leading",
    b"Ts": "rise",
}


class TextMachine:
    """Follows the text operators of one content stream.

    Attributes:
        state: current parameters; the owner saves and restores them with q and Q.
    """

    def __init__(self) -> None:
        self.state = TextState()
        self._at = IDENTITY
        self._line = IDENTITY

    def take(self, operation: Operation) -> bool:
        """Follow an operator; False when it has nothing to do with text."""
        name, operands, _ = operation
        if name in _SETTERS:
            setattr(self.state, _SETTERS[name], _last(operands))
        elif name == b"Tm":
            self._at = self._line = as_matrix(numbers(operands))
        elif name in {b"Td", b"TD"}:
            self._next_line(operands, sets_leading=name == b"TD")
        elif name == b"Tf":
            self.state.font = operands.split(b"/", 1)[-1].split()[0] if operands.strip() else b""
            self.state.size = _last(operands)
        elif name == b"Tz":
            self.state.stretch = _last(operands) / 100
        elif name == b"Tr":
            self.state.mode = int(_last(operands))
        elif name == b"T*":
            self._break()
        elif name == b"BT":
            self._at = self._line = IDENTITY
        elif name != b"ET":
            return False
        return True

    def show(self, operation: Operation, face: Face) -> Iterator[Placed]:
        """Yield the letters of a showing operator and move on behind them."""
        name, operands, _ = operation
        state = self.state
        if name == b'"':
            state.word_space, state.char_space = [*numbers(operands.split(b"(")[0]), 0.0, 0.0][:2]
            operands = operands[operands.find(b"(") :] if b"(" in operands else operands
        if name in {b"'", b'"'}:
            self._break()
        for piece in text_pieces(operands):
            if isinstance(piece, float):
                self._shift(-piece / 1000 * state.size * state.stretch)
                continue
            for code, width, is_space in face.codes(piece):
                size = state.size
                placed = times((size * state.stretch, 0, 0, size, 0, state.rise), self._at)
                yield Placed(code, placed, width / 1000)
                step = width / 1000 * size + state.char_space
                self._shift((step + state.word_space * is_space) * state.stretch)

    def _shift(self, by: float) -> None:
        a, b, c, d, e, f = self._at
        self._at = a, b, c, d, e + by * a, f + by * b

    def _next_line(self, operands: bytes, *, sets_leading: bool) -> None:
        across, up = [*numbers(operands), 0.0, 0.0][:2]
        if sets_leading:
            self.state.leading = -up
        self._at = self._line = times((1, 0, 0, 1, across, up), self._line)

    def _break(self) -> None:
        self._at = self._line = times((1, 0, 0, 1, 0, -self.state.leading), self._line)


def _last(operands: bytes) -> float:
    values = numbers(operands)
    return values[-1] if values else 0.0
