"""Registration for a 소신상인 channel: who, which shop, which number, which channel."""

import re

from bot.clients.nts import BusinessStatus
from bot.dialogue.flow import (
    Accepted,
    Answer,
    Ask,
    Choice,
    Choices,
    Confirm,
    Effect,
    Flow,
    Problem,
    View,
)
from bot.dialogue.message import Button, Card, QuickReply
from bot.dialogue.state import JsonValue
from bot.dialogue.wording import business_number, closed_days, hours_between, phone_number
from bot.services import consents, registration

ROLES = (Choice("owner", "사장님 본인"), Choice("agent", "대신 해 드려요"))
RELATIONS = (Choice("family", "가족"), Choice("staff", "직원"), Choice("other", "그 밖"))
CONSENT = (Choice("yes", "네, 동의해요"), Choice("no", "아니요"))
CATEGORIES = (
    Choice("vegetable_fruit", "채소·과일"),
    Choice("seafood", "생선·수산물"),
    Choice("meat", "고기"),
    Choice("sidedish", "반찬"),
    Choice("ricecake", "떡·방앗간"),
    Choice("restaurant", "식당·음식"),
    Choice("clothing", "옷·신발"),
    Choice("goods", "잡화·생활용품"),
    Choice("other", "그 밖"),
)
HAS_CHANNEL = (
    Choice("yes", "있어요"),
    Choice("no", "없어요"),
    Choice("unknown", "모르겠어요"),
)

STORE_GUESSED = "가게 이름: {name}, 파는 것: {what} — 적었어요."
CONSENT_ASK = "{summary}\n동의하세요?"
CONSENT_NEEDED = (
    "네, 알겠어요. 동의가 없으면 등록은 할 수 없어요.\n"
    "궁금한 것은 언제든 물어보세요. 마음이 바뀌면 ‘채널 등록’이라고 보내 주세요."
)
MARKET_ENDINGS = ("시장", "상가", "상점가", "장터", "거리", "골목", "오일장", "5일장")
MARKET_NOT_FOUND = "‘{name}’ 못 찾았어요. 시장 이름을 한 번 더 적어 주세요."
MARKET_UNKNOWN = "‘{name}’ 목록에 없어서 적어 주신 그대로 둘게요.\n담당자가 확인해요. 틀렸으면 ‘시장 바꿔줘’라고 보내 주세요."
CITY_ASK = "‘{name}’ 여러 곳에 있어요. 어느 곳인가요?"
CITY_ASK_MANY = "‘{name}’ 여러 곳에 있어요.\n어느 시·군·구에 있나요?"
CITY_UNKNOWN = "그 지역에서는 ‘{name}’ 못 찾았어요. 시·군·구 이름을 다시 적어 주세요."
BRN_STATES = {
    "closed": "국세청에는 문 닫은 번호(폐업)로 나와요.\n다시 여셨으면 그대로 하셔도 돼요. 담당자가 확인할게요.",
    "suspended": "국세청에는 쉬는 중(휴업)으로 나와요.\n그대로 하셔도 돼요. 담당자가 확인할게요.",
    "unregistered": "국세청에 아직 안 나와요. 새로 연 가게는 하루 이틀 걸려요.\n그대로 하셔도 돼요. 담당자가 확인할게요.",
}
BRN_NONE = "네, 사업자등록증 없이 할게요. 담당자가 도와드려요."
BRN_YES = "네, 그럼 번호 10자리를 적어 주세요."
URL_FOUND = "채널 주소 {value} — 적었어요."
SEARCH_ID_TAKEN = "‘{value}’ 다른 가게가 먼저 골랐어요. 다른 이름으로 적어 주세요."
ALREADY_REGISTERED = "벌써 ‘{store}’ 신청하셨어요.\n어디까지 됐는지 보시겠어요?"
DONE_TITLE = "신청이 끝났어요"
DONE_TEXT = "담당자가 확인하고 여기로 알려 드려요. 보통 평일 이틀 안이에요."
DONE_PHOTO = "사업자등록증 사진을 올려 주시면 더 빨라요."
PHOTO_LABEL = "사진 올리기"
STATUS_LABEL = "진행 상황"
STATUS_TEXT = "어디까지 됐어요?"

MAX_CITIES = 6
"""More places than this are not listed; the city is asked in words."""
SEARCH_ID_MAX = 15
"""Kakao: 15 characters of Hangul, lower-case Latin, digits, - and _ (cs.kakao.com)."""


def _consent_text(view: View) -> str:
    return CONSENT_ASK.format(summary=view.facts.consent_summary("collect"))


