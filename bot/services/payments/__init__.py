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

from bot.services.pay_rules.names import same_holder
from bot.services.pay_rules.needs import OWNER
from bot.services.pay_rules.provider import USUAL, provider
from bot.services.payments.account_checks import check_accounts
from bot.services.payments.applying import apply
from bot.services.payments.changing import change_account, repair, terminate, withdraw
from bot.services.payments.checks import check_businesses
from bot.services.payments.closing import end_closed
from bot.services.payments.consenting import consent_changed
from bot.services.payments.findings import Found, ask_for, clear, record_check
from bot.services.payments.form import Application, tax_type_of
from bot.services.payments.moving import (
    Answer,
    confirm_owner,
    hand_off,
    move_payment,
    steps_from,
)
from bot.services.payments.overview import PayOverview, overview, overviews
from bot.services.payments.paper_age import expire_papers
from bot.services.payments.problems import report_problem
from bot.services.payments.qr import active_code
from bot.services.payments.rehearsal import After, Step, rehearse
from bot.services.payments.rows import free_pay_number
from bot.services.payments.shown import shown_payments
from bot.services.payments.won import ask_for_won, clear_doubts, send_won, tell_won_code

__all__ = [
    "OWNER",
    "USUAL",
    "After",
    "Answer",
    "Application",
    "Found",
    "PayOverview",
    "Step",
    "active_code",
    "apply",
    "ask_for",
    "ask_for_won",
    "change_account",
    "check_accounts",
    "check_businesses",
    "clear",
    "clear_doubts",
    "confirm_owner",
    "consent_changed",
    "end_closed",
    "expire_papers",
    "free_pay_number",
    "hand_off",
    "move_payment",
    "overview",
    "overviews",
    "provider",
    "record_check",
    "rehearse",
    "repair",
    "report_problem",
    "same_holder",
    "send_won",
    "shown_payments",
    "steps_from",
    "tax_type_of",
    "tell_won_code",
    "terminate",
    "withdraw",
]
