"""Why a message was not sent, or not yet, in plain words for operators."""

from collections.abc import Mapping
from datetime import datetime

from bot.console import words
from bot.console.outbox_words import SENDERS
from bot.outbox.explain import Explained
from bot.outbox.reasons import BY_HAND
from models.states import ReminderState

_REFUSED_BY = "refused_by_"

WAITING: Mapping[str, str] = {
    "stopped": "발송을 멈춰 두었어요.",
    "quiet_hours": "보내도 되는 시간을 기다려요.",
    "in_talk": "지금 이야기하는 중이라 끝나기를 기다려요.",
    "often_enough": "요즘 알림을 많이 받으셔서 쉬어 가요.",
    "sender_paused": "보내는 곳에 문제가 있어 잠시 쉬어요.",
    "sender_full": "보내는 곳이 한꺼번에 받을 수 있는 만큼을 넘어서 기다려요.",
    "trouble": "우리 프로그램에 문제가 있어 다시 해 봐요.",
    "never_seen": "보내는 곳에 간 적이 없어서 다시 보내요.",
    "sent_again": "갔는지 알 수 없어서 한 번 더 보내요.",
    "retried": "담당자가 다시 보내라고 했어요.",
}
OVER: Mapping[str, str] = {
    "too_late": "때가 지나서 보내지 않았어요.",
    "by_hand": "담당자가 정했어요.",
    "merged": "같은 날 다른 알림과 하나로 모아 보냈어요.",
    "erased": "정보를 지운 분이에요.",
    "left": "그만두신 분이에요.",
    "blocked": "채널을 차단하셨어요.",
    "opt_out": "알림을 모두 꺼 두셨어요.",
    "refused": "광고를 원하지 않으셨어요.",
    "withdrawn": "광고 동의를 거두셨어요.",
    "no_consent": "광고에 동의하지 않으셨어요.",
    "consent_old": "광고 동의가 오래되어 다시 여쭤야 해요.",
    "switched_off": "이런 알림을 꺼 두셨어요.",
    "preference_off": "이런 알림을 꺼 두셨어요.",
    "nobody_reaches": "보낼 방법이 없어요. 전화번호나 채널 친구인지 확인해 주세요.",
    "attempts_over": "여섯 번 해 봤지만 못 보냈어요.",
    "kind_unknown": "지금 프로그램에 없는 알림이에요.",
    "template_missing": "문구 파일이 없어요.",
    "template_values": "문구에 넣을 값이 맞지 않아요.",
    "template_long": "문구가 너무 길어요.",
    "ad_misplaced": "광고가 아닌 알림에 (광고)가 들어 있어요.",
    "ad_unmarked": "광고인데 (광고)로 시작하지 않아요.",
    "ad_without_opt_out": "광고인데 무료 수신거부 안내가 없어요.",
}
GONE: Mapping[str, str] = {
    "active_again": "다시 쓰기 시작하셨어요.",
    "already_done": "이미 하셨어요.",
    "already_rated": "이미 별점을 주셨어요.",
    "already_told": "이미 알려 드렸어요.",
    "as_before": "처음 알려 드린 것과 같아졌어요.",
    "booked_again": "다시 예약하셨어요.",
    "changed_again": "그 뒤에 또 바뀌었어요.",
    "draft_expired": "적다 만 신청이 오래되어 지워졌어요.",
    "finished": "신청을 끝내셨어요.",
    "moved_again": "그 뒤에 또 바뀌었어요.",
    "moved_on": "다음 단계로 넘어갔어요.",
    "newer_visit": "그 뒤에 다른 방문이 있었어요.",
    "no_pay_consent": "결제 회사에 알리는 데 동의하지 않으셨어요.",
    "no_visit": "방문이 없어졌어요.",
    "no_visits": "그날 방문이 없어요.",
    "offer_answered": "그 시간에 답하셨어요.",
    "offer_over": "그 시간을 더 잡아 둘 수 없어요.",
    "pay_over": "결제 신청이 끝났어요.",
    "problem_reported": "문제를 알려 주셨어요.",
    "renewed": "동의를 다시 해 주셨어요.",
    "scanned": "QR이 이미 찍혔어요.",
    "sent_meanwhile": "그사이 보내 주셨어요.",
    "series_ended": "정해진 방문이 끝났어요.",
    "series_goes_on": "정해진 방문이 이어져요.",
    "supporter_left": "서포터즈가 그만두었어요.",
    "told_in_chat": "채팅에서 이미 알려 드렸어요.",
    "visit_begun": "방문이 이미 시작되었어요.",
    "visit_booked": "다음 방문이 잡혀 있어요.",
    "visit_moved": "방문 시간이 바뀌었어요.",
    "waits_again": "다시 대기하고 계세요.",
    "went_on": "이어서 답하셨어요.",
    "with_person": "사람이 이야기하고 있어요.",
    "visit_held": "방문이 아직 정해지지 않았어요.",
    "visit_confirmed": "방문이 그대로 있어요.",
    "visit_en_route": "서포터즈가 이미 가고 있어요.",
    "visit_in_progress": "방문이 이미 시작되었어요.",
    "visit_reported": "방문이 끝났어요.",
    "visit_completed": "방문이 끝났어요.",
    "visit_disputed": "방문이 끝났어요.",
    "visit_released": "방문이 없어졌어요.",
    "visit_expired": "방문이 없어졌어요.",
    "visit_cancelled_by_merchant": "사장님이 방문을 취소하셨어요.",
    "visit_cancelled_by_staff": "우리 쪽에서 방문을 취소했어요.",
    "visit_merchant_no_show": "사장님이 안 계셨어요.",
    "visit_supporter_no_show": "서포터즈가 못 갔어요.",
}
CALLS: Mapping[str, str] = {
    "owner_lost": "보내던 프로그램이 갑자기 꺼졌어요.",
    "unclear": "보내는 곳의 답을 알 수 없어요.",
    "no_answer": "보내는 곳이 제때 답하지 않았어요.",
    "timeout": "보내는 곳이 제때 답하지 않았어요.",
    "connect_timeout": "보내는 곳에 연결되지 않았어요.",
    "no_connection": "보내는 곳에 연결되지 않았어요.",
    "broken_answer": "보내는 곳의 답이 중간에 끊겼어요.",
    "odd_answer": "보내는 곳의 답을 읽을 수 없어요.",
    "not_json": "보내는 곳의 답을 읽을 수 없어요.",
    "tls": "보내는 곳과 안전하게 연결되지 않았어요.",
    "no_phone": "전화번호를 몰라요.",
    "no_mobile_phone": "휴대전화 번호가 아니에요.",
    "no_chat": "카카오톡 대화가 없어요.",
    "no_template": "이 문구가 아직 등록되지 않았어요.",
    "no_advertising": "이 방법으로는 광고를 보낼 수 없어요.",
    "too_long": "문구가 너무 길어요.",
    "not_a_friend": "우리 채널의 친구가 아니에요.",
    "channel_blocked": "우리 채널을 차단하셨어요.",
    "event_not_reached": "카카오톡 대화로 못 갔어요. 채널 친구가 아닐 수 있어요.",
    "event_fail": "카카오가 이벤트를 거절했어요. 이벤트 이름과 월렛을 봐 주세요.",
    "event_error": "카카오에 문제가 있어서 갔는지 알 수 없어요.",
    "nhn_repeated": "같은 알림을 이미 맡긴 적이 있대요.",
    "nhn_not_reached": "알림톡도 문자도 못 갔어요.",
    "nhn_cancel": "보내는 곳에서 취소되었어요.",
    "http_429": "보내는 곳이 잠시 쉬었다가 보내래요.",
}
REASONS: Mapping[str, str] = {**WAITING, **OVER, **GONE, **CALLS}
OTHER = "보내는 곳이 알려 준 이유: {code}"


