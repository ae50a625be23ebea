"""Specifications and pictures that the tests start from."""

import io
from collections.abc import Mapping
from typing import Any

import qrcode
from PIL import Image

from kits.spec import Channel, KitSpec, Payment, Store

ADDRESS = "https://pf.kakao.com/_AbCdE/friend"
PAID = "https://pay.example.org/q/281006011004000"

STORE = Store("바다수산", "밥상 위엔 싱싱한 건어물", "신영시장", "가동 12호", "02-000-0000")
CHANNEL = Channel("_AbCdE", "바다수산")
SPEC = KitSpec(STORE, CHANNEL, products=("poster-a4",))


def as_json(**changes: Any) -> dict[str, Any]:
    """Return a good JSON specification with some top fields exchanged."""
    data: dict[str, Any] = {
        "store": {
            "name": STORE.name,
            "slogan": STORE.slogan,
            "market": STORE.market,
            "stall": STORE.stall,
            "phone": STORE.phone,
        },
        "channel": {"public_id": "_AbCdE", "search_id": "바다수산"},
        "products": ["poster-a4"],
    }
    return data | changes


def as_store(**changes: Any) -> Mapping[str, Any]:
    """Return the store of a good specification with some values exchanged."""
    store: dict[str, Any] = as_json()["store"]
    return store | changes


def encoded(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def logo(side: int = 400) -> bytes:
    """Return a red disc on nothing."""
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    disc = Image.radial_gradient("L").resize((side, side)).point(lambda v: 255 * (v < 180))
    picture.paste((200, 30, 40, 255), mask=disc)
    return encoded(picture)


def payment_picture(
    text: str = PAID, *, colour: str = "black", border: int = 4, kind: str = "PNG"
) -> bytes:
    """Return a code as a provider sends it."""
    code = qrcode.QRCode(box_size=16, border=border)
    code.add_data(text)
    drawn = code.make_image(fill_color=colour, back_color="white")
    return encoded(drawn.get_image().convert("L" if colour == "black" else "RGB"), kind)


def payment(**changes: Any) -> Payment:
    """Return a payment code of an invented provider."""
    values: dict[str, Any] = {
        "provider": "가온페이",
        "merchant_code": "GP-0042",
        "image": payment_picture(),
    }
    return Payment(**(values | changes))


UNFIT = KitSpec(
    STORE,
    CHANNEL,
    products=("pay-card",),
    payment=payment(image=payment_picture(colour="#b4b4b4")),
)
"""A code that a reader reads and that is too pale to print."""
