"""What the upload page says: short polite sentences, big words first."""

from dataclasses import dataclass

from models.requirement import DocumentKind


@dataclass(frozen=True, slots=True)
class PaperText:
    """What a person is told about one kind of paper.

    Attributes:
        name: what people call it.
        readable: what must be readable on it.
        cover: what should be covered before the photo is taken; "" for nothing.
    """

    name: str
    readable: tuple[str, ...]
    cover: str = ""


PAPERS = {
    DocumentKind.BRC: PaperText(
        "사업자등록증",
        ("등록번호 숫자 10자리", "가게 이름(상호)", "대표자 이름", "개업한 날짜"),
    ),
    DocumentKind.BANKBOOK: PaperText(
        "통장 사본", ("은행 이름", "통장 주인 이름", "계좌번호"), "잔액은 가리셔도 돼요."
    ),
    DocumentKind.PERMIT: PaperText(
        "영업신고증(허가증)", ("가게 이름", "대표자 이름", "신고(허가) 번호")
    ),
    DocumentKind.CORP_REGISTRY: PaperText(
        "법인 등기부등본",
        ("법인 이름", "대표자 이름", "발급한 날짜"),
        "주민번호 뒷자리는 가려 주세요.",
    ),
    DocumentKind.SEAL: PaperText(
        "인감증명서", ("이름", "도장 모양", "발급한 날짜"), "주민번호 뒷자리는 가려 주세요."
    ),
    DocumentKind.PROXY: PaperText(
        "위임장",
        ("맡기는 분 이름", "맡는 분 이름", "날짜와 서명"),
        "주민번호 뒷자리는 가려 주세요.",
    ),
    DocumentKind.PHOTO: PaperText("가게 사진", ("간판이나 물건이 잘 보이는 모습",)),
    DocumentKind.OTHER: PaperText("서류", ("종이에 적힌 글자 모두",)),
}

ERRORS = {
    "file_empty": "사진이 아직 없어요. 사진을 찍거나 골라 주세요.",
    "file_too_big": "사진이 너무 커요(10MB까지 돼요). 다시 찍어서 보내 주세요.",
    "file_type": "사진이나 PDF만 받을 수 있어요. 휴대폰으로 찍은 사진을 보내 주세요.",
    "file_pixels": "사진이 너무 커요. 휴대폰 사진기로 다시 찍어 주세요.",
    "file_broken": "사진이 열리지 않아요. 다시 찍어서 보내 주세요.",
    "file_pages": "종이가 너무 많아요(30장까지 돼요). 필요한 쪽만 보내 주세요.",
    "file_locked": "비밀번호가 걸린 파일이에요. 사진으로 찍어서 보내 주세요.",
    "file_infected": "이 파일은 안전하지 않아서 받지 않았어요. 사진으로 찍어 보내 주세요.",
    "file_not_scanned": "지금은 사진을 받을 수 없어요. 10분쯤 뒤에 다시 눌러 주세요.",
}
NETWORK_ERROR = "보내다가 끊겼어요. 인터넷을 확인하고 다시 눌러 주세요."

NEXT_STEP = "카카오톡으로 돌아가셔서 ‘이어서’라고 보내 주세요."
NEW_LINK = "카카오톡에서 ‘진행 상황’이라고 보내시면 새 주소를 드려요."


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that is only read."""

    title: str
    lines: tuple[str, ...]


EXPIRED = Notice("이 주소는 기간이 지났어요", ("안전을 위해 7일까지만 쓸 수 있어요.", NEW_LINK))
USED = Notice("사진을 이미 다 받았어요", ("더 보내실 것이 있으면 알려 주세요.", NEW_LINK))
INVALID = Notice("주소가 올바르지 않아요", ("주소가 잘렸을 수 있어요.", NEW_LINK))
