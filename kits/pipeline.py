"""From a specification to a kit that may be printed: set, finish, look at, read, pack.

Nothing is released on trust. What leaves here has been drawn from the final bytes, every
code in it was read back, and every rule of the inspection was met.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kits import package, proof
from kits.catalog import PRODUCTS, Product, resolve
from kits.compose import compose, expected_codes, title
from kits.errors import KitError
from kits.finish import finish
from kits.outline import outline
from kits.preflight import Rendering, Report, Sheet, check
from kits.spec import HOME, OUTLINED, PRINT, KitSpec
from kits.vetting import checked

ZIP = "kit.zip"
REPORT = "preflight.json"

_HERE = Path(__file__).parent
_MADE_OF = ("*.py", "*.toml", "*.typ", "SHA256SUMS")
_MADE_WITH = ("typst", "qrcode", "pikepdf", "pypdfium2", "zxing-cpp", "fonttools", "pillow")


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit that may be printed.

    Attributes:
        key: digest of everything that it was made from.
        files: name to bytes, in the order of the catalogue, then ZIP and report.
        report: the content of `preflight.json`.
    """

    key: str
    files: Mapping[str, bytes]
    report: Mapping[str, Any]


class UnfitKitError(KitError):
    """A kit was made but must not be printed.

    Attributes:
        report: the content of `preflight.json`.
    """

    def __init__(self, message: str, report: Mapping[str, Any]) -> None:
        super().__init__("preflight_failed", message)
        self.report = report

    def __reduce__(self) -> tuple[type[KitError], tuple[Any, ...]]:
        """Survive the way between two processes."""
        return UnfitKitError, (self.message, self.report)


def render(spec: KitSpec) -> Kit:
    """Return the whole kit; the same specification gives the same bytes.

    Raises:
        KitError: the specification is refused.
        UnfitKitError: the finished files broke a rule; it carries the report.
    """
    spec = checked(spec)
    files: dict[str, bytes] = {}
    items = []
    for product_id in spec.products:
        product = PRODUCTS[product_id]
        pieces, reports = _product(product, spec)
        files.update(pieces)
        items += [_item(product, variant, report) for variant, report in reports.items()]
    key = content_key(spec)
    report = {"ok": all(item["ok"] for item in items), "key": key, "items": items}
    _release(report)
    said = as_json(report)
    packed = package.pack([*files.items(), (package.GUIDE, package.guide(spec)), (REPORT, said)])
    return Kit(key, {**files, ZIP: packed, REPORT: said}, report)


def thumbnail(spec: KitSpec, product_id: str, width_px: int) -> bytes:
    """Return a small PNG of one product, drawn from its print file.

    Raises:
        KitError: the specification is refused.
    """
    product = resolve(product_id)
    spec = checked(replace(spec, products=(product.id,)))
    pdf = finish(compose(product, spec, PRINT), product, PRINT, title(product, spec))
    with Rendering(pdf) as rendering:
        return proof.thumbnail(rendering, product, width_px)


def content_key(spec: KitSpec) -> str:
    """Return a digest of a specification and of all that turns it into a kit.

    Raises:
        KitError: the specification is refused.
    """
    digest = hashlib.sha256(_release_key().encode())
    data = asdict(checked(spec))
    digest.update(json.dumps(data, default=_digested, sort_keys=True).encode())
    return digest.hexdigest()


def as_json(report: Mapping[str, Any]) -> bytes:
    """Return a report as a file."""
    return (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode()


def _digested(value: object) -> str:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(type(value).__name__)


@cache
def _release_key() -> str:
    """Return a digest of our own files and of the versions of what we work with."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _MADE_OF for path in _HERE.rglob(pattern)):
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    for name in _MADE_WITH:
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()


def _product(product: Product, spec: KitSpec) -> tuple[dict[str, bytes], dict[str, Report]]:
    """Return the files of a product and what the inspection said of each variant."""
    files: dict[str, bytes] = {}
    reports: dict[str, Report] = {}
    picture = b""
    set_once: dict[str, bytes] = {}
    for variant in spec.variants:
        base = HOME if variant == HOME else PRINT
        if base not in set_once:
            set_once[base] = compose(product, spec, base)
        pdf = set_once[base]
        if variant == OUTLINED:
            pdf = outline(pdf)
        pdf = finish(pdf, product, variant, title(product, spec))
        with Rendering(pdf) as rendering:
            picture = picture or proof.preview(rendering, product)
            sheet = Sheet(product, variant, expected_codes(product, spec))
            reports[variant] = check(pdf, sheet, rendering)
        files[f"{product.id}.{variant}.pdf"] = pdf
    files[f"{product.id}.png"] = picture
    return files, reports


def _item(product: Product, variant: str, report: Report) -> dict[str, Any]:
    return {
        "product": product.id,
        "variant": variant,
        "ok": report.ok,
        "score": round(report.score, 1),
        "codes": [_rounded(asdict(reading)) for reading in report.codes],
        "problems": [_rounded(asdict(problem)) for problem in report.problems],
        "warnings": [_rounded(asdict(problem)) for problem in report.warnings],
    }


def _rounded(entry: dict[str, Any]) -> dict[str, Any]:
    """Shorten figures to what a reader can use; the file is also smaller."""
    return {
        key: round(value, 2) if isinstance(value, float) else value for key, value in entry.items()
    }


def _release(report: Mapping[str, Any]) -> None:
    for item in report["items"]:
        if not item["ok"]:
            problem = item["problems"][0]["message"]
            name = f"{item['product']} ({item['variant']})"
            raise UnfitKitError(f"{name} is not fit to print: {problem}", report)