def _accept_consent(_view: View, value: JsonValue) -> Accepted | Problem:
    effect = Effect(consents.record, {"key": "collect", "decision": value == "yes"})
    if value == "yes":
        return Accepted("yes", say="동의해 주셔서 고맙습니다.", effects=(effect,))
    return Problem("consent_refused", CONSENT_NEEDED, ends=True)


def _accept_market(view: View, value: JsonValue) -> Accepted | Problem:
    hits = view.facts.find_markets(str(value))
    if not hits and not view.tries and not str(value).endswith(MARKET_ENDINGS):
        return Problem("market_unknown", MARKET_NOT_FOUND.format(name=value))
    if not hits:
        return Accepted(value, {"market_id": None}, say=MARKET_UNKNOWN.format(name=value))
    if len(hits) == 1:
        return Accepted(hits[0].name, {"market_id": hits[0].id})
    return Accepted(hits[0].name, {"market_id": None})


def _is_ambiguous(view: View) -> bool:
    market = view.get("market")
    return bool(market) and len(view.facts.find_markets(str(market))) > 1


def _places(view: View) -> Choices:
    hits = view.facts.find_markets(str(view.get("market")))
    if len(hits) > MAX_CITIES:
        return ()
    return tuple(Choice(str(hit.id), f"{hit.city} {hit.district}".strip()) for hit in hits)


def _city_text(view: View) -> str:
    text = CITY_ASK if _places(view) else CITY_ASK_MANY
    return text.format(name=view.get("market"))


def _accept_city(view: View, value: JsonValue) -> Accepted | Problem:
    name = str(view.get("market"))
    if any(choice.key == str(value) for choice in _places(view)):
        return Accepted(int(str(value)))
    hits = view.facts.find_markets(name, str(value))
    if len(hits) == 1:
        return Accepted(hits[0].id)
    return Problem("city_unknown", CITY_UNKNOWN.format(name=name))


def _show_place(view: View, value: JsonValue) -> str:
    hits = view.facts.find_markets(str(view.get("market")))
    return next((f"{h.city} {h.district}".strip() for h in hits if h.id == value), "")


def _accept_store_name(view: View, value: JsonValue) -> Accepted:
    guess = view.facts.guess_category(str(value))
    label = next((choice.label for choice in CATEGORIES if choice.key == guess), "")
    if not label or view.get("category"):
        return Accepted(value)
    return Accepted(value, {"category": guess}, say=STORE_GUESSED.format(name=value, what=label))


def _accept_brn(view: View, value: JsonValue) -> Accepted:
    status = view.facts.business_status(str(value))
    also = {"has_brn": "yes", "brn_state": status.state, "tax_type": status.tax_type}
    return Accepted(value, also, say=BRN_STATES.get(status.state, ""))


def _show_brn(_view: View, value: JsonValue) -> str:
    return business_number(str(value))


def _show_phone(_view: View, value: JsonValue) -> str:
    return phone_number(str(value))


def _show_stall(_view: View, value: JsonValue) -> str:
    return "호수 없음" if value == "none" else str(value)


def _show_hours(view: View, value: JsonValue) -> str:
    return hours_between(str(value), str(view.get("close") or ""))


def _show_channel(_view: View, value: JsonValue) -> str:
    return f"pf.kakao.com/{value}"


def _accept_search_id(view: View, value: JsonValue) -> Accepted | Problem:
    if view.facts.search_id_taken(str(value)):
        return Problem("search_id_taken", SEARCH_ID_TAKEN.format(value=value))
    return Accepted(value)


def _suggest_ids(view: View) -> tuple[str, ...]:
    base = re.sub(r"[^0-9a-z가-힣_-]", "", str(view.get("store_name") or "").lower())
    if not base:
        return ()
    market = re.sub(r"(전통|재래)?시장$", "", str(view.get("market") or ""))
    market = re.sub(r"[^0-9a-z가-힣]", "", market)
    wishes = (base, f"{market}{base}", f"{base}_{market}", f"{base}1")
    fitting = [w for w in dict.fromkeys(wishes) if len(w) <= SEARCH_ID_MAX]
    taken = view.facts.search_ids_taken(fitting)
    return tuple(wish for wish in fitting if wish not in taken)[:3]


def _show_search_id(_view: View, value: JsonValue) -> str:
    return f"@{value} (나중에 못 바꿔요)"


