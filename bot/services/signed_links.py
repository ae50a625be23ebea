"""Links that carry their own proof: what they are for and since when, signed by us.

Nobody has to log in to follow one, and nobody can make one up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from bot.clock import Clock
from bot.errors import RuleBrokenError


@dataclass(frozen=True, slots=True)
class Signed:
    """What a valid token says.

    Attributes:
        payload: what it was made with.
        made_at: when; aware, UTC, whole seconds.
    """

    payload: list[Any]
    made_at: datetime


class _ClockSigner(TimestampSigner):
    """Signs with the time of our clock instead of the machine's."""

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock.now().timestamp())


class SignedTokens:
    """Makes and reads the tokens of one kind of link.

    Args:
        secret: SECRET_KEY of the installation.
        salt: keeps tokens of one kind from being taken for another.
        lifetime: how long a token is good.
        clock: says when tokens are made and expire.
    """

    def __init__(self, secret: str, salt: str, lifetime: timedelta, clock: Clock) -> None:
        self._lifetime = int(lifetime.total_seconds())
        self._serializer = URLSafeTimedSerializer(
            secret, salt=salt, signer=_ClockSigner, signer_kwargs={"clock": clock}
        )

    def make(self, *payload: object) -> str:
        """Return a token; fit for an address."""
        token = self._serializer.dumps(list(payload))
        return token if isinstance(token, str) else token.decode()

    def read(self, token: str) -> Signed:
        """Return what a token says.

        Raises:
            RuleBrokenError: code `link_expired`, or `link_invalid` when it is not ours.
        """
        try:
            payload, made_at = self._serializer.loads(
                token, max_age=self._lifetime, return_timestamp=True
            )
        except SignatureExpired as error:
            raise RuleBrokenError(code="link_expired") from error
        except (BadData, ValueError, TypeError) as error:
            raise RuleBrokenError(code="link_invalid") from error
        return Signed(list(payload), made_at.astimezone(UTC))
