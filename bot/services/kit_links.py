"""Addresses about printed matter: the download page, small pictures, and what codes say."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.errors import RuleBrokenError
from bot.services.signed_links import SignedTokens

PATH = "/kits"
SHORT_PATH = "/k"
PAGE_LIFETIME = timedelta(days=7)
PICTURE_LIFETIME = timedelta(days=30)
"""A chat shows its old pictures for as long as somebody scrolls up."""
_PAGE_SALT, _PICTURE_SALT = "kit-page-1", "kit-picture-1"


@dataclass(frozen=True, slots=True)
class KitPicture:
    """What a picture's address says.

    Attributes:
        store_id: whose name stands on it; 0 for a made-up one.
        theme: id of a colour theme.
        product: id of the catalogue.
    """

    store_id: int
    theme: str
    product: str


class KitLinks:
    """Makes and reads links.

    Args:
        secret: SECRET_KEY of the installation.
        public_url: where people reach us, without a slash at the end.
        clock: says when links are made and expire.
    """

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        self._base = public_url.rstrip("/")
        self._pages = SignedTokens(secret, _PAGE_SALT, PAGE_LIFETIME, clock)
        self._pictures = SignedTokens(secret, _PICTURE_SALT, PICTURE_LIFETIME, clock)

    def page(self, number: str) -> str:
        """Return a fresh address of the download page of an order."""
        return f"{self._base}{PATH}/{self._pages.make(number)}"

    def read_page(self, token: str) -> str:
        """Return the number of the order that a page is about.

        Raises:
            RuleBrokenError: code `link_expired`, or `link_invalid` when it is not ours.
        """
        (number,) = self._pages.read(token).payload
        return str(number)

    def picture(self, store_id: int, theme: str, product: str) -> str:
        """Return the address of a small picture of a product."""
        return f"{self._base}{PATH}/thumb/{self._pictures.make(store_id, theme, product)}.png"

    def read_picture(self, token: str) -> KitPicture:
        """Return what a picture shows.

        Raises:
            RuleBrokenError: code `link_expired`, or `link_invalid` when it is not ours.
        """
        try:
            store_id, theme, product = self._pictures.read(token).payload
        except ValueError as error:
            raise RuleBrokenError(code="link_invalid") from error
        return KitPicture(int(store_id), str(theme), str(product))
