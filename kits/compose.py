"""Sets a product: template and data in, PDF of Typst out.

A template is `kits/templates/<name>.typ`. It reads one JSON text, `sys.inputs.data`; what
people wrote is data in it and never becomes code. Pictures lie in the root under the paths
that the data names.

A template that cannot set a value says so by
`panic("kit:CODE:FIELD:One clear English sentence.")`; that becomes a KitError.
"""

import json
import math
import re
import tempfile
import threading
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst
from PIL import Image

from kits import codes, fonts, pictures
from kits.catalog import Product
from kits.errors import KitError
from kits.spec import HOME, PRINT, KitSpec
from kits.themes import THEMES
from kits.vetting import has_logo

TEMPLATES = Path(__file__).parent / "templates"
TEXTS = Path(__file__).parent / "texts.toml"

_LOCK = threading.Lock()
"""A Typst compiler serves one thread at a time."""

_LOGO_PPI = 300
_LARGEST_CODE = 49
"""Modules on a side in the catalogue's smallest modules: version 8, the longest address."""
_ROOMIER = 1.25
"""A template may set its code larger than the catalogue's smallest module asks, up to this."""
_MM = 25.4

_PANIC = re.compile(r'kit:(\w+):([\w.]*):([^"\\]+)')


def compose(product: Product, spec: KitSpec, variant: str) -> bytes:
    """Return the PDF of a product of a checked specification, as Typst writes it.

    The outlined variant starts from the same file as the print variant.

    Raises:
        KitError: a text does not fit, or the template is broken (`layout_failed`).
    """
    files: dict[str, bytes] = {}
    if spec.logo is not None and has_logo(spec, product):
        files["logo.jpg"] = _logo(spec.logo, variant, _logo_side(product, spec))
    if product.code == "payment" and spec.payment:
        kind = pictures.kind(spec.payment.image, "payment.image").lower()
        files[f"payment.{kind}"] = spec.payment.image
    return typeset(product.template, data_of(product, spec, variant, tuple(files)), files)


def data_of(
    product: Product, spec: KitSpec, variant: str, files: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return everything that a template is told."""
    at_home = variant == HOME
    store, channel, payment = spec.store, spec.channel, spec.payment
    named = {name.split(".")[0]: name for name in files}
    return {
        "title": title(product, spec),
        "product": product.as_data(),
        "variant": HOME if at_home else PRINT,
        "bleed_mm": 0 if at_home else product.bleed_mm,
        "store": {
            "name": store.name,
            "slogan": store.slogan,
            "market": store.market,
            "stall": store.stall,
            "phone": store.phone,
        },
        "channel": {"public_id": channel.public_id, "search_id": channel.search_id},
        "languages": list(spec.languages),
        "texts": _texts(),
        "theme": THEMES[spec.theme].as_data(),
        "codes": _codes(product, spec),
        "logo": named.get("logo"),
        "payment": payment
        and {
            "provider": payment.provider,
            "merchant_code": payment.merchant_code,
            "image": named.get("payment"),
            "pad": pictures.read_payment(payment.image).pad,
        },
    }


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def title(product: Product, spec: KitSpec) -> str:
    """Return the title of a file: whose it is, and what."""
    return f"{spec.store.name} {product.title}"


def expected_codes(product: Product, spec: KitSpec) -> tuple[str, ...]:
    """Return what every code of a product says, in any order."""
    if product.code == "payment":
        text = (spec.payment and spec.payment.payload) or ""
    else:
        text = spec.address_for(product.id)
    return (text,) * sum(product.codes)


def _codes(product: Product, spec: KitSpec) -> dict[str, Any]:
    if product.code == "payment":
        return {"payment": {"alt": f"{spec.store.name} 결제 QR 코드"}}
    text = spec.address_for(product.id)
    code = codes.plan(text, with_logo=has_logo(spec, product))
    return {
        "channel": {
            "size": code.size,
            "contours": code.contours,
            "logo": code.logo,
            "text": text,
            "alt": f"{spec.store.name} 카카오톡 채널을 추가하는 QR 코드. 주소 {text}",
        }
    }


def _logo_side(product: Product, spec: KitSpec) -> int:
    """Return the pixels that a logo needs on a product; more would only cost time and room.

    The room for a code is the same for every address: fewer modules are larger.
    """
    code = codes.plan(spec.address_for(product.id), with_logo=True)
    quiet = 2 * codes.QUIET_MODULES
    larger = (_LARGEST_CODE + quiet) / (code.size + quiet) * _ROOMIER
    side_mm = code.logo * product.min_module_mm * larger
    return min(pictures.LOGO_SIDE, math.ceil(side_mm / _MM * _LOGO_PPI))


@lru_cache(maxsize=8)
def _logo(data: bytes, variant: str, side: int) -> bytes:
    picture = pictures.logo(data)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return pictures.as_light(picture) if variant == HOME else pictures.as_ink(picture)


def typeset(
    template: str,
    data: Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
    pages: Path = TEMPLATES,
) -> bytes:
    """Return the PDF of one template; `data["variant"]` decides tags and version.

    Raises:
        KitError: the template refused a value, or is itself broken (`layout_failed`); pictures
            have no room on the disk (`out_unwritable`).
    """
    if not files:
        return _compiled(template, data, pages, pages)
    # Typst reads pictures from a folder only; a text file may also come from memory.
    try:
        with tempfile.TemporaryDirectory(prefix="kit-") as root:
            for name, content in files.items():
                (Path(root) / name).write_bytes(content)
            return _compiled(template, data, pages, Path(root))
    except OSError as error:
        reason = (error.strerror or "it is in use").lower()
        sentence = f"The folder for temporary files cannot be used: {reason}."
        raise KitError("out_unwritable", sentence) from error


def _compiled(template: str, data: Mapping[str, Any], pages: Path, root: Path) -> bytes:
    tagged = data["variant"] == HOME
    sources = {"main.typ": f'#include "{template}.typ"'.encode(), **_sources(pages)}
    try:
        with _LOCK:
            return _compiler().compile(  # type: ignore[return-value]  # one PDF, no list
                sources,  # type: ignore[type-var]  # the stub forgets mappings of files
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=["1.7", "ua-1"] if tagged else ["1.4"],
                pdf_tags=tagged,
                timestamp=0,
                root=root,
            )
    except typst.TypstError as error:
        raise _refusal(error) from error


def _refusal(error: typst.TypstError) -> KitError:
    said = _PANIC.search(error.message)
    if said:
        return KitError(said[1], said[3].strip(), said[2])
    return KitError("layout_failed", f"The layout could not be set: {error.message}.")


@cache
def _sources(pages: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(pages.glob("*.typ"))}


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        {"main.typ": b""},  # type: ignore[type-var]  # the stub forgets mappings of files
        root=fonts.FOLDER,
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(fonts.FOLDER)],
        ),
        ignore_system_fonts=True,
    )
