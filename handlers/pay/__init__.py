"""Easy payment in the chat: applying, following, mending, complaining, changing, ending.

words      what things are called
answers    how the answers of an application are taken
questions  what an application asks
apply, status, fix, problem, account, cancel, terminate: one flow each
"""

from bot.dialogue.flow import Flow

FLOWS: tuple[Flow, ...] = ()
