"""Printed matter with the store's code: ordering, following up, complaining, again, calling off.

words      what things are called
answers    how the answers of an order are taken
questions  what an order asks
order, status, problem, reorder, cancel, pay_card: one flow each
"""

from handlers.kit import cancel, order, pay_card, problem, reorder, status

FLOWS = (order.FLOW, status.FLOW, problem.FLOW, reorder.FLOW, cancel.FLOW, pay_card.FLOW)
