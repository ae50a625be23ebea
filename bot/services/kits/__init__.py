"""Printed matter, from the wish in the chat to what is taken down again.

wish       what can be ordered, and which products that means
orders     what a merchant does: order, call off, complain, order again
overview   what a merchant has ordered
"""

from bot.services.kits.numbers import free_number
from bot.services.kits.orders import cancel, place, reorder, report_problem
from bot.services.kits.overview import KitLine, KitOverview, kit_overview
from bot.services.kits.wish import KitWish, product_of, products_of

__all__ = [
    "KitLine",
    "KitOverview",
    "KitWish",
    "cancel",
    "free_number",
    "kit_overview",
    "place",
    "product_of",
    "products_of",
    "reorder",
    "report_problem",
]
