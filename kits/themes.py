"""Colour themes: `themes.toml`, read once and checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).parent / "themes.toml"

NAMES = (
    "ground",
    "ink",
    "fine",
    "panel",
    "accent",
    "band",
    "bandink",
    "motif",
    "motif2",
    "motif3",
)
"""Every theme gives these colours."""

MAX_INK = 300
"""Percent of ink that paper takes on one spot before it smears."""


@dataclass(frozen=True, slots=True)
class Colour:
    """One colour, twice.

    Attributes:
        cmyk: percent of cyan, magenta, yellow and black.
        rgb: "#rrggbb", the same look on a screen.
    """

    cmyk: tuple[int, int, int, int]
    rgb: str

    @property
    def luminance(self) -> float:
        """Relative luminance of the RGB side, 0 to 1 (WCAG 2)."""
        red, green, blue = (_linear(int(self.rgb[at : at + 2], 16) / 255) for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_SRGB_KNEE = 0.03928
"""Below it the sRGB curve is a straight line."""


def _linear(part: float) -> float:
    return part / 12.92 if part <= _SRGB_KNEE else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2)."""
    dark, light = sorted((one.luminance, other.luminance))
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True, slots=True)
class Theme:
    """One look of all products.

    Attributes:
        id: "yellow".
        title: Korean, eight characters at most: it stands on a chat button.
        style: which drawing and arrangement the templates use.
        colours: every one of `NAMES`.
    """

    id: str
    title: str
    style: str
    colours: Mapping[str, Colour]

    def as_data(self) -> dict[str, Any]:
        """Return the theme as plain values, the way templates read it."""
        return {
            "id": self.id,
            "style": self.style,
            "colours": {
                name: {"cmyk": list(colour.cmyk), "rgb": colour.rgb}
                for name, colour in self.colours.items()
            },
        }


def _theme(theme_id: str, entry: dict[str, Any]) -> Theme:
    colours = {name: Colour(tuple(entry[name]["cmyk"]), entry[name]["rgb"]) for name in NAMES}
    return Theme(theme_id, entry["title"], entry["style"], MappingProxyType(colours))


THEMES: Mapping[str, Theme] = MappingProxyType(
    {key: _theme(key, entry) for key, entry in tomllib.loads(_FILE.read_text()).items()}
)
"""Every theme by id; the first is the default."""
