"""What becomes of applications when their store or their merchant does not go on."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.services.kit_upkeep import LEFT, SHUT, lock_chats
from bot.services.pay_rules.waiting import ENDED
from bot.services.payments.changing import stop
from bot.services.payments.rows import locked
from bot.services.transaction import Transaction
from models.merchant import Merchant, Store
from models.payment import PayApplication
from models.session import Database

CLOSED = "closed"


def end_closed(database: Database, now: datetime) -> int:
    """End or take back the applications of stores that closed; return how many.

    Without a conversation there is no list to put it on; the application stays as it is.
    """
    waiting = (
        select(PayApplication.id, PayApplication.store_id)
        .join(Store, Store.id == PayApplication.store_id)
        .join(Merchant, Merchant.id == PayApplication.merchant_id)
        .where(
            PayApplication.state.not_in(ENDED),
            PayApplication.conversation_id.is_not(None),
            or_(Store.state.in_(SHUT), Merchant.state.in_(LEFT)),
        )
    )
    with database.reading() as session:
        found = session.execute(waiting.order_by(PayApplication.id)).all()
    done = 0
    for application_id, store_id in found:
        with database.transaction() as session:
            lock_chats(session, store_id)
            done += _ended(session, application_id, now)
    return done


def _ended(session: Session, application_id: int, now: datetime) -> bool:
    row = locked(session, application_id)
    if row is None or row.conversation_id is None or row.state in ENDED:
        return False
    key = f"{CLOSED}:{row.id}:{row.revision}"
    tx = Transaction(session, now, row.conversation_id, key, "system")
    return stop(tx, row, CLOSED)
