"""The check before printing, laid out for somebody who prints: every rule, every code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.console import kit_words
from bot.services.kits import title_of
from kits.catalog import METRES_PER_MM, PRODUCTS, Product
from kits.preflight.check import FAULTS, WARNINGS
from kits.preflight.coding import GOOD_CONTRAST, LEAST_CONTRAST
from kits.preflight.colours import MOST_INK

HOME, OUTLINED = "home", "outlined"
QUIET_MODULES = 4
GRADES = "FDCBA"
"""Letters of ISO/IEC 15415 for 0 to 4."""
_ONLY: Mapping[str, tuple[str, ...]] = {
    "font_left": (OUTLINED,),
    "not_tagged": (HOME,),
    "no_alt_text": (HOME,),
    "output_intent": ("print", OUTLINED),
    "rgb_in_print": ("print", OUTLINED),
    "ink_over_limit": ("print", OUTLINED),
    "bleed_empty": ("print", OUTLINED),
    "code_not_black_only": ("print", OUTLINED),
    "font_not_embedded": ("print", HOME),
}
"""Rules that say nothing about other variants."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the inspection.

    Attributes:
        figure: what it asks for, "" where there is no figure.
        look: `ok`, `warn` or `bad`.
        said: where and how it is broken.
    """

    code: str
    name: str
    figure: str
    look: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code as it was read in the finished file."""

    place: str
    says: str
    is_right: bool
    module: str
    distance: str
    quiet: str
    contrast: str
    spare: str
    grade: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """One finished file."""

    product: str
    title: str
    variant: str
    file: str
    is_ok: bool
    grade: str
    rules: tuple[RuleLine, ...]
    codes: tuple[CodeLine, ...]

    @property
    def faults(self) -> int:
        """How many rules are broken."""
        return sum(rule.look == "bad" for rule in self.rules)


def inspections(report: Mapping[str, Any] | None) -> list[Inspection]:
    """Return the parts of a report; none where there is no report."""
    return [_inspection(entry) for entry in (report or {}).get("items", ())]


def _inspection(entry: Mapping[str, Any]) -> Inspection:
    product = PRODUCTS.get(entry["product"])
    return Inspection(
        product=entry["product"],
        title=title_of(entry["product"]),
        variant=entry["variant"],
        file=f"{entry['product']}.{entry['variant']}.pdf",
        is_ok=bool(entry["ok"]),
        grade=letter(entry.get("score")),
        rules=tuple(_rules(entry, product)),
        codes=tuple(_code(code, product) for code in entry["codes"]),
    )


def letter(score: float | None) -> str:
    """Return a grade with its figure: 4.0 is "A (4.0)".

    >>> letter(4.0), letter(0.0), letter(None)
    ('A (4.0)', 'F (0.0)', '-')
    """
    if score is None:
        return "-"
    return f"{GRADES[min(4, max(0, int(score)))]} ({score:.1f})"


def _rules(entry: Mapping[str, Any], product: Product | None) -> list[RuleLine]:
    broken = {"bad": entry["problems"], "warn": entry.get("warnings", ())}
    said: dict[str, list[str]] = {}
    looks: dict[str, str] = {}
    for look, problems in broken.items():
        for problem in problems:
            said.setdefault(problem["code"], []).append(_placed(problem))
            looks.setdefault(problem["code"], look)
    known = [rule.__name__ for rule in (*FAULTS, *WARNINGS)]
    shown = [code for code in known if entry["variant"] in _ONLY.get(code, (entry["variant"],))]
    codes = [*shown, *(code for code in said if code not in shown)]
    return [
        RuleLine(
            code,
            kit_words.RULES.get(code, code),
            _figure(code, product, entry["variant"]),
            looks.get(code, "ok"),
            tuple(said.get(code, ())),
        )
        for code in codes
    ]


def _placed(problem: Mapping[str, Any]) -> str:
    where = problem.get("where")
    if not where:
        return str(problem["message"])
    left, top, width, height = where
    return f"{problem['message']} (x {left:g}, y {top:g}, {width:g} × {height:g} mm)"


def _figure(code: str, product: Product | None, variant: str) -> str:
    """Return what a rule asks of a product."""
    if product is None:
        return ""
    width, height = product.trim_mm
    bleed = 0 if variant == HOME else product.bleed_mm
    return {
        "page_count": f"{product.pages}쪽",
        "pdf_version": "1.7까지" if variant == HOME else "1.4까지",
        "boxes_not_nested": f"재단 {width:g} × {height:g} mm, 여백 {bleed:g} mm",
        "ink_over_limit": f"{MOST_INK} %까지",
        "text_too_small": "7 pt부터",
        "outside_safe_area": f"{product.safe_mm:g} mm부터",
        "image_resolution": "150 ppi부터" if variant == HOME else "300 ppi부터",
        "quiet_zone": f"{QUIET_MODULES}칸부터",
        "module_too_small": f"{product.min_module_mm:g} mm부터",
        "code_contrast": f"{LEAST_CONTRAST:g} : 1부터",
        "code_contrast_low": f"{GOOD_CONTRAST:g} : 1부터",
        "code_wrong": f"{sum(product.codes)}개",
        "code_unread": f"{sum(product.codes)}개",
    }.get(code, "")


def _code(code: Mapping[str, Any], product: Product | None) -> CodeLine:
    """Return one code; figures that an older report lacks are shown as a dash."""
    module = code.get("module_mm")
    least = product.min_module_mm if product else 0
    far = product.distance_m if product else 0
    return CodeLine(
        place=f"{code['page']}쪽" if code.get("page") else "-",
        says=code["decoded"] or "안 읽힘",
        is_right=code["decoded"] is not None and code["decoded"] == code["expected"],
        module=f"{module:g} mm ({least:g})" if module else "-",
        distance=f"{module * METRES_PER_MM:.1f} m ({far:g})" if module else "-",
        quiet=f"{code['quiet_modules']:g}칸" if "quiet_modules" in code else "-",
        contrast=f"{code['contrast']:g} : 1" if "contrast" in code else "-",
        spare=f"{code['spare'] * 100:.0f} %" if "spare" in code else "-",
        grade=letter(code.get("grade")),
    )
