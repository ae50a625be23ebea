"""Easy payment in the chat: applying, following, mending, complaining, changing, ending.

words      what things are called
answers    how the answers of an application are taken
banking    bank, account and holder among them
questions  what an application asks
apply, status, fix, problem, account, cancel, terminate: one flow each
"""

from bot.dialogue.flow import Flow
from handlers.pay import account, apply, cancel, fix, problem, status, terminate

FLOWS: tuple[Flow, ...] = (
    apply.FLOW,
    status.FLOW,
    fix.FLOW,
    problem.FLOW,
    account.FLOW,
    cancel.FLOW,
    terminate.FLOW,
)
