"""What a provider of payment wants: papers, holders, trades, banks, times, words about fees.

One file a provider, `bot/services/payments/providers/<key>.toml`. It carries the day on which
the programme was told so; nothing of a provider's terms stands in the code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.errors import ConfigError, InvalidInputError
from bot.services.fixes import FIXES
from models.payment import HolderMatch, PayKind
from models.requirement import DocumentKind
from models.states import PayState

FOLDER = Path(__file__).resolve().parent.parent / "payments" / "providers"
USUAL = "kakaopay"
"""The provider that people apply with unless they say otherwise."""
AGENT = "agent"
"""Papers that are wanted when somebody applies for the owner."""
_PLAIN = frozenset(
    (
        "name",
        "as_of",
        "consent",
        "fee",
        "review_days",
        "retry_days",
        "paper_days",
        "bankbook_unless_checked",
    )
)
_TABLES = frozenset(("documents", "holders", "trades", "banks", "links", "statuses", "reasons"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """One provider.

    Attributes:
        name: as people know it.
        as_of: the day on which this was true.
        consent: key of the consent text that names this provider as recipient.
        fee: what may be said about fees, and who decides them.
        review_days: working days until the provider usually decides.
        retry_days: calendar days until a refused application may be handed over again, where
            the provider does not say.
        paper_days: days after which a certificate is too old to be handed over.
        documents: kind of business, or `agent` -> papers, in the order they are asked for.
        holders: kind of business -> whose account will do.
        restricted: categories of the vocabulary that a person has to look at.
        words: words in a store's name that a person has to look at.
        permit: categories that need a permit.
        unsupported: bank codes that the provider does not pay to.
        bankbook_unless_checked: no bankbook is wanted when the bank itself named the holder.
        links: what for -> address.
        statuses: the provider's word in a file of results -> state.
        reasons: the provider's word for a reason -> code of the table of fixes.
    """

    key: str
    name: str
    as_of: date
    consent: str
    fee: str
    review_days: int
    retry_days: int
    paper_days: int
    documents: Mapping[str, tuple[DocumentKind, ...]]
    holders: Mapping[PayKind, frozenset[HolderMatch]]
    restricted: frozenset[str]
    words: tuple[str, ...]
    permit: frozenset[str]
    unsupported: frozenset[str]
    bankbook_unless_checked: bool
    links: Mapping[str, str]
    statuses: Mapping[str, PayState]
    reasons: Mapping[str, str]

    def papers_for(self, kind: PayKind | None, *, is_agent: bool) -> tuple[DocumentKind, ...]:
        """Return the papers that are wanted, in the order they are asked for."""
        wanted = self.documents[kind.value] if kind else ()
        return (*wanted, *(self.documents[AGENT] if is_agent else ()))

    def takes(self, match: HolderMatch, kind: PayKind | None) -> bool:
        """Tell whether an account of this holder will do."""
        return match in self.holders[kind or PayKind.SOLE]


def provider(key: str) -> ProviderConfig:
    """Return a provider.

    Raises:
        InvalidInputError: there is no such one (code `unknown_provider`).
        ConfigError: its file cannot be used.
    """
    known = providers()
    if key not in known:
        raise InvalidInputError(f"no provider {key!r}", code="unknown_provider")
    return known[key]


@cache
def providers() -> Mapping[str, ProviderConfig]:
    """Return every provider by its key.

    Raises:
        ConfigError: a file cannot be used.
    """
    return MappingProxyType({path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))})


def read(path: Path) -> ProviderConfig:
    """Read one file.

    Raises:
        ConfigError: it is no TOML, or something is missing, misspelt or unknown in it.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _made(path.stem, data)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"provider {path.name}: {error!r}") from error


def _made(key: str, data: dict[str, Any]) -> ProviderConfig:
    unknown = set(data) - _PLAIN - _TABLES
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    if not isinstance(data["as_of"], date):
        raise TypeError("as_of has to be a day")
    documents = {
        kind: tuple(DocumentKind(paper) for paper in papers)
        for kind, papers in data["documents"].items()
    }
    holders = {
        PayKind(kind): frozenset(HolderMatch(match) for match in matches)
        for kind, matches in data["holders"].items()
    }
    if set(documents) != {*PayKind, AGENT} or set(holders) != set(PayKind):
        raise ValueError("documents and holders name every kind of business")
    trades = data["trades"]
    return ProviderConfig(
        key=key,
        name=data["name"],
        as_of=data["as_of"],
        consent=data["consent"],
        fee=data["fee"],
        review_days=int(data["review_days"]),
        retry_days=int(data["retry_days"]),
        paper_days=int(data["paper_days"]),
        documents=MappingProxyType(documents),
        holders=MappingProxyType(holders),
        restricted=frozenset(trades["restricted"]),
        words=tuple(trades["words"]),
        permit=frozenset(trades["permit"]),
        unsupported=frozenset(data["banks"]["unsupported"]),
        bankbook_unless_checked=bool(data["bankbook_unless_checked"]),
        links=MappingProxyType(dict(data["links"])),
        statuses=MappingProxyType({w: PayState(to) for w, to in data["statuses"].items()}),
        reasons=MappingProxyType({word: _fix(code) for word, code in data["reasons"].items()}),
    )


def _fix(code: str) -> str:
    if code not in FIXES:
        raise ValueError(f"no error {code!r}")
    return code
