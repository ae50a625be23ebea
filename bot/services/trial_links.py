"""Links to the page of the test payment, and the addresses to which KakaoPay sends back."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.errors import RuleBrokenError
from bot.services.signed_links import SignedTokens

LIFETIME = timedelta(days=7)
PATH = "/pay-trial"
_SALT = "pay-trial-1"


@dataclass(frozen=True, slots=True)
class TrialLink:
    """What a valid link says.

    Attributes:
        application_id: whose telephone is tried.
        trial_id: which test payment somebody comes back from; 0 on the way there.
    """

    application_id: int
    trial_id: int


class TrialLinks:
    """Makes and reads links.

    Args:
        secret: SECRET_KEY of the installation.
        public_url: where people reach us, without a slash at the end.
        clock: says when links are made and expire.
    """

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        self._base = public_url.rstrip("/")
        self._tokens = SignedTokens(secret, _SALT, LIFETIME, clock)

    def page(self, application_id: int) -> str:
        """Return a fresh address of the page of an application."""
        return self._address(application_id, 0)

    def back(self, application_id: int, trial_id: int, end: str) -> str:
        """Return where a telephone comes back to, with what came of it (`paid`) at the end."""
        return f"{self._address(application_id, trial_id)}/{end}"

    def read(self, token: str) -> TrialLink:
        """Return what the token in an address says.

        Raises:
            RuleBrokenError: code `link_expired`, or `link_invalid` when it is not ours.
        """
        payload = self._tokens.read(token).payload
        try:
            application_id, trial_id = payload
        except ValueError as error:
            raise RuleBrokenError(code="link_invalid") from error
        return TrialLink(application_id, trial_id)

    def _address(self, application_id: int, trial_id: int) -> str:
        return f"{self._base}{PATH}/{self._tokens.make(application_id, trial_id)}"
