"""Links to the upload page, one for each conversation and kind of paper.

A link carries its own proof: whom it belongs to, which paper, since when, signed with the
secret of the installation. Nobody has to log in, and nobody can make one up.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from bot.clock import Clock
from bot.errors import RuleBrokenError

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


class _ClockSigner(TimestampSigner):
    """Signs with the time of our clock instead of the machine's."""

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock.now().timestamp())


class UploadLinks:
    """Makes and reads links.

    Args:
        secret: SECRET_KEY of the installation.
        public_url: where people reach us, without a slash at the end.
        clock: says when links are made and expire.
    """

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        self._public_url = public_url.rstrip("/")
        self._serializer = URLSafeTimedSerializer(
            secret, salt=_SALT, signer=_ClockSigner, signer_kwargs={"clock": clock}
        )

    def make(self, conversation_id: int, kind: str) -> str:
        """Return a fresh address for one paper of one conversation."""
        payload = [conversation_id, kind, secrets.token_urlsafe(6)]
        token = self._serializer.dumps(payload)
        return f"{self._public_url}{PATH}/{token if isinstance(token, str) else token.decode()}"

    def read(self, token: str) -> UploadLink:
        """Return what the last part of the address says.

        Raises:
            RuleBrokenError: code `link_expired`, or `link_invalid` when it is not ours.
        """
        try:
            payload, made_at = self._serializer.loads(
                token, max_age=int(LIFETIME.total_seconds()), return_timestamp=True
            )
            conversation_id, kind, nonce = payload
        except SignatureExpired as error:
            raise RuleBrokenError(code="link_expired") from error
        except (BadData, ValueError, TypeError) as error:
            raise RuleBrokenError(code="link_invalid") from error
        return UploadLink(conversation_id, kind, nonce, made_at.astimezone(UTC))
