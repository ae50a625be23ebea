"""A payment of 100 won that proves that the owner's telephone can pay; given back at once.

Money moves when we approve and when we give back, and never by itself. Before either call the
row says that it is being made, and that is committed; whoever dies then leaves a row that is
`unclear`, and the job asks KakaoPay how the payment stands before anything else is done.

till     what everything here works with
rows     taking a test payment in hand, and bringing it to an end
opening  opening and stopping
paying   approving and giving back
looking  asking how a payment stands, and the job that finishes what is open
shown    what people see of it
"""

from bot.services.trial_payments.looking import finish_trials, look, look_soon
from bot.services.trial_payments.opening import open_trial, stop_trial
from bot.services.trial_payments.paying import pay
from bot.services.trial_payments.shown import (
    CALLED_FOR,
    TrialView,
    is_called_for,
    newest_trial,
    stuck_trials,
    trials_of,
)
from bot.services.trial_payments.till import AMOUNT, LIFE, Till, till_of

__all__ = [
    "AMOUNT",
    "CALLED_FOR",
    "LIFE",
    "Till",
    "TrialView",
    "finish_trials",
    "is_called_for",
    "look",
    "look_soon",
    "newest_trial",
    "open_trial",
    "pay",
    "stop_trial",
    "stuck_trials",
    "till_of",
    "trials_of",
]
