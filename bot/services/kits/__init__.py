"""Printed matter, from the wish in the chat to what is taken down again.

wish        what can be ordered, and which products that means
orders      what a merchant does: order, call off, complain, order again
overview    what a merchant has ordered
press       what makes the files
rendering   the job that has them made
files       what the download page shows and hands out
thumbnails  small pictures, also before anything was ordered
links       short addresses on printed matter, and how often they were followed
signposts   the way of a scanned code to its channel
board       what the people of the programme see: lists, queues, scans
desk        one order with everything about it
moving      what they set by hand
reprints    what they order again
gallery     small pictures in time
pieces      how pieces are counted
stores      the store that a kit is for
numbers     names that nobody else has

What becomes of kits when a store is renamed, closes or is erased: `bot.services.kit_upkeep`.
"""

from bot.services.kits.desk import (
    OrderDetail,
    OrderRow,
    detail_of,
)
from bot.services.kits.files import (
    KitFile,
    KitPage,
    PageItem,
    note_download,
    open_page,
    read_file,
    sweep,
    title_of,
)
from bot.services.kits.links import (
    ScanCount,
    scan_counts,
    short_link,
)
from bot.services.kits.moving import move_order, steps_from
from bot.services.kits.numbers import free_number
from bot.services.kits.orders import cancel, place, reorder, report_problem
from bot.services.kits.overview import KitLine, KitOverview, kit_overview, orders_of
from bot.services.kits.press import KitsPress, Press, Pressed, Sheet, UnprintableError
from bot.services.kits.rendering import render_due
from bot.services.kits.thumbnails import Thumbnails
from bot.services.kits.wish import KitWish, product_of, products_of

__all__ = [
    "KitFile",
    "KitLine",
    "KitOverview",
    "KitPage",
    "KitWish",
    "KitsPress",
    "OrderDetail",
    "OrderRow",
    "PageItem",
    "Press",
    "Pressed",
    "ScanCount",
    "Sheet",
    "Thumbnails",
    "UnprintableError",
    "cancel",
    "detail_of",
    "free_number",
    "kit_overview",
    "move_order",
    "note_download",
    "open_page",
    "orders_of",
    "place",
    "product_of",
    "products_of",
    "read_file",
    "render_due",
    "reorder",
    "report_problem",
    "scan_counts",
    "short_link",
    "steps_from",
    "sweep",
    "title_of",
]
