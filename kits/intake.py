"""From what somebody wrote to a specification that can be printed, or one clear refusal."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kits.errors import KitError
from kits.spec import DEFAULT_THEME, DIRECT, PRINT, Channel, KitSpec, Payment, Store
from kits.vetting import checked

STORE_KEYS = ("name", "slogan", "market", "stall", "phone")
CHANNEL_KEYS = ("public_id", "search_id")
PAYMENT_KEYS = ("provider", "merchant_code", "image", "payload")
KEYS = (
    "store",
    "channel",
    "theme",
    "products",
    "variants",
    "link",
    "links",
    "languages",
    "logo",
    "payment",
)
COLUMNS = ("store", "slogan", "market", "stall", "phone", "public_id", "search_id")
"""Columns of a list of stores; `theme` and `products` may stand beside them."""

MAX_JSON_BYTES = 1024 * 1024
NAME_CHARS = 200
"""Longest word that a refusal repeats, so that it stays one sentence."""
MAX_FILE_BYTES = 64 * 1024 * 1024
"""Nothing larger is read to find out that it is too large."""


def from_file(path: Path) -> KitSpec:
    """Return the checked specification of a JSON file; its pictures lie beside it.

    Raises:
        KitError: what is wrong, and in which field.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_JSON_BYTES + 1)
    except OSError as error:
        raise KitError("file_missing", f"{path.name!r} cannot be read.") from error
    if len(raw) > MAX_JSON_BYTES:
        raise KitError("json_invalid", f"{path.name!r} is too large for a specification.")
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise KitError("json_invalid", f"{path.name!r} is no valid JSON in UTF-8.") from error
    return from_json(data, path.parent)


def from_json(data: Any, folder: Path | None = None) -> KitSpec:
    """Return the checked specification of a JSON object.

    Args:
        data: the object.
        folder: where its pictures lie; without one, it may name none.

    Raises:
        KitError: what is wrong, and in which field.
    """
    _keys(data, KEYS, "")
    store = _section(data, "store", STORE_KEYS)
    channel = _section(data, "channel", CHANNEL_KEYS)
    logo = data.get("logo")
    return checked(
        KitSpec(
            store=Store(**{"name": "", **store}),
            channel=Channel(**{"public_id": "", **channel}),
            theme=_given(data, "theme", DEFAULT_THEME),
            products=_list(data, "products", ()),
            variants=_list(data, "variants", (PRINT,)) or (PRINT,),
            link=_given(data, "link", DIRECT),
            links=_links(data),
            languages=_list(data, "languages", ("ko",)) or ("ko",),
            logo=None if logo is None else _file(logo, "logo", folder),
            payment=_payment(data.get("payment"), folder),
        )
    )


def from_row(row: Mapping[str, str]) -> KitSpec:
    """Return the checked specification of one line of a list of stores."""
    products = row.get("products", "").replace(";", " ").replace(",", " ").split()
    return checked(
        KitSpec(
            store=Store(row.get("store", ""), *(row.get(key, "") for key in STORE_KEYS[1:])),
            channel=Channel(row.get("public_id", ""), row.get("search_id", "")),
            theme=row.get("theme", "").strip() or DEFAULT_THEME,
            products=tuple(products),
        )
    )


def _keys(data: Any, known: Iterable[str], field: str) -> None:
    """Refuse what is no object, and keys that mean nothing: a typing error must not be lost."""
    name = field or "The specification"
    if not isinstance(data, dict):
        raise KitError("field_type", f"{name} must be a JSON object.", field)
    for key in data:
        if key not in known:
            full = f"{field}.{key}" if field else str(key)
            raise KitError(
                "field_unknown",
                f"{name} has no field {_short(key, name)!r}; known: {', '.join(known)}.",
                full,
            )


def _section(data: Mapping[str, Any], field: str, known: Iterable[str]) -> dict[str, Any]:
    if data.get(field) is None:
        raise KitError("field_missing", f"{field} is missing.", field)
    _keys(data[field], known, field)
    return {key: value for key, value in data[field].items() if value is not None}


def _given(data: Mapping[str, Any], field: str, default: str) -> str:
    value = data.get(field)
    if value is None:
        return default
    if not isinstance(value, str):
        raise KitError("field_type", f"{field} must be a text.", field)
    return _short(value, field)


def _short(value: str, field: str) -> str:
    if len(value) > NAME_CHARS:
        raise KitError("text_too_long", f"{field} is longer than {NAME_CHARS} characters.", field)
    return value


def _list(data: Mapping[str, Any], field: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = data.get(field)
    if value is None:
        return default
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise KitError("field_type", f"{field} must be a list of texts.", field)
    return tuple(_short(item, field) for item in value)


def _links(data: Mapping[str, Any]) -> dict[str, str]:
    value = data.get("links")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise KitError("field_type", "links must be a JSON object.", "links")
    return {_short(key, "links"): address for key, address in value.items()}


def _payment(data: Any, folder: Path | None) -> Payment | None:
    if data is None:
        return None
    _keys(data, PAYMENT_KEYS, "payment")
    for key in PAYMENT_KEYS[:3]:
        if data.get(key) is None:
            raise KitError("field_missing", f"payment.{key} is missing.", f"payment.{key}")
    return Payment(
        data["provider"],
        data["merchant_code"],
        _file(data["image"], "payment.image", folder),
        data.get("payload"),
    )


def _file(name: Any, field: str, folder: Path | None) -> bytes:
    """Return a file beside the specification; nothing outside its folder is ever read."""
    if not isinstance(name, str):
        raise KitError("field_type", f"{field} must be the name of a file.", field)
    _short(name, field)
    missing = KitError("file_missing", f"{field}: {name!r} is no readable file here.", field)
    if folder is None:
        raise missing
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise missing
        if path.stat().st_size > MAX_FILE_BYTES:
            raise KitError("picture_size", f"{field} is too large.", field)
        return path.read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        # links in a circle; no name of a file: half a surrogate pair, or a NUL
        raise missing from error
