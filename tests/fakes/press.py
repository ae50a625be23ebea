"""A press that makes small files without setting a page."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from bot.services.kits import Pressed, Sheet, UnprintableError


@dataclass
class FakePress:
    """Answers at once and remembers what it was asked for.

    Attributes:
        refusals: store name -> code of the refusal.
        during: called while a kit is being made, with its sheet.
        misread: products whose code reads differently in the finished file.
    """

    refusals: Mapping[str, str] = field(default_factory=dict)
    during: Callable[[Sheet], None] | None = None
    misread: tuple[str, ...] = ()
    rendered: list[Sheet] = field(default_factory=list)
    drawn: list[tuple[Sheet, str]] = field(default_factory=list)

    def render(self, sheet: Sheet) -> Pressed:
        """Return a kit."""
        self.rendered.append(sheet)
        if self.during is not None:
            self.during(sheet)
        code = self.refusals.get(sheet.store_name)
        if code is not None:
            raise UnprintableError(code=code, report={"ok": False, "items": []})
        files = {
            f"{product}.{variant}.pdf": f"%PDF {product} {variant} {sheet.store_name}".encode()
            for product in sheet.products
            for variant in sheet.variants
        }
        files |= {f"{product}.png": b"PNG " + product.encode() for product in sheet.products}
        files["kit.zip"] = _zip(files)
        report = {"ok": True, "items": self._items(sheet)}
        key = hashlib.sha256(
            json.dumps(asdict(sheet), sort_keys=True, default=bytes.hex).encode()
        ).hexdigest()
        return Pressed(key, files, report)

    def thumbnail(self, sheet: Sheet, product: str, width_px: int) -> bytes:
        """Return a small picture."""
        self.drawn.append((sheet, product))
        return f"PNG {product} {sheet.theme} {sheet.store_name} {width_px}".encode()

    def _items(self, sheet: Sheet) -> list[dict[str, object]]:
        return [
            {
                "product": product,
                "variant": variant,
                "ok": True,
                "codes": [{"expected": said, "decoded": self._read(product, said)}],
                "problems": [],
            }
            for product in sheet.products
            for said in [_said(sheet, product)]
            for variant in sheet.variants
        ]

    def _read(self, product: str, said: str) -> str:
        return "something else" if product in self.misread else said


def _said(sheet: Sheet, product: str) -> str:
    if product == "pay-card" and sheet.payment is not None:
        return sheet.payment.payload or ""
    return sheet.links.get(product) or direct(sheet.public_id)


def direct(public_id: str) -> str:
    """Return the address of a channel."""
    return f"https://pf.kakao.com/{public_id}/friend"


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
