"""Colour themes: legible for old eyes, printable on cheap paper, short enough for a button."""

import colorsys
import json

import pytest

from kits.spec import DEFAULT_THEME
from kits.themes import MAX_INK, NAMES, THEMES, Colour, Theme, contrast

EVERY = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
BLACK = Colour((0, 0, 0, 100), "#1a1a1a")
PAPER = (0, 0, 0, 0)
LEGIBLE = 4.5
"""Contrast that WCAG 2 asks of text (AA)."""


def seen_on_paper(colour: Colour) -> tuple[float, ...]:
    """Return roughly what the inks look like: each plate takes its share of the light away."""
    cyan, magenta, yellow, black = (part / 100 for part in colour.cmyk)
    return tuple((1 - part) * (1 - black) for part in (cyan, magenta, yellow))


def seen_on_screen(colour: Colour) -> tuple[float, ...]:
    return tuple(int(colour.rgb[at : at + 2], 16) / 255 for at in (1, 3, 5))


def test_there_is_a_choice_and_the_first_is_the_default() -> None:
    assert len(THEMES) >= 6
    assert next(iter(THEMES)) == DEFAULT_THEME
    assert len({theme.style for theme in THEMES.values()}) == len(THEMES)


@EVERY
def test_titles_fit_on_a_button(theme: Theme) -> None:
    assert 0 < len(theme.title) <= 8
    assert [other.title for other in THEMES.values()].count(theme.title) == 1


@EVERY
@pytest.mark.parametrize(
    ("above", "below"), [("ink", "ground"), ("fine", "ground"), ("bandink", "band")]
)
def test_type_stands_out_from_its_ground(theme: Theme, above: str, below: str) -> None:
    assert contrast(theme.colours[above], theme.colours[below]) >= LEGIBLE


@EVERY
@pytest.mark.parametrize("below", ["accent", "panel"])
def test_black_type_stands_out(theme: Theme, below: str) -> None:
    assert contrast(BLACK, theme.colours[below]) >= LEGIBLE


@EVERY
def test_no_spot_takes_more_ink_than_paper_does(theme: Theme) -> None:
    for colour in theme.colours.values():
        assert all(0 <= part <= 100 for part in colour.cmyk)
        assert sum(colour.cmyk) <= MAX_INK


@EVERY
def test_codes_stand_on_bare_paper_and_small_type_needs_one_plate(theme: Theme) -> None:
    assert theme.colours["panel"].cmyk == PAPER
    assert theme.colours["panel"].rgb.lower() == "#ffffff"
    assert theme.colours["fine"].cmyk in {PAPER, (0, 0, 0, 100)}


@EVERY
def test_paper_and_screen_show_the_same_colour(theme: Theme) -> None:
    for name, colour in theme.colours.items():
        paper, screen = seen_on_paper(colour), seen_on_screen(colour)
        assert max(abs(a - b) for a, b in zip(paper, screen, strict=True)) < 0.3, name
        (hue, strength, _), (other, _, _) = (
            colorsys.rgb_to_hsv(*paper),
            colorsys.rgb_to_hsv(*screen),
        )
        if strength > 0.2:
            assert min(abs(hue - other), 1 - abs(hue - other)) < 0.08, name


@EVERY
def test_templates_read_the_theme_as_plain_values(theme: Theme) -> None:
    data = json.loads(json.dumps(theme.as_data()))
    assert (data["id"], data["style"]) == (theme.id, theme.style)
    assert tuple(data["colours"]) == NAMES


def test_contrast_of_known_pairs() -> None:
    white, black, gray = (Colour(PAPER, rgb) for rgb in ("#ffffff", "#000000", "#777777"))
    assert contrast(white, black) == contrast(black, white) == pytest.approx(21)
    assert contrast(white, gray) == pytest.approx(4.48, abs=0.01)
