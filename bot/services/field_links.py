"""Sign-in links for a supporter's phone: sent in the chat, good for half an hour and once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.errors import RuleBrokenError
from bot.services.signed_links import SignedTokens

LIFETIME = timedelta(minutes=30)
PATH = "/field/in"
_SALT = "field-link-1"


@dataclass(frozen=True, slots=True)
class FieldLink:
    """What a valid link says.

    Attributes:
        supporter_id: who signs in with it.
        nonce: tells links apart; a used one is remembered (`bot.services.field_door`).
    """

    supporter_id: int
    nonce: str


class FieldLinks:
    """Makes and reads links.

    Args:
        secret: SECRET_KEY of the installation.
        public_url: where people reach us, without a slash at the end.
        clock: says when links are made and expire.
    """

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        self._public_url = public_url.rstrip("/")
        self._tokens = SignedTokens(secret, _SALT, LIFETIME, clock)

    def make(self, supporter_id: int) -> str:
        """Return a fresh address with which one supporter signs in once."""
        token = self._tokens.make(supporter_id, secrets.token_urlsafe(12))
        return f"{self._public_url}{PATH}/{token}"

    def read(self, token: str) -> FieldLink:
        """Return what the last part of the address says.

        Raises:
            RuleBrokenError: code `link_expired`, or `link_invalid` when it is not ours.
        """
        try:
            supporter_id, nonce = self._tokens.read(token).payload
        except ValueError as error:
            raise RuleBrokenError(code="link_invalid") from error
        return FieldLink(int(supporter_id), str(nonce))