def reason(code: str | None) -> str:
    """Return why in a sentence; "" for nothing, the vendor's own code where it is not ours."""
    if not code:
        return ""
    if code.startswith(_REFUSED_BY):
        name = code.removeprefix(_REFUSED_BY)
        return f"{SENDERS.get(name, name)}에서 거절해서 다음 방법으로 보내요."
    return REASONS.get(code) or OTHER.format(code=code)


def sentence(found: Explained, now: datetime) -> str:
    """Return why a message was or was not sent, in one or two sentences."""
    match found.state:
        case ReminderState.SCHEDULED:
            return _waiting(found, now)
        case ReminderState.CLAIMED | ReminderState.SENDING:
            return "지금 보내고 있어요."
        case ReminderState.ACCEPTED | ReminderState.DELIVERED:
            return _sent(found)
        case ReminderState.UNKNOWN:
            more = (
                "곧 다시 알아봐요." if found.next_at else "저절로 다시 보내지 않으니 정해 주세요."
            )
            return f"{_carrier(found)}: 갔는지 알 수 없어요. {reason(found.reason)} {more}"
        case _:
            return reason(found.reason) or "이유가 적혀 있지 않아요."


def _waiting(found: Explained, now: datetime) -> str:
    if found.next_at is not None and found.next_at <= now:
        return f"보낼 때가 되었는데 아직 안 나갔어요. {reason(found.reason)}".strip()
    return f"{words.moment(found.next_at)}에 보낼 예정이에요. {reason(found.reason)}".strip()


def _sent(found: Explained) -> str:
    if found.state == ReminderState.ACCEPTED:
        at = words.moment(found.accepted_at)
        return f"{at}에 맡겼어요: {_carrier(found)}. 도착했는지는 아직 몰라요."
    at = words.moment(found.delivered_at)
    if found.reason == BY_HAND:
        return f"{at}에 담당자가 ‘도착’으로 적었어요."
    return f"{at}에 도착했어요: {_carrier(found)}."


def _carrier(found: Explained) -> str:
    return SENDERS.get(found.sender or "", found.sender or "-")
