"""Sentences that every flow shares. Short, polite, in words a 70-year-old uses."""

from bot.dialogue.message import QuickReply

MENU = QuickReply("처음으로", "처음으로")
PERSON = QuickReply("상담원", "상담원")
STATUS = QuickReply("진행 상황", "진행 상황")
REGISTER = QuickReply("채널 등록", "채널 등록")
CONTINUE = QuickReply("이어서", "이어서")
SKIP = QuickReply("건너뛰기", "건너뛰기")
BACK = QuickReply("이전", "이전")
LATER = QuickReply("나중에", "나중에")
"""What is offered again and again under the last bubble."""

STEP = "[{n}/{total}]"
EXAMPLE = "예) {example}"
NOTED = "{label}: {value} — 적었어요."
CHANGED = "{label}: {value} — 고쳤어요."
ALREADY = "{label}: {value} — 이미 그렇게 적혀 있어요."
WELCOME_BACK = "다시 오셨네요. ‘{title}’ 이어서 할게요."
RETURN_TO = "하시던 ‘{title}’ 이어서 할게요."
DRAFT_WAITS = "하시던 ‘{title}’ 남아 있어요. ‘이어서’라고 보내시면 계속해요."
NOW_ANSWER = "지금 답: {value}\n그대로면 ‘그대로’라고 보내 주세요."

NOT_UNDERSTOOD = "잘 못 알아들었어요. 다시 한 번 적어 주세요."
NUMBER_HELP = "번호만 보내셔도 돼요. 예) 1"
OFFER_PERSON = "어려우시면 ‘상담원’이라고 보내 주세요. 사람이 도와드려요."

FIRST_QUESTION = "여기가 첫 질문이에요."
NOTHING_TO_GO_BACK = "돌아갈 질문이 없어요."
PAUSED = (
    "네, 여기까지 적어 둘게요. 30일 동안 그대로 있어요.\n다시 하실 때 ‘이어서’라고 보내 주세요."
)
HOLD = "네, 천천히 하세요. 기다릴게요."
CANCEL_ASK = "‘{title}’ 그만할까요? 적어 주신 내용이 지워져요."
CANCEL_DONE = "네, ‘{title}’ 그만뒀어요. 적어 주신 내용은 지웠어요."
CANCEL_NOTHING = "지금 진행 중인 신청이 없어요."
RESTART_ASK = "처음부터 다시 할까요? 지금까지 적은 내용이 지워져요."
RESTART_DONE = "네, 처음부터 다시 할게요."
KEEP_GOING = "네, 계속할게요."
NOTHING_TO_RESUME = "하던 신청이 없어요."
EDIT_WHICH = "어느 것을 고칠까요? 번호나 이름을 보내 주세요."
CORRECT_ASK = "{label}, {old} → {new}\n이렇게 고칠까요?"
STALE_DONE = "그 질문은 이미 끝났어요."
KEPT = "네, 그대로 둘게요."
CHOOSE_ASK = "어느 쪽을 말씀하시는 거예요?"
CANNOT_SKIP = "이 질문은 꼭 필요해요."
SKIPPED = "네, 넘어갈게요."

YES = "네"
NO = "아니요"
THIS_ONE = "이걸로"

PII = {
    "rrn": "주민등록번호는 보내지 마세요. 저장하지 않고 바로 지웠어요.",
    "card": "카드번호는 보내지 마세요. 저장하지 않고 바로 지웠어요.",
    "password": "비밀번호는 누구에게도 알려 주지 마세요. 저장하지 않고 바로 지웠어요.",
}
OR_TAP = "아래 ‘{label}’를 누르고 다시 적으셔도 돼요."
TELL_AGAIN = "네, 그 번호를 한 번 더 적어 주세요."
UNSUPPORTED = "그림이나 음성은 제가 못 읽어요. 글자로 보내 주세요."

ERRORS = {
    "account_length": "계좌번호 숫자 개수가 맞지 않아요. 통장을 다시 봐 주세요.",
    "answer_range": "보기 중에서 골라 주세요.",
    "brn_checksum": "숫자 하나가 다른 것 같아요. 등록증 맨 위 10자리를 다시 봐 주세요.",
    "brn_invalid": "그런 사업자등록번호는 없어요. 등록증 맨 위 10자리를 봐 주세요.",
    "brn_length": "사업자등록번호는 숫자 10자리예요. 다시 봐 주세요.",
    "date_invalid": "그런 날짜는 없어요. 다시 적어 주세요.",
    "date_past": "이미 지난 날이에요. 앞으로 올 날을 적어 주세요.",
    "lesson_range": "그 번호의 강의는 없어요.",
    "option_range": "보기에 없는 번호예요. 보기 중에서 골라 주세요.",
    "phone_invalid": "전화번호가 아닌 것 같아요. 010으로 시작하는 번호를 적어 주세요.",
    "qty_range": "1개에서 300개 사이로 적어 주세요.",
    "search_id_format": "한글, 영어 소문자, 숫자, - 와 _ 만 쓸 수 있어요. 띄어쓰기는 안 돼요.",
    "search_id_too_long": "15자까지만 쓸 수 있어요. 조금 줄여 주세요.",
    "time_invalid": "그런 시간은 없어요. 다시 적어 주세요.",
}
"""What is said for each error code of docs/vocabulary.md."""
