"""The ZIP of a kit, and the print guide in it."""

import io
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from kits.catalog import PRODUCTS, Product
from kits.spec import HOME, OUTLINED, PRINT, KitSpec

GUIDE = "인쇄 안내.txt"

_FILE = Path(__file__).parent / "guide.toml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP can hold: a kit is the same bytes whenever it is made."""
_UNIX = 3
_READABLE = 0o644 << 16

_HEAD = """{name} 홍보물 인쇄 안내

■ 인쇄하기 전에
  - 한 장만 먼저 뽑아서 휴대전화 카메라로 QR을 찍어 보세요.
    가게 채널이 열리면 나머지를 인쇄하세요.
  - 크기를 바꾸지 마세요. 프린터에서는 ‘실제 크기(100%)’를 고르세요.
  - 가게 이름과 전화번호, 검색용 아이디에 틀린 글자가 없는지 봐 주세요.

■ 어느 파일을 쓰나요
{files}
"""
_FILES = {
    PRINT: "  - 인쇄소에 맡길 때: 이름이 .print.pdf 로 끝나는 파일",
    OUTLINED: "  - 인쇄소가 ‘글자를 곡선으로(아웃라인)’ 달라고 할 때: .outlined.pdf 로 끝나는 파일",
    HOME: "  - 가게나 집 프린터로 뽑을 때: .home.pdf 로 끝나는 파일",
}
_SHOP = """  - 인쇄소에 이렇게 말씀하세요: “CMYK 파일이고, 재단 여백이 들어 있어요.
    QR은 먹 1도로 찍어 주세요. 크기는 아래에 적힌 대로예요.”
"""
_PIECE = """■ {title} ({id})
  - 크기: {size}
  - 종이: {paper}
  - 몇 장: {count}
  - 마무리: {finish}
  - 자리: {place}
"""
_FOOT = """■ 붙인 뒤에
  - 젖거나 찢어지거나 색이 바래면 새로 뽑아 바꿔 주세요.
  - 누가 QR 위에 다른 스티커를 붙였으면 바로 떼고 채팅으로 알려 주세요.

■ 이 홍보물의 QR이 여는 주소
{links}
"""


@cache
def _entries() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def guide(spec: KitSpec) -> bytes:
    """Return the print guide: Korean plain text that Windows opens right."""
    products = [PRODUCTS[product_id] for product_id in spec.products]
    head = _HEAD.format(
        name=spec.store.name, files="\n".join(_FILES[variant] for variant in spec.variants)
    )
    shop = "" if spec.variants == (HOME,) else _SHOP
    pieces = "\n".join(_piece(product) for product in products)
    links = {spec.address_for(p.id): None for p in products if p.code != "payment"}
    lines = [f"  {link}" for link in links]
    if spec.payment:
        lines.append(f"  (결제 QR은 {spec.payment.provider}에서 받은 그대로예요)")
    text = f"{head}{shop}\n{pieces}\n{_FOOT.format(links=chr(10).join(lines))}"
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def _piece(product: Product) -> str:
    width, height = product.trim_mm
    size = f"{width:g} × {height:g} mm"
    if product.bleed_mm:
        size += f" (사방 재단 여백 {product.bleed_mm:g} mm)"
    return _PIECE.format(title=product.title, id=product.id, size=size, **_entries()[product.id])


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP of files that are compressed already; the same input gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            archive.writestr(entry, data)
    return out.getvalue()