QUESTIONS = (
    Ask(
        key="channel.role",
        slot="role",
        label="신청하는 분",
        text="사장님 본인이세요, 대신 하시는 분이세요?",
        choices=ROLES,
        why="대신 하시면 나중에 사장님께 한 번 더 확인해요.",
        words=("역할",),
    ),
    Ask(
        key="channel.relation",
        slot="relation",
        reads="choice",
        label="사장님과의 사이",
        text="사장님과 어떤 사이세요?",
        choices=RELATIONS,
        when=lambda view: view.get("role") == "agent",
        why="누가 대신 하시는지 적어 두어야 해요.",
        words=("관계",),
    ),
    Ask(
        key="consent.collect",
        slot="consent_collect",
        reads="consent",
        label="개인정보 동의",
        text=_consent_text,
        again="개인정보 수집·이용에 동의하세요?",
        choices=CONSENT,
        accept=_accept_consent,
        valid=lambda value: value == "yes",
        in_summary=False,
        why="이름과 전화번호를 적어 두려면 먼저 여쭤봐야 해요. ‘자세히’라고 보내시면 전체를 보여 드려요.",
        hint="동의하시면 1, 아니면 2를 보내 주세요. 전체를 보시려면 ‘자세히’라고 보내 주세요.",
    ),
    Ask(
        key="channel.owner_name",
        slot="owner_name",
        label="대표자 이름",
        text="사업자등록증에 적힌 대표자 이름을 알려주세요.",
        example="김복순",
        personal=True,
        why="등록증과 이름이 같아야 채널 심사를 통과해요.",
        hint="이름만 적어 주세요. 예) 김복순",
        words=("이름", "성함", "사장님 이름", "사장 이름"),
    ),
    Ask(
        key="channel.phone",
        slot="phone",
        label="전화번호",
        text="연락받으실 전화번호를 알려주세요.",
        example="010-1234-5678",
        personal=True,
        show=_show_phone,
        why="심사 결과와 방문 약속을 알려 드리는 데만 써요.",
        hint="010부터 숫자만 이어서 적으셔도 돼요. 예) 01012345678",
        words=("전화", "번호", "연락처", "핸드폰", "휴대폰", "폰번호"),
    ),
    Ask(
        key="channel.store_name",
        slot="store_name",
        label="가게 이름",
        text="가게 이름을 알려주세요.",
        example="영자네 반찬",
        accept=_accept_store_name,
        why="채널 이름과 홍보물에 들어가요.",
        hint="간판에 적힌 이름 그대로 적어 주세요.",
        words=("상호", "가게이름", "가게명", "점포 이름"),
    ),
    Ask(
        key="channel.market",
        slot="market",
        label="시장",
        text="어느 시장(상점가)에 있으세요?",
        example="자양시장",
        accept=_accept_market,
        why="그 시장에 나가는 도우미와 행사를 알려 드리려고 여쭤봐요.",
        hint="시장 이름만 적어 주세요. 모르시면 동네 이름도 괜찮아요.",
        words=("시장 이름", "상점가"),
    ),
    Ask(
        key="channel.market_city",
        slot="market_id",
        reads="choice",
        label="시장 지역",
        text=_city_text,
        choices=_places,
        when=_is_ambiguous,
        accept=_accept_city,
        show=_show_place,
        alternatives=(("ask.text", "text"),),
        why="같은 이름의 시장이 여러 곳에 있어요.",
        words=("지역", "도시"),
    ),
    Ask(
        key="channel.stall",
        slot="stall",
        either="location_note",
        label="가게 위치",
        text="시장 안 어디쯤인가요? 동·호수나 찾기 쉬운 말로 적어 주세요.",
        example="가동 12호, 정문 왼쪽 세 번째 집",
        show=_show_stall,
        why="도우미가 찾아갈 때 필요해요.",
        hint="호수가 없으면 ‘호수 없음’이라고 보내 주세요.",
        words=("위치", "호수", "자리"),
    ),
    Ask(
        key="channel.category",
        slot="category",
        label="파는 것",
        text="무엇을 파세요?",
        choices=CATEGORIES,
        why="채널 분류를 고를 때 필요해요.",
        words=("업종", "품목", "종류"),
    ),
    Ask(
        key="channel.hours",
        slot="open",
        also=("close",),
        label="여는 시간",
        text="몇 시부터 몇 시까지 여세요? 쉬는 날도 같이 적으셔도 돼요.",
        example="아침 9시부터 저녁 7시, 일요일 쉼",
        show=_show_hours,
        why="채널에 적어 두면 손님이 헛걸음을 안 해요.",
        hint="여는 시간과 닫는 시간을 적어 주세요. 예) 9시~19시",
        words=("영업시간", "시간", "문 여는 시간", "닫는 시간"),
    ),
    Ask(
        key="channel.closed_days",
        slot="closed",
        label="쉬는 날",
        text="쉬는 날이 언제인가요?",
        example="매주 일요일, 없으면 ‘없어요’",
        volunteered=True,
        show=lambda _view, value: closed_days(value),
        why="채널에 적어 두면 손님이 헛걸음을 안 해요.",
        words=("휴무일", "휴일", "쉬는날"),
    ),
    Ask(
        key="channel.brn",
        slot="brn",
        label="사업자번호",
        text="사업자등록번호 10자리를 알려주세요. 없으시면 ‘없어요’라고 보내 주세요.",
        example="123-45-67891",
        personal=True,
        show=_show_brn,
        accept=_accept_brn,
        when=lambda view: view.get("has_brn") != "no",
        alternatives=(("channel.has_brn", "has_brn"),),
        alternative_says={"no": BRN_NONE, "yes": BRN_YES},
        why="국세청에 등록된 가게인지 확인해야 채널을 열 수 있어요.",
        hint="사업자등록증 맨 위에 있는 숫자 10자리예요. 예) 123-45-67891",
        words=("사업자등록번호", "사업자 번호", "등록번호"),
    ),
    Ask(
        key="channel.has_channel",
        slot="has_channel",
        label="카카오톡 채널",
        text="이미 카카오톡 채널이 있으세요?",
        choices=HAS_CHANNEL,
        alternatives=(("channel.url", "channel_public_id"),),
        why="있으면 그 채널을 그대로 쓰고, 없으면 새로 만들어 드려요.",
        hint="채널은 손님이 카카오톡에서 우리 가게를 추가하는 단골 소식방이에요. 모르시면 3을 보내 주세요.",
        words=("채널",),
    ),
    Ask(
        key="channel.url",
        slot="channel_public_id",
        label="채널 주소",
        text="채널 주소를 붙여 넣어 주세요.",
        example="pf.kakao.com/_xaBcDe",
        when=lambda view: view.get("has_channel") == "yes",
        optional=True,
        show=_show_channel,
        why="어느 채널이 사장님 것인지 알아야 연결해요.",
        hint="채널을 열고 ‘공유’를 누르면 주소가 나와요. 모르시면 ‘건너뛰기’라고 보내 주세요.",
        words=("주소", "채널 주소", "링크"),
    ),
    Ask(
        key="channel.search_id",
        slot="search_id",
        label="검색 아이디",
        text="손님이 채널을 찾을 이름(검색용 아이디)을 정해주세요.\n한번 정하면 못 바꿔요. 15자까지, 띄어쓰기 없이.",
        example="영자네반찬",
        when=lambda view: view.get("has_channel") in {None, "no"},
        accept=_accept_search_id,
        suggestions=_suggest_ids,
        show=_show_search_id,
        why="손님이 카카오톡에서 @이름으로 찾을 때 써요.",
        hint="한글, 영어 소문자, 숫자만 쓰고 띄어쓰기는 빼 주세요. 예) 영자네반찬",
        words=("아이디", "검색용 아이디", "검색 이름"),
    ),
)


