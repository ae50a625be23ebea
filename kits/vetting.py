"""The rules of a specification: what may be printed, what fits where."""

from dataclasses import replace
from typing import Any

from kits import codes, pictures, wording
from kits.catalog import PRODUCTS, Product, resolve
from kits.errors import KitError
from kits.spec import DIRECT, LANGUAGES, VARIANTS, Channel, KitSpec, Payment, Store
from kits.themes import THEMES

PROVIDER_CHARS = 20
MERCHANT_CODE_CHARS = 30


def checked(spec: KitSpec) -> KitSpec:
    """Return the specification in its one normal form; checking again changes nothing.

    Raises:
        KitError: what is wrong, and in which field.
    """
    payment = _checked_payment(spec.payment)
    store = _checked_store(spec.store)
    channel = Channel(
        wording.public_id(
            _needed(spec.channel.public_id, "channel.public_id"), "channel.public_id"
        ),
        wording.search_id(spec.channel.search_id, "channel.search_id"),
    )
    if spec.theme not in THEMES:
        known = ", ".join(THEMES)
        raise KitError(
            "theme_unknown", f"There is no theme {spec.theme!r}; known: {known}.", "theme"
        )
    if spec.logo is not None:
        pictures.logo(spec.logo)
    products = _checked_products(spec.products, store, payment)
    spec = replace(
        spec,
        store=store,
        channel=channel,
        products=tuple(product.id for product in products),
        variants=_chosen(spec.variants, VARIANTS, "variant_unknown", "variants"),
        languages=_chosen(("ko", *spec.languages), LANGUAGES, "language_unknown", "languages"),
        link=spec.link if spec.link == DIRECT else wording.link(spec.link, "link"),
        links={
            resolve(key).id: wording.link(value, f"links.{key}")
            for key, value in sorted(spec.links.items())
        },
        payment=payment,
    )
    _fit_codes(spec, products)
    return spec


def _needed(value: Any, field: str) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise KitError("field_missing", f"{field} is missing.", field)
    return value


def _limit(field: str) -> int:
    return max(p.texts[field].chars for p in PRODUCTS.values() if field in p.texts)


def _checked_store(store: Store) -> Store:
    name = wording.text(_needed(store.name, "store.name"), "store.name", _limit("name"))
    return Store(
        name=_needed(name, "store.name"),
        slogan=wording.text(store.slogan, "store.slogan", _limit("slogan"), breaks=True),
        market=wording.text(store.market, "store.market", _limit("market")),
        stall=wording.text(store.stall, "store.stall", _limit("stall")),
        phone=wording.phone(store.phone, "store.phone", _limit("phone")),
    )


def _checked_payment(payment: Payment | None) -> Payment | None:
    if payment is None:
        return None
    provider, code = "payment.provider", "payment.merchant_code"
    if payment.payload is not None and not isinstance(payment.payload, str):
        raise KitError("field_type", "payment.payload must be a text.", "payment.payload")
    return Payment(
        wording.text(_needed(payment.provider, provider), provider, PROVIDER_CHARS),
        wording.text(_needed(payment.merchant_code, code), code, MERCHANT_CODE_CHARS),
        payment.image,
        pictures.read_payment(payment.image, payment.payload).text,
    )


def _checked_products(
    wanted: tuple[str, ...], store: Store, payment: Payment | None
) -> tuple[Product, ...]:
    """Return products in the order of the catalogue, each once."""
    named = {resolve(name).id for name in wanted}
    chosen = []
    for product in PRODUCTS.values():
        lacks = product.code == "payment" and payment is None
        if product.id in named and lacks:
            raise KitError(
                "product_unavailable",
                f"{product.id} needs a provider's payment code.",
                "products",
            )
        if product.id in named or not (named or lacks):
            _fit_texts(product, store)
            chosen.append(product)
    return tuple(chosen)


def _fit_texts(product: Product, store: Store) -> None:
    for key, limit in product.texts.items():
        length = len(getattr(store, key))
        if length > limit.chars:
            raise KitError(
                "text_too_long",
                f"store.{key} has {length} characters; {product.id} takes {limit.chars}.",
                f"store.{key}",
            )


def _fit_codes(spec: KitSpec, products: tuple[Product, ...]) -> None:
    for product in products:
        if product.code == "payment":
            continue
        try:
            codes.plan(spec.address_for(product.id), with_logo=has_logo(spec, product))
        except codes.CodeTooLongError as error:
            raise KitError("link_invalid", f"The link is too long: {error}.", "link") from error


def has_logo(spec: KitSpec, product: Product) -> bool:
    """Whether the store's picture lies in the code of a product."""
    return spec.logo is not None and product.logo_allowed and product.code != "payment"


def _chosen(
    wanted: tuple[str, ...], known: tuple[str, ...], code: str, field: str
) -> tuple[str, ...]:
    for name in wanted:
        if name not in known:
            raise KitError(
                code, f"There is no {name!r} in {field}; known: {', '.join(known)}.", field
            )
    return tuple(name for name in known if name in wanted)
