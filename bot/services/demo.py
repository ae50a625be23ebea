"""A small set to try things with: known markets, made-up merchants, one operator.

Telephones 010-0000-xxxx belong to nobody; business numbers pass the checksum and are not
issued. Loading it again changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.consent_texts import sync_texts
from bot.services.consents import record as record_consent
from bot.services.demo_kits import load_kits
from bot.services.market_import import place, source_key, touch
from bot.services.registration import Submission, move_channel, submit
from bot.services.staff import add_staff
from bot.services.transaction import Transaction
from bot.services.visits.demo import load_visits
from models.conversation import Conversation, Friend
from models.market import Market, MarketAlias
from models.merchant import ChannelRegistration
from models.staff import Role, Staff
from models.states import Cause, ChannelState

CHANNEL, BOT_ID = "kakao", "demo"
LOGIN = "operator"
PASSWORD = "sosin-demo-2026"  # noqa: S105 -- for development only; the command refuses production
_OPERATOR = "staff:" + LOGIN
WITH_KITS = "demo-live"
"""Whose kits are in the set."""

MARKETS: tuple[tuple[str, str, tuple[int, ...], str, tuple[float, float]], ...] = (
    ("망원시장", "서울특별시 마포구 망원동", (), "", (37.5572, 126.9060)),
    ("광장시장", "서울특별시 종로구 예지동", (), "", (37.5701, 126.9997)),
    ("통인시장", "서울특별시 종로구 통인동", (), "", (37.5808, 126.9699)),
    ("남대문시장", "서울특별시 중구 남창동", (), "", (37.5592, 126.9777)),
    ("경동시장", "서울특별시 동대문구 제기동", (), "", (37.5790, 127.0391)),
    ("자양전통시장", "서울특별시 광진구 자양동", (), "자양골목시장", (37.5345, 127.0832)),
    ("신영시장", "서울특별시 양천구 신월동", (), "", (37.5330, 126.8360)),
    ("길동복조리시장", "서울특별시 강동구 길동", (), "길동시장", (37.5376, 127.1438)),
    ("수유전통시장", "서울특별시 강북구 수유동", (), "수유골목시장", (37.6307, 127.0227)),
    ("암사종합시장", "서울특별시 강동구 암사동", (), "", (37.5505, 127.1287)),
    ("부전시장", "부산광역시 부산진구 부전동", (), "", (35.1632, 129.0609)),
    ("국제시장", "부산광역시 중구 신창동4가", (), "", (35.1015, 129.0281)),
    ("서문시장", "대구광역시 중구 대신동", (), "큰장", (35.8688, 128.5795)),
    ("양동시장", "광주광역시 서구 양동", (), "", (35.1539, 126.9026)),
    ("신기시장", "인천광역시 미추홀구 주안동", (), "", (37.4462, 126.6786)),
    ("태평시장", "대전광역시 중구 태평동", (), "", (36.3259, 127.3977)),
    ("중앙시장", "강원특별자치도 강릉시 성남동", (), "강릉중앙시장", (37.7540, 128.8986)),
    ("중앙시장", "경기도 안성시 서인동", (2, 7), "안성장", (37.0066, 127.2688)),
    ("모란민속5일장", "경기도 성남시 중원구 성남동", (4, 9), "모란시장", (37.4291, 127.1279)),
    ("지동시장", "경기도 수원시 팔달구 지동", (), "", (37.2779, 127.0196)),
    (
        "정선아리랑시장",
        "강원특별자치도 정선군 정선읍 봉양리",
        (2, 7),
        "정선5일장",
        (37.3804, 128.6652),
    ),
    ("봉평전통시장", "강원특별자치도 평창군 봉평면 창동리", (2, 7), "봉평장", (37.6156, 128.3773)),
    ("육거리종합시장", "충청북도 청주시 상당구 석교동", (), "", (36.6279, 127.4882)),
    ("동문시장", "제주특별자치도 제주시 이도일동", (), "동문재래시장", (33.5116, 126.5260)),
)
"""(name, lot address, last digits of market days, another name, latitude and longitude)."""


@dataclass(frozen=True, slots=True)
class DemoMerchant:
    """A made-up merchant and how far the registration is.

    Attributes:
        path: milestones after sending in, in order.
        reason: why it was sent back, when `needs_fix` is on the path.
    """

    user_key: str
    submission: Submission
    path: tuple[ChannelState, ...] = ()
    reason: str | None = None


MERCHANTS = (
    DemoMerchant(
        "demo-submitted",
        Submission(
            owner_name="김순자",
            phone="01000000001",
            store_name="순자네 반찬",
            market="망원시장",
            stall="가동 12호",
            category="sidedish",
            open="08:00",
            close="20:00",
            closed=("weekly:SUN",),
            has_brn="yes",
            brn="1234567891",
            has_channel="no",
            search_id="순자네반찬",
        ),
    ),
    DemoMerchant(
        "demo-review",
        Submission(
            owner_name="박영호",
            phone="01000000002",
            store_name="영호 청과",
            market="길동복조리시장",
            location_note="정문에서 세 번째 집",
            category="vegetable_fruit",
            open="07:00",
            close="21:00",
            has_brn="yes",
            brn="1111111119",
            has_channel="no",
            search_id="영호청과",
        ),
        (ChannelState.OPENED, ChannelState.BIZ_REVIEW),
    ),
    DemoMerchant(
        "demo-needs-fix",
        Submission(
            owner_name="이말숙",
            phone="01000000003",
            store_name="말숙 생선",
            market="부전시장",
            stall="수산동 7호",
            category="seafood",
            has_brn="yes",
            brn="2222222227",
            has_channel="no",
            search_id="말숙생선",
        ),
        (ChannelState.OPENED, ChannelState.BIZ_REVIEW, ChannelState.NEEDS_FIX),
        "doc_unreadable",
    ),
    DemoMerchant(
        "demo-live",
        Submission(
            owner_name="최복순",
            phone="01000000004",
            store_name="복순 떡집",
            market="통인시장",
            stall="나동 3호",
            category="ricecake",
            open="06:00",
            close="19:00",
            closed=("monthly:2SUN", "holiday:SEOLLAL"),
            has_brn="yes",
            brn="3333333336",
            has_channel="yes",
            channel_public_id="_demoBs",
        ),
        (ChannelState.LINKED_EXISTING, ChannelState.LIVE),
    ),
    DemoMerchant(
        "demo-agent",
        Submission(
            owner_name="정갑수",
            phone="01000000005",
            store_name="갑수네 국밥",
            role="agent",
            relation="딸",
            market="정선아리랑시장",
            category="restaurant",
            has_brn="no",
            has_channel="unknown",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were added."""

    markets: int
    merchants: int
    staff: int
    kits: int


