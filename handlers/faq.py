"""Answers to what people really ask. Two or three short lines each, no promises."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, View
from bot.services import payments
from bot.services.pay_rules.waiting import OUR_WORKDAYS

FEE = "{fee}\n{day}에 들은 내용이에요."
"""Nobody here decides a fee: it is what the provider said, and when it said so."""
ANSWERS = {
    "what_is_this": "시장 사장님이 카카오톡으로 단골을 모으시게 도와드리는 곳이에요.\n‘채널 등록’이라고 보내시면 하나씩 여쭤볼게요.",
    "price": "돈은 안 내셔도 돼요. 등록도, 방문도, 홍보물도 무료예요.",
    "trust": "사기 아니에요. 비밀번호, 주민번호, 돈은 절대 안 물어봐요.\n의심되면 시장 상인회에 먼저 물어보세요.",
    "how_long": "적으시는 데 5분쯤 걸려요.\n확인은 보통 평일 이틀, 카카오 심사는 3~5일쯤 걸려요.",
    "why_phone": "심사 결과와 방문 약속을 알려 드리는 데만 써요. 광고는 따로 동의하실 때만 보내요.",
    "why_brn": "국세청에 등록된 가게인지 확인해야 채널을 열 수 있어요.",
    "privacy": "신청을 돕는 데만 쓰고, 암호로 잠가 둬요.\n‘내 정보 보여줘’, ‘내 정보 지워줘’라고 하시면 바로 해 드려요.",
    "friend_what": "손님이 우리 가게 채널을 추가하는 거예요. 추가한 손님에게 소식을 보낼 수 있어요.",
    "after_apply": "담당자가 확인하고, 채널을 열고, 카카오 심사를 받아요.\n‘진행 상황’이라고 보내시면 어디까지 됐는지 알려 드려요.",
    "hours_of_help": "상담원은 평일 오전 9시부터 오후 6시까지 있어요. 저는 언제든 답해요.",
    "visit_cost": "도우미 방문은 무료예요.",
    "kit_cost": "홍보물은 무료예요.",
    "no_brn": "사업자등록증이 없어도 신청할 수 있어요. 담당자가 방법을 알려 드려요.",
    "multiple_stores": "가게가 여러 곳이면 한 곳씩 신청하시면 돼요. 담당자가 도와드려요.",
    "change_id": "검색용 아이디는 한번 정하면 못 바꿔요. 채널 이름은 바꿀 수 있어요.",
    "eligible_market": "전통시장과 상점가면 신청할 수 있어요. 시장 이름을 적어 주시면 확인해 드려요.",
    "pay_fee": FEE,
    "cost_form": "현금이 아니라 메시지 보낼 때 쓰는 돈(캐시)으로 드려요.",
    "cost_repeat": "전에 받으셨어도 다시 받을 수 있는지는 담당자가 확인해 드려요.",
    "settlement": FEE,
    "pay_methods": "쉬운 결제는 {provider} QR이에요.\n카드나 상품권도 되는지는 {provider}에서 정해요. ({day} 기준)",
    "why_account": "손님이 낸 돈을 통장으로 받으시려면 필요해요. 결제 신청 때만 여쭤봐요.",
    "why_ask": "채널을 열고 심사를 받는 데 꼭 필요한 것만 여쭤봐요.",
    "where_to_find": "사업자번호는 사업자등록증 맨 위에 있어요.\n채널 주소는 채널을 열고 ‘공유’를 누르면 나와요.",
    "benefit": "손님이 채널을 추가하면 소식과 쿠폰을 보내실 수 있어요. 단골이 다시 찾아오게 돼요.",
    "agent": "가족이나 직원이 대신 하셔도 돼요. 나중에 사장님께 한 번 더 확인해요.",
    "consent_required": "동의하지 않으셔도 돼요. 다만 동의가 없으면 등록은 할 수 없고, 궁금한 것은 물어보실 수 있어요.",
    "other_phone": "사장님 이름으로 된 전화가 좋아요. 가족 전화면 본인 확인이 안 될 수 있어요. 담당자가 도와드려요.",
    "search_id": "손님이 카카오톡에서 @이름으로 찾을 때 쓰는 이름이에요. 15자까지이고, 한번 정하면 못 바꿔요.",
    "what_channel": "카카오톡 채널은 우리 가게 단골 소식방이에요. 손님이 추가하면 소식을 보낼 수 있어요.",
    "supporter": "디지털 서포터즈는 시장에 나와서 휴대폰과 채널을 같이 해 드리는 도우미예요. 무료예요.",
    "deadline": "언제든 신청하실 수 있어요. 시장마다 다른 것은 담당자가 알려 드려요.",
    "documents": "채널 심사에는 사업자등록증 사진이 있으면 돼요. 더 필요하면 하나씩 알려 드려요.",
    "data_usage": "글만 주고받으면 데이터는 거의 안 들어요. 사진은 와이파이에서 보내시면 좋아요.",
    "upload": "사진은 이 채팅방에 바로 보내시면 돼요.\n안 올라가면 ‘상담원’이라고 보내 주세요. 사람이 도와드려요.",
    "brc_lost": "사업자등록증은 가까운 세무서나 홈택스에서 다시 받으실 수 있어요. 돈은 안 들어요.",
    "secrets": "비밀번호나 인증번호는 저희도 {provider}도 안 물어봐요. 누가 물어도 알려 주지 마세요.\n그런 전화가 왔으면 ‘상담원’이라고 보내 주세요.",
    "pay_holder": "통장 주인이 사장님이나 가게여야 돈이 들어와요.\n가족 통장뿐이면 ‘상담원’이라고 보내 주세요. 사람이 도와드려요.",
    "pay_no_brn": "쉬운 결제는 사업자등록이 있어야 해요.\n가까운 세무서에서 돈 없이 하실 수 있어요.",
    "pay_who": "간이과세도 면세도 신청하실 수 있어요.\n되는지는 {provider}에서 심사해서 정해요. ({day} 기준)",
    "pay_bank": "카카오뱅크가 아니어도 돼요. 쓰시던 은행 통장으로 받으시면 돼요.",
    "pay_days": "서류가 다 오면 평일 {ours}일 안에 담당자가 보고 알려 드려요.\n그다음은 {provider}에서 정해요. 평일 {theirs}일쯤 걸려요. ({day} 기준)",
    "pay_papers": "사업자등록증과 통장 앞면 사진이면 돼요.\n더 필요하면 하나씩 알려 드려요.",
}
"""Topic of docs/vocabulary.md, or what becomes of one (`WHILE_APPLYING`) -> what is said."""
OF_PAY = ("pay.", "consent.third_party_payment")
"""How the keys of the questions of an application begin."""
WHILE_APPLYING = {
    "after_apply": "pay_days",
    "how_long": "pay_days",
    "no_brn": "pay_no_brn",
    "why_brn": "pay_no_brn",
    "documents": "pay_papers",
}
"""Topic -> the one that is meant while easy payment is being applied for."""
ABOUT_PAY = frozenset({"pay_fee", "settlement", "pay_methods", "secrets", "pay_who", "pay_days"})
"""Topics whose answers come from what the provider has told."""
UNKNOWN = "그건 제가 잘 몰라요. ‘상담원’이라고 보내시면 사람이 알려 드려요."


def _respond(view: View) -> Answer:
    topic = "trust" if view.intent == "trust_question" else str(view.extra.get("topic", ""))
    if (view.asked or "").startswith(OF_PAY):
        topic = WHILE_APPLYING.get(topic, topic)
    said = ANSWERS.get(topic, UNKNOWN)
    if topic in ABOUT_PAY:
        said = _told_by_provider(view, said)
    return Answer((Text(said),), quick_replies=(MENU, PERSON))


def _told_by_provider(view: View, said: str) -> str:
    """Return an answer with what the provider of this person, else the usual one, has told."""
    known = view.facts.pay()
    told = known.provider if known else payments.provider(payments.USUAL)
    day = f"{told.as_of.year}년 {told.as_of.month}월 {told.as_of.day}일"
    return said.format(
        provider=told.name, fee=told.fee, day=day, ours=OUR_WORKDAYS, theirs=told.review_days
    )


FLOW = Flow(
    name="faq",
    version=1,
    title="자주 묻는 질문",
    offered=False,
    intents=("faq", "trust_question"),
    respond=_respond,
)
