"""What the sheets say: everything that was given, in the right place, as it was written."""

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from kits.catalog import PRODUCTS
from kits.compose import compose, expected_codes, title
from kits.errors import KitError
from kits.finish import finish
from kits.outline import outline
from kits.preflight import Sheet, check
from kits.spec import HOME, LANGUAGES, OUTLINED, PRINT, Channel, KitSpec, Store
from kits.themes import THEMES
from tests.print.reading import lines, words
from tests.print.specs import ADDRESS, CHANNEL, PAID, STORE, payment

SPEC = KitSpec(STORE, CHANNEL, payment=payment(payload=PAID))
CHANNEL_PRODUCTS = [name for name, product in PRODUCTS.items() if product.code == "channel"]
STORES = {
    "one letter": Store("솔", "제철 나물", "신영시장"),
    "24 syllables": Store(
        "원조할매순대국밥 신영시장 본점 단체예약환영집", STORE.slogan, "신영시장"
    ),
    "one word of 24": Store("원조할매손칼국수수제비만두전문점신영시장본점점", "", "신영시장"),
    "hanja": Store("大成精肉店", "고기장수가 고른 한우, 믿고 오세요", "길동시장"),
    "latin": Store("Butcher & Co.", "Dry aged hanwoo & honest prices", "Riverside Market"),
    "mixed": Store("7번 Café 라온 本店", "커피 한 잔, 쑥떡 한 점", "신영시장", "나동 3호"),
    "three lines": Store(
        "영자네 반찬", "아침마다 무쳐요\n김치는 묵은지만 써요\n조금씩도 담아 드려요", "신영시장"
    ),
    "bare": Store("영자네 반찬", "", "신영시장"),
}
FULL = Store(
    "원조할매손칼국수수제비만두전문점신영시장본점삼대째손맛집입니",
    "매일 아침 아홉 시에 무쳐서 저녁까지 다 팔아요 김치는 삼 년 묵은지만 쓰고 조금씩도 기쁘게 담아 드립니다요",
    "중앙골목형상점가연합전통시장동편입구쪽길",
    "지하상가 나동 일층 백십삼호 점포 앞",
    "050-0000-0000 - 0000",
)
FULL_CHANNEL = Channel("_AbCdE", "원조할매손칼국수수제비만두집삼")


def made(product_id: str, spec: KitSpec = SPEC, variant: str = PRINT) -> bytes:
    product = PRODUCTS[product_id]
    pdf = compose(product, spec, HOME if variant == HOME else PRINT)
    if variant == OUTLINED:
        pdf = outline(pdf)
    return finish(pdf, product, variant, title(product, spec))


def faults(product_id: str, spec: KitSpec, variant: str = PRINT) -> list[str]:
    product = PRODUCTS[product_id]
    report = check(
        made(product_id, spec, variant), Sheet(product, variant, expected_codes(product, spec))
    )
    return [f"{problem.code}: {problem.message}" for problem in report.problems]


