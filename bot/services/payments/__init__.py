"""Easy payment: applying, what is still needed, handing over, following, ending.

form        the filled application
applying    what a merchant sends in, taken exactly once
changing    what a merchant changes later
closing     what follows from the end of a store, as a job
consenting  what follows from a decision about consent
asking      what asking an office or a bank has in common
checks      asking the tax office, as a job
account_checks  asking banks whose accounts these are, as a job
bank_calls  when banks may be asked, and how often
findings    what was found out about it
moving      what the provider says and people set
paper_age   certificates that became too old, as a job
overview    how far everything is
problems    what goes wrong with paying
rehearsal   what a step would lead to
won         proving an account by a transfer of one won
qr          the codes that the provider issued
shown       as they are shown, the account masked
erasing     emptying applications
rows        finding the row of an application

What follows from all this for requirements and state: `bot.services.pay_rules`.
"""

from bot.services.pay_rules.bringing import bring_up, bring_up_all, subject
from bot.services.pay_rules.names import bare_name, same_holder
from bot.services.pay_rules.needs import CONSENT, KEY_OF_CODE, KEYS, OWNER
from bot.services.pay_rules.provider import USUAL, ProviderConfig, provider, providers
from bot.services.payments.account_checks import check_accounts
from bot.services.payments.applying import apply
from bot.services.payments.changing import change_account, repair, terminate, withdraw
from bot.services.payments.checks import check_businesses
from bot.services.payments.closing import end_closed
from bot.services.payments.consenting import consent_changed
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
from bot.services.payments.paper_age import expire_papers
from bot.services.payments.problems import report_problem
from bot.services.payments.qr import active_code, revoke_codes
from bot.services.payments.rehearsal import After, Step, rehearse
from bot.services.payments.rows import free_pay_number
from bot.services.payments.shown import held_about_payments, shown_payments
from bot.services.payments.won import Told, ask_for_won, send_won, tell_won_code

__all__ = [
    "CONSENT",
    "KEYS",
    "KEY_OF_CODE",
    "OWNER",
    "USUAL",
    "After",
    "Answer",
    "Application",
    "CodeView",
    "Found",
    "PayOverview",
    "ProviderConfig",
    "Step",
    "Told",
    "WaitsFor",
    "active_code",
    "apply",
    "ask_for",
    "ask_for_won",
    "bare_name",
    "bring_up",
    "bring_up_all",
    "change_account",
    "check_accounts",
    "check_businesses",
    "clear",
    "confirm_owner",
    "consent_changed",
    "digest_of",
    "end_closed",
    "expire_papers",
    "free_pay_number",
    "hand_off",
    "held_about_payments",
    "is_complete",
    "masked_account",
    "move_payment",
    "overview",
    "overviews",
    "provider",
    "providers",
    "record_check",
    "rehearse",
    "repair",
    "report_problem",
    "revoke_codes",
    "sales_band",
    "same_holder",
    "send_won",
    "shown_payments",
    "steps_from",
    "subject",
    "tax_type_of",
    "tell_won_code",
    "terminate",
    "view_of",
    "withdraw",
]
