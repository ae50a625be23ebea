"""Easy payment: applying, what is still needed, handing over, following, ending.

form        the filled application
applying    what a merchant sends in, taken exactly once
changing    what a merchant changes later
findings    what was found out about it
moving      what the provider says and people set
overview    how far everything is
qr          the codes that the provider issued
rows        finding the row of an application

What follows from all this for requirements and state: `bot.services.pay_rules`.
"""

from bot.services.pay_rules.bringing import bring_up, bring_up_all, subject
from bot.services.pay_rules.names import bare_name, same_holder
from bot.services.pay_rules.needs import KEY_OF_CODE, KEYS
from bot.services.pay_rules.provider import USUAL, ProviderConfig, provider, providers
from bot.services.payments.applying import apply
from bot.services.payments.changing import change_account, repair, terminate, withdraw
from bot.services.payments.findings import Found, ask_for, clear, digest_of, record_check
from bot.services.payments.form import Application, sales_band, tax_type_of
from bot.services.payments.moving import (
    Answer,
    confirm_owner,
    hand_off,
    is_complete,
    move_payment,
    steps_from,
)
from bot.services.payments.overview import (
    CodeView,
    PayOverview,
    WaitsFor,
    masked_account,
    overview,
    overviews,
    view_of,
)
from bot.services.payments.qr import active_code, revoke_codes
from bot.services.payments.rows import free_pay_number

__all__ = [
    "KEYS",
    "KEY_OF_CODE",
    "USUAL",
    "Answer",
    "Application",
    "CodeView",
    "Found",
    "PayOverview",
    "ProviderConfig",
    "WaitsFor",
    "active_code",
    "apply",
    "ask_for",
    "bare_name",
    "bring_up",
    "bring_up_all",
    "change_account",
    "clear",
    "confirm_owner",
    "digest_of",
    "free_pay_number",
    "hand_off",
    "is_complete",
    "masked_account",
    "move_payment",
    "overview",
    "overviews",
    "provider",
    "providers",
    "record_check",
    "repair",
    "revoke_codes",
    "sales_band",
    "same_holder",
    "steps_from",
    "subject",
    "tax_type_of",
    "terminate",
    "view_of",
    "withdraw",
]
