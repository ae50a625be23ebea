"""What is wrong with an application for easy payment, and what to do, as messages say it.

Every sentence stands alone on a line of a message. None of them has a number in it that is
somebody's: account, business number and telephone are named, never shown.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.services.reminders.documents import PAPERS
from models.requirement import DocumentKind

WANTED: Mapping[str, str] = MappingProxyType(
    {
        "consent_third_party": "결제 회사에 알려 주는 데 동의가 필요해요.",
        "business_type": "어떤 사업자인지 알려 주세요.",
        "brn": "사업자등록번호를 알려 주세요.",
        "bank": "돈 받으실 은행을 알려 주세요.",
        "account": "돈 받으실 계좌번호를 알려 주세요.",
        "holder": "통장 주인 이름을 알려 주세요.",
        "owner_name": "대표자 이름을 확인해 주세요.",
        "phone": "전화번호를 확인해 주세요.",
    }
)
"""What is due -> what to do, where nothing is wrong; papers are asked for by their name."""
PAPER_WANTED = "{paper} 사진을 보내 주세요."
FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "consent_missing": "결제 회사에 알려 주는 데 동의가 필요해요.",
        "brn_missing": "사업자등록번호가 나오면 알려 주세요.",
        "brn_checksum": "사업자등록번호가 맞지 않아요. 다시 알려 주세요.",
        "brn_length": "사업자등록번호가 맞지 않아요. 다시 알려 주세요.",
        "brn_invalid": "그런 사업자등록번호가 없대요. 다시 알려 주세요.",
        "brn_closed": "닫은 사업자번호로 나와요. 새 등록증을 찍어 주세요.",
        "business_closed": "닫은 가게로 나와요. 새 등록증을 찍어 주세요.",
        "rep_mismatch": "대표자 이름이 등록증과 다르대요. 확인해 주세요.",
        "owner_phone_mismatch": "사장님 이름으로 된 전화번호를 알려 주세요.",
        "bank_unsupported": "그 은행은 안 된대요. 다른 통장을 알려 주세요.",
        "account_not_found": "계좌번호를 찾을 수 없대요. 다시 알려 주세요.",
        "account_length": "계좌번호 숫자가 맞지 않아요. 다시 알려 주세요.",
        "holder_mismatch": "통장 주인이 사장님과 달라요. 다른 통장을 알려 주세요.",
        "permit_missing": "허가증이나 신고증 사진을 보내 주세요.",
        "doc_unreadable": "{paper} 사진이 흐려요. 밝은 곳에서 다시 찍어 주세요.",
        "doc_cropped": "{paper} 사진 끝이 잘렸어요. 다시 찍어 주세요.",
        "doc_old": "{paper} 서류가 오래됐어요. 새로 떼서 찍어 주세요.",
        "doc_wrong_kind": "다른 서류가 왔어요. {paper} 사진을 보내 주세요.",
    }
)
"""Code of the catalogue that the merchant can do something about -> what, and what is wrong."""
OTHER_FAULT = "담당자가 여쭤볼 것이 있어요."
"""For a code that no application has by itself, but that a person may set."""
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "trade_restricted": "업종 때문이래요.",
        "rep_mismatch": "대표자 이름이 달라서래요.",
        "holder_mismatch": "통장 주인 이름이 달라서래요.",
        "account_not_found": "계좌번호 때문이래요.",
        "account_length": "계좌번호 때문이래요.",
        "bank_unsupported": "은행 때문이래요.",
        "owner_phone_mismatch": "전화 명의가 달라서래요.",
        "brn_invalid": "사업자번호 때문이래요.",
        "brn_closed": "닫은 사업자번호라서래요.",
        "brn_suspended": "쉬는 사업자번호라서래요.",
        "permit_missing": "허가증이 없어서래요.",
        "doc_unreadable": "서류 때문이래요.",
        "doc_cropped": "서류 때문이래요.",
        "doc_old": "서류 때문이래요.",
        "doc_wrong_kind": "서류 때문이래요.",
    }
)
"""Reason of a refusal -> why, in a few words."""
NO_REASON = "까닭은 상담원에게 물어보실 수 있어요."


def to_do(key: str, code: str | None) -> str:
    """Return the one thing that the merchant has to do.

    >>> to_do("bankbook", None), to_do("bankbook", "doc_cropped")
    ('통장 앞면 사진을 보내 주세요.', '통장 앞면 사진 끝이 잘렸어요. 다시 찍어 주세요.')
    """
    paper = PAPERS.get(key, PAPERS[DocumentKind.BRC])
    if code is not None:
        return FAULTS.get(code, OTHER_FAULT).format(paper=paper)
    return WANTED[key] if key in WANTED else PAPER_WANTED.format(paper=paper)


def why_refused(code: str | None) -> str:
    """Return why an application was refused."""
    return REFUSALS.get(code or "", NO_REASON)