def drawn(pdf: bytes, dpi: float, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[page].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    return Image.frombytes("L", picture.size, picture.tobytes())


def darkest(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> int:
    return min(picture.crop((int(left), int(top), int(right), int(bottom))).tobytes())


# ---- every sheet passes the inspection -------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("product_id", PRODUCTS)
def test_every_product_in_every_theme(product_id: str, theme: str) -> None:
    assert faults(product_id, replace(SPEC, theme=theme)) == []


@pytest.mark.parametrize("case", STORES)
@pytest.mark.parametrize("product_id", PRODUCTS)
def test_every_product_with_every_kind_of_name(product_id: str, case: str) -> None:
    assert faults(product_id, replace(SPEC, store=STORES[case])) == []


@pytest.mark.parametrize("field", ["name", "slogan", "market", "stall", "phone"])
def test_the_longest_texts_of_these_tests_are_as_long_as_the_catalogue_takes(field: str) -> None:
    limits = [p.texts[field].chars for p in PRODUCTS.values() if field in p.texts]
    assert len(getattr(FULL, field)) == max(limits)


@pytest.mark.parametrize("variant", [PRINT, OUTLINED, HOME])
@pytest.mark.parametrize("theme", ["yellow", "sea"])
@pytest.mark.parametrize("product_id", PRODUCTS)
def test_texts_as_long_as_the_catalogue_takes_have_room(
    product_id: str, theme: str, variant: str
) -> None:
    spec = replace(SPEC, store=FULL, channel=FULL_CHANNEL, theme=theme, languages=LANGUAGES)
    assert faults(product_id, spec, variant) == []


@pytest.mark.parametrize("product_id", CHANNEL_PRODUCTS)
def test_the_longest_link_still_gives_modules_that_can_be_read(product_id: str) -> None:
    link = "https://market.example.org/k/" + 121 * "x"
    assert len(link) == 150
    assert faults(product_id, replace(SPEC, link=link)) == []


@pytest.mark.parametrize("product_id", ["poster-a4", "card", "banner"])
def test_a_code_too_fine_for_the_product_is_refused(product_id: str) -> None:
    with pytest.raises(KitError) as refused:
        made(product_id, replace(SPEC, link="https://market.example.org/" + 400 * "x"))
    assert (refused.value.code, refused.value.field) == ("link_invalid", "link")


# ---- what is said ----------------------------------------------------------------------------


@pytest.mark.parametrize("product_id", ["poster-a4", "poster-a3", "card", "card-sheet"])
def test_everything_given_is_printed(product_id: str) -> None:
    said = words(made(product_id))
    for value in (STORE.name, STORE.slogan, STORE.market, STORE.stall, STORE.phone, "@바다수산"):
        assert value in said


@pytest.mark.parametrize("product_id", CHANNEL_PRODUCTS)
def test_what_to_press_and_what_to_search_for(product_id: str) -> None:
    pdf = made(product_id)
    said = words(pdf, len(PRODUCTS[product_id].codes) - 1)
    assert "채널 추가" in said
    assert "@바다수산" in said


def test_a_poster_tells_three_steps_in_their_order() -> None:
    said = words(made("poster-a4"))
    steps = [
        said.index(step) for step in ("1 카메라로 찍기", "2 채널 추가 누르기", "3 소식·쿠폰 받기")
    ]
    assert steps == sorted(steps)


@pytest.mark.parametrize("product_id", CHANNEL_PRODUCTS)
def test_what_was_not_given_leaves_no_trace(product_id: str) -> None:
    spec = replace(SPEC, store=Store("영자네 반찬"), channel=Channel("_AbCdE"))
    said = words(made(product_id, spec), len(PRODUCTS[product_id].codes) - 1)
    assert "@" not in said
    assert "검색" not in said
    assert "pf.kakao.com/_AbCdE" in said
    assert "시장" not in said


@pytest.mark.parametrize("product_id", CHANNEL_PRODUCTS)
def test_markup_is_text(product_id: str) -> None:
    name, slogan = '*별* #panic("x")', "_밑줄_ $a$ <b> // --- \\n"
    spec = replace(SPEC, store=Store(name, slogan, "#시장[*]"))
    pdf = made(product_id, spec)
    said = " ".join(words(pdf, page) for page in range(PRODUCTS[product_id].pages))
    assert name in said
    if "slogan" in PRODUCTS[product_id].texts:
        assert slogan in said


def test_the_name_is_read_before_everything_else_but_the_place() -> None:
    for product_id in ("poster-a4", "stand-a6", "sticker-square"):
        said = words(made(product_id, variant=HOME))
        assert said.index("바다수산") < said.index("채널 추가") < said.index("@바다수산")


# ---- languages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "product_id", ["poster-a4", "tent", "stand-a6", "sticker-square", "banner"]
)
def test_visitors_find_a_line_in_their_language(product_id: str) -> None:
    said = words(made(product_id, replace(SPEC, languages=LANGUAGES)))
    for phrase in ("“Add Channel”", "「チャンネル追加」", "“添加频道”"):
        assert phrase in said
    english = words(made(product_id, replace(SPEC, languages=("ko", "en"))))
    assert "“Add Channel”" in english
    assert "チャンネル" not in english
    assert "Add Channel" not in words(made(product_id))


# ---- at home ---------------------------------------------------------------------------------


@pytest.mark.parametrize("product_id", CHANNEL_PRODUCTS)
def test_at_home_the_plain_address_is_printed(product_id: str) -> None:
    last = PRODUCTS[product_id].pages - 1
    assert "pf.kakao.com/_AbCdE" in words(made(product_id, variant=HOME), last)


@pytest.mark.parametrize("product_id", PRODUCTS)
def test_at_home_the_page_is_the_finished_piece(product_id: str) -> None:
    with pikepdf.open(io.BytesIO(made(product_id, variant=HOME))) as pdf:
        for page in pdf.pages:
            size = [float(side) * 25.4 / 72 for side in page.mediabox.as_list()[2:]]
            assert size == pytest.approx(list(PRODUCTS[product_id].trim_mm), abs=0.1)


# ---- shapes ----------------------------------------------------------------------------------


def test_the_faces_of_a_tent_stand_head_to_head() -> None:
    codes = zxingcpp.read_barcodes(drawn(made("tent"), 150))
    upper, lower = sorted(codes, key=lambda code: code.position.top_left.y)
    assert upper.text == lower.text == ADDRESS
    assert abs(upper.orientation - lower.orientation) == 180
    assert abs(lower.orientation) < 5


@pytest.mark.parametrize("product_id", ["tent", "coupon-strip"])
def test_folds_and_perforations_are_marked_beyond_the_bleed(product_id: str) -> None:
    product = PRODUCTS[product_id]
    picture, mm = drawn(made(product_id), 300), 300 / 25.4
    edge = product.bleed_mm + product.marks_mm
    for fold in product.folds:
        middle = edge + fold.at
        for at, is_marked in ((middle, True), (middle - 2, False)):
            strip = (0, at - 0.3, product.marks_mm * 0.7, at + 0.3)
            box = strip if fold.axis == "y" else (strip[1], strip[0], strip[3], strip[2])
            found = darkest(picture, *(side * mm for side in box)) < 128
            assert found is is_marked, f"{fold} at {at}"


def test_cards_of_a_sheet_are_alike_and_marked_for_cutting() -> None:
    picture, mm = drawn(made("card-sheet"), 144), 144 / 25.4
    nup = PRODUCTS["card-sheet"].nup
    assert nup is not None
    left = (210 - 2 * 90 - nup.gap) / 2
    top = (297 - 5 * 50 - 4 * nup.gap) / 2
    for row in range(5):
        for col in range(2):
            x, y = left + col * (90 + nup.gap), top + row * (50 + nup.gap)
            card = picture.crop(tuple(int(v * mm) for v in (x, y, x + 90, y + 50)))  # type: ignore[arg-type]  # four
            assert [code.text for code in zxingcpp.read_barcodes(card)] == [ADDRESS]
    for x, is_marked in ((left, True), (left + 90, True), (left + 45, False)):
        box = (x - 0.3, 8, x + 0.3, 12)
        assert (darkest(picture, *(side * mm for side in box)) < 128) is is_marked


def test_the_flag_has_the_name_on_one_side_and_the_sentence_on_the_other() -> None:
    pdf = made("flag")
    name = STORE.name[:2]
    assert name in words(pdf, 0)
    assert STORE.slogan.split()[0] not in words(pdf, 0)
    assert STORE.slogan.split()[0] in words(pdf, 1)
    assert zxingcpp.read_barcodes(drawn(pdf, 40, 0)) == []


@pytest.mark.parametrize(
    ("name", "market"),
    [("바다수산", "신영시장"), ("바다수산", ""), ("신영시장", "신영시장"), ("신영시장", "")],
)
def test_a_banner_is_headed_by_the_owner_of_its_channel(name: str, market: str) -> None:
    said = lines(made("banner", replace(SPEC, store=Store(name, market=market))))
    texts = [line.text for line in said]
    assert max(said, key=lambda line: line.size).text == name
    above = [market] if market != name and market else []
    assert texts[: len(above) + 1] == [*above, name]
    assert texts.count(name) == 1
    assert all(line.size < 40 for line in said if line.text in above)


@pytest.mark.parametrize("case", ["24 syllables", "one word of 24", "latin", "three lines"])
def test_a_long_name_heads_a_banner_too(case: str) -> None:
    said = lines(made("banner", replace(SPEC, store=STORES[case])))
    call = max(line.size for line in said if line.text.startswith("단골"))
    name = max(line.size for line in said[:4] if line.text in STORES[case].name)
    assert name > call


def test_the_payment_card_cannot_be_taken_for_an_invitation() -> None:
    said = words(made("pay-card"))
    for value in ("QR 결제", "매일 확인", "GP-0042", "가온페이", STORE.name):
        assert value in said
    assert "채널" not in said
    looks = {made("pay-card", replace(SPEC, theme=theme)) for theme in THEMES}
    assert len(looks) == 1


def test_a_round_sticker_carries_its_cut_as_a_spot_colour() -> None:
    for variant in (PRINT, OUTLINED):
        with pikepdf.open(io.BytesIO(made("sticker-round", variant=variant))) as pdf:
            page = pdf.pages[0]
            spot = page.Resources.ColorSpace.CutContour.as_list()
            assert [str(spot[at]) for at in range(3)] == [
                "/Separation",
                "/CutContour",
                "/DeviceCMYK",
            ]
            trim = [float(value) for value in page.trimbox.as_list()]
            drawing = page.Contents.as_list()[-1].read_bytes().split()
        start = drawing.index(b"w") + 1
        assert float(drawing[start]) == pytest.approx(trim[2], abs=0.01)
        assert float(drawing[start + 1]) == pytest.approx((trim[1] + trim[3]) / 2, abs=0.01)
    for product_id, variant in (("sticker-square", PRINT), ("sticker-round", HOME)):
        assert b"CutContour" not in made(product_id, variant=variant)
