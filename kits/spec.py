"""What a kit is made from: values that cannot change any more."""

from collections.abc import Mapping
from dataclasses import dataclass, field

PRINT = "print"
OUTLINED = "outlined"
HOME = "home"
VARIANTS = (PRINT, OUTLINED, HOME)

LANGUAGES = ("ko", "en", "ja", "zh")

DIRECT = "direct"
"""The code holds the channel's own address: it works as long as the channel does."""

DEFAULT_THEME = "yellow"


@dataclass(frozen=True, slots=True)
class Store:
    """Whom the kit is for.

    Attributes:
        name: as on the sign; of whoever the channel belongs to, so a market's own kit has the
            market's name here.
        slogan: the merchant's own sentence; empty when there is none.
        market: name of the market; empty for a shop in the street.
        stall: "가동 12호".
        phone: printed only when given.
    """

    name: str
    slogan: str = ""
    market: str = ""
    stall: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """The KakaoTalk channel that customers add.

    Attributes:
        public_id: `_AbCdE`, the part of the address.
        search_id: what people type into the search, without @.
    """

    public_id: str
    search_id: str = ""

    @property
    def address(self) -> str:
        """Where a customer adds the channel."""
        return f"https://pf.kakao.com/{self.public_id}/friend"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment code as its provider issued it; we never construct one.

    Attributes:
        provider: name of the provider, printed.
        merchant_code: the provider's number of this store, printed for the daily check.
        image: the provider's picture, embedded as it is.
        payload: what the picture says; None until the picture has been read.
    """

    provider: str
    merchant_code: str
    image: bytes = field(repr=False)
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class KitSpec:
    """A whole order of printed matter for one store.

    Attributes:
        products: ids of the catalogue; empty means all that apply.
        link: "direct", or an https address that every code holds.
        links: address per product id, before `link` (short links that count).
        languages: "ko" first; others add lines.
        logo: PNG or JPEG for the middle of the codes.
    """

    store: Store
    channel: Channel
    theme: str = DEFAULT_THEME
    products: tuple[str, ...] = ()
    variants: tuple[str, ...] = (PRINT,)
    link: str = DIRECT
    links: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("ko",)
    logo: bytes | None = field(default=None, repr=False)
    payment: Payment | None = None

    def address_for(self, product_id: str) -> str:
        """Return what the channel code on a product says."""
        if product_id in self.links:
            return self.links[product_id]
        return self.channel.address if self.link == DIRECT else self.link