def load(session: Session, now: datetime) -> Loaded:
    """Add what is missing of the set; inside a write transaction."""
    sync_texts(session, now)
    markets = _markets(session, now)
    staff = _operator(session, now)
    known = set(session.scalars(select(Conversation.user_key).where(Conversation.bot_id == BOT_ID)))
    missing = [merchant for merchant in MERCHANTS if merchant.user_key not in known]
    for days, merchant in enumerate(missing, start=1):
        _merchant(session, merchant, now - timedelta(days=days))
    load_visits(session, now)
    return Loaded(markets, len(missing), staff, _kits(session, now))


def _kits(session: Session, now: datetime) -> int:
    talk = session.scalars(
        select(Conversation.id).where(
            Conversation.bot_id == BOT_ID, Conversation.user_key == WITH_KITS
        )
    ).one()
    return load_kits(session, talk, _OPERATOR, now)


def _markets(session: Session, now: datetime) -> int:
    known = set(session.scalars(select(Market.source_key)))
    listed = {(row.name, row.city) for row in session.execute(select(Market.name, Market.city))}
    added = 0
    for name, address, days, alias, (latitude, longitude) in MARKETS:
        region, city, district = place("", address)
        values = {"name": name, "region": region, "city": city, "district": district}
        key = source_key(dict(values))
        if key in known or (name, city) in listed:
            continue
        row = Market(
            **values,
            source_key=key,
            kind=_kind(name, days),
            lot_address=address,
            market_days=list(days),
            latitude=Decimal(str(latitude)),
            longitude=Decimal(str(longitude)),
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        if alias:
            session.add(MarketAlias(market_id=row.id, name=alias))
        added += 1
    if added:
        touch(session)
    return added


def _kind(name: str, days: tuple[int, ...]) -> str:
    if not days:
        return "daily"
    return "five_day" if "5일장" in name else "daily_and_five_day"


def _operator(session: Session, now: datetime) -> int:
    if session.execute(select(Staff.id).where(Staff.login == LOGIN)).first():
        return 0
    add_staff(session, LOGIN, "데모 담당자", Role.OPERATOR, PASSWORD, now=now)
    return 1


def _merchant(session: Session, merchant: DemoMerchant, at: datetime) -> None:
    conversation = Conversation(
        channel=CHANNEL,
        bot_id=BOT_ID,
        user_key=merchant.user_key,
        friend=Friend.FRIEND,
        last_seen_at=at,
        created_at=at,
        updated_at=at,
    )
    session.add(conversation)
    session.flush()
    tx = Transaction(session, at, conversation.id, f"demo:{merchant.user_key}")
    record_consent(tx, "collect", decision=True)
    registration_id = submit(tx, _placed(session, merchant.submission))
    for hours, state in enumerate(merchant.path, start=1):
        cause = Cause(
            actor=_OPERATOR,
            key=f"demo:{state}",
            now=at + timedelta(hours=hours),
            reason=merchant.reason if state is ChannelState.NEEDS_FIX else None,
        )
        move_channel(session, registration_id, state, cause)
    if merchant.submission.channel_public_id:
        session.get_one(ChannelRegistration, registration_id).friends = 31


def _placed(session: Session, submission: Submission) -> Submission:
    """Return the submission with the id of its market."""
    found = select(Market.id).where(Market.name == submission.market).order_by(Market.id)
    return replace(submission, market_id=session.scalars(found).first())