def _on_start(view: View) -> Answer | None:
    overview = view.facts.overview()
    if overview is None:
        return None
    store = overview.newest.name
    reply = QuickReply(STATUS_LABEL, STATUS_TEXT)
    return Answer(
        (Card(description=ALREADY_REGISTERED.format(store=store)),), quick_replies=(reply,)
    )


def _checks(view: View) -> registration.Checks:
    state = view.get("brn_state")
    if not view.get("brn") or not state:
        return registration.Checks()
    tax_type = str(view.get("tax_type") or "")
    return registration.Checks(BusinessStatus(state, tax_type, None, view.facts.now))


def _on_submit(view: View) -> Answer:
    buttons: tuple[Button, ...] = ()
    text = DONE_TEXT
    if view.get("brn"):
        text = f"{DONE_TEXT}\n{DONE_PHOTO}"
        buttons = (Button(PHOTO_LABEL, "link", view.facts.upload_link("brc")),)
    closed = view.get("closed")
    submission = registration.Submission.from_slots(view.values())
    return Answer(
        (Card(DONE_TITLE, text, buttons),),
        effects=(Effect(registration.submit, {"submission": submission, "checks": _checks(view)}),),
        start="channel_more",
        prefill={} if closed is None else {"closed": closed},
    )


FLOW = Flow(
    name="channel",
    version=1,
    title="채널 등록",
    intents=("channel_register",),
    questions=QUESTIONS,
    confirm=Confirm(key="channel.confirm", title="적어 주신 내용이에요", text="이대로 신청할까요?"),
    on_start=_on_start,
    on_submit=_on_submit,
)
