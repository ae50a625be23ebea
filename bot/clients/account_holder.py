"""Whose account it is: what the checks of banks answer, and who can be asked.

Two ways: the bank names the holder (예금주 조회), or a transfer of one won carries a code in
its memo that only the holder can read. Neither needs a password. An answer that leaves
anything open is no reason to refuse; it waits for a person.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

HolderOutcome = Literal["found", "not_found", "bad_length", "unsupported", "unclear", "unavailable"]
WonOutcome = Literal["sent", "not_found", "unsupported", "unclear", "unavailable"]


@dataclass(frozen=True, slots=True)
class HolderAnswer:
    """What was answered about one account.

    Attributes:
        outcome: `bad_length` when this bank has no accounts of so many digits;
            `unsupported` when this bank cannot be asked; `unavailable` when nobody answered,
            and it may be asked again; `unclear` when the answer means nothing.
        holder: the name as the bank writes it, perhaps cut off or with a letter hidden; ""
            unless found.
        code: the service's own word for it; nothing personal.
    """

    outcome: HolderOutcome
    holder: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class WonAnswer:
    """What became of a transfer of one won.

    Attributes:
        outcome: `unavailable` when it surely was not made; `unclear` when it may have been,
            so that it is not repeated before that is known.
        code: the service's own word for it; nothing personal.
    """

    outcome: WonOutcome
    code: str = ""


BANK_RESTS = "bank_rests"
"""Code of an `unavailable` that is about one bank, while the service answers for the others."""


class AccountChecker(Protocol):
    """Answers whose account it is; never raises for an outage."""

    def holder(self, bank: str, account: str) -> HolderAnswer:
        """Return the holder of an account.

        Args:
            bank: three-digit bank code.
            account: digits.
        """
        ...

    def send_won(self, bank: str, account: str, memo: str, key: str) -> WonAnswer:
        """Transfer one won with `memo` in it.

        Args:
            bank: three-digit bank code.
            account: digits.
            memo: what the holder will read.
            key: the same key is transferred once.
        """
        ...

    def find_won(self, key: str) -> WonAnswer:
        """Return what became of a transfer of which nothing is known.

        `unavailable` when it surely was not made and will not be; `unclear` while that is not
        known, and when nobody answers.

        Args:
            key: that it was made with.
        """
        ...


class NoAccountChecker:
    """Where no service is set: people look at the bankbook."""

    def holder(self, bank: str, account: str) -> HolderAnswer:
        """Return that this cannot be asked."""
        del bank, account
        return HolderAnswer("unsupported", code="not_set")

    def send_won(self, bank: str, account: str, memo: str, key: str) -> WonAnswer:
        """Return that this cannot be done."""
        del bank, account, memo, key
        return WonAnswer("unsupported", code="not_set")

    def find_won(self, key: str) -> WonAnswer:
        """Return that nobody can tell."""
        del key
        return WonAnswer("unclear", code="not_set")
