"""Links to the upload page, one for each conversation and kind of paper."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import RuleBrokenError
from bot.services.signed_links import SignedTokens

LIFETIME = timedelta(days=7)
PATH = "/upload"
_SALT = "upload-link-1"


@dataclass(frozen=True, slots=True)
class UploadLink:
    """What a valid link says.

    Attributes:
        conversation_id: whose paper it is.
        kind: which paper, a value of `models.document.DocumentKind`.
        nonce: tells links of the same conversation and kind apart.
        made_at: when the link was made; aware, UTC, whole seconds.
    """

    conversation_id: int
    kind: str
    nonce: str
    made_at: datetime


class UploadLinks:
    """Makes and reads links.

    Args:
        secret: SECRET_KEY of the installation.
        public_url: where people reach us, without a slash at the end.
        clock: says when links are made and expire.
    """

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        self._public_url = public_url.rstrip("/")
        self._tokens = SignedTokens(secret, _SALT, LIFETIME, clock)

    def make(self, conversation_id: int, kind: str) -> str:
        """Return a fresh address for one paper of one conversation."""
        token = self._tokens.make(conversation_id, kind, secrets.token_urlsafe(6))
        return f"{self._public_url}{PATH}/{token}"

    def read(self, token: str) -> UploadLink:
        """Return what the last part of the address says.

        Raises:
            RuleBrokenError: code `link_expired`, or `link_invalid` when it is not ours.
        """
        signed = self._tokens.read(token)
        try:
            conversation_id, kind, nonce = signed.payload
        except ValueError as error:
            raise RuleBrokenError(code="link_invalid") from error
        return UploadLink(conversation_id, kind, nonce, signed.made_at)
