"""The whole way of a kit: the same bytes everywhere, every code read back, nothing else."""

import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from kits import package, pipeline
from kits.catalog import PRODUCTS
from kits.errors import KitError
from kits.spec import VARIANTS, KitSpec, Store
from tests.print.specs import ADDRESS, CHANNEL, SPEC, STORE, UNFIT, logo, payment, payment_picture

WHOLE = KitSpec(
    STORE, CHANNEL, variants=VARIANTS, languages=("ko", "en"), logo=logo(1200), payment=payment()
)
MAKE = """
import sys, hashlib, pickle
from kits import pipeline
spec = pickle.load(sys.stdin.buffer)
for name, data in pipeline.render(spec).files.items():
    print(name, hashlib.sha256(data).hexdigest())
"""


def digests(spec: KitSpec) -> list[str]:
    files = pipeline.render(spec).files
    return [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in files.items()]


@pytest.fixture(scope="module")
def whole() -> pipeline.Kit:
    return pipeline.render(WHOLE)


def test_every_product_in_every_variant(whole: pipeline.Kit) -> None:
    names = [f"{product}.{variant}.pdf" for product in PRODUCTS for variant in VARIANTS]
    names += [f"{product}.png" for product in PRODUCTS]
    assert set(whole.files) == {*names, "kit.zip", "preflight.json"}
    assert whole.report["ok"] is True


def test_every_code_says_what_it_should(whole: pipeline.Kit) -> None:
    report: dict[str, Any] = json.loads(whole.files["preflight.json"])
    assert report["key"] == whole.key == pipeline.content_key(WHOLE)
    assert [(i["product"], i["variant"]) for i in report["items"]] == [
        (product, variant) for product in PRODUCTS for variant in VARIANTS
    ]
    for item in report["items"]:
        product = PRODUCTS[item["product"]]
        assert len(item["codes"]) == sum(product.codes)
        said = payment_text() if product.code == "payment" else ADDRESS
        for code in item["codes"]:
            assert (code["expected"], code["decoded"]) == (said, said)
        assert (item["ok"], item["problems"]) == (True, [])


def payment_text() -> str:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(payment().image)))
    return str(found[0].text)


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_two_processes_make_the_same_bytes(seed: str) -> None:
    made = subprocess.run(
        [sys.executable, "-c", MAKE],
        input=pickle.dumps(replace(WHOLE, products=("tent", "pay-card", "flag"))),
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Seoul" if seed == "1" else "UTC"},
        check=True,
    )
    expected = digests(replace(WHOLE, products=("tent", "pay-card", "flag")))
    assert made.stdout.decode().splitlines() == expected
    assert made.stderr == b""


def test_the_key_follows_the_content() -> None:
    key = pipeline.content_key(SPEC)
    assert pipeline.content_key(replace(SPEC, store=replace(STORE, name=" 바다수산 "))) == key
    assert pipeline.content_key(replace(SPEC, products=("poster",))) == key
    others = (
        replace(SPEC, store=replace(STORE, name="바다수산2")),
        replace(SPEC, theme="sea"),
        replace(SPEC, products=("tent",)),
        replace(SPEC, variants=("home",)),
        replace(SPEC, link="https://b.example.org/k/ab2cd3"),
        replace(SPEC, links={"poster-a4": "https://b.example.org/k/ab2cd3"}),
        replace(SPEC, languages=("ko", "zh")),
        replace(SPEC, logo=logo()),
        replace(SPEC, payment=payment()),
    )
    keys = {pipeline.content_key(other) for other in others}
    assert len(keys | {key}) == len(others) + 1


def test_the_zip_holds_everything_and_a_guide(whole: pipeline.Kit) -> None:
    with zipfile.ZipFile(io.BytesIO(whole.files["kit.zip"])) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    guide = held.pop(package.GUIDE).decode("utf-8-sig")
    assert held == {name: data for name, data in whole.files.items() if name != "kit.zip"}
    for product in PRODUCTS.values():
        assert f"■ {product.title} ({product.id})" in guide
    assert ADDRESS in guide
    assert "가온페이" in guide


def test_previews_show_the_trimmed_sheet(whole: pipeline.Kit) -> None:
    with Image.open(io.BytesIO(whole.files["poster-a4.png"])) as picture:
        assert picture.size == (794, 1123)
        found = zxingcpp.read_barcodes(picture)
    assert [code.text for code in found] == [ADDRESS]
    with Image.open(io.BytesIO(whole.files["flag.png"])) as picture:
        assert picture.width > picture.height  # both faces
    with Image.open(io.BytesIO(whole.files["banner.png"])) as picture:
        assert max(picture.size) <= 1600


@pytest.mark.parametrize("product", ["poster", "card-sheet", "flag"])
def test_thumbnails(product: str) -> None:
    with Image.open(io.BytesIO(pipeline.thumbnail(SPEC, product, 320))) as picture:
        picture.load()
        assert (picture.format, picture.width) == ("PNG", 320)


def test_a_thumbnail_of_a_refused_store_is_refused() -> None:
    with pytest.raises(KitError) as caught:
        pipeline.thumbnail(replace(SPEC, store=Store("가" * 99)), "poster", 320)
    assert caught.value.code == "text_too_long"


def test_typst_markup_is_data() -> None:
    name = '#evil() $x$ *b* ] "'
    made = pipeline.render(replace(SPEC, store=replace(STORE, name=name)))
    text = shown_text(made.files["poster-a4.print.pdf"])
    assert "".join(name.split()) in "".join(text.split())


def shown_text(pdf: bytes) -> str:
    import pypdfium2  # noqa: PLC0415  # PDFium is loaded only here

    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_an_outlined_file_looks_the_same(whole: pipeline.Kit) -> None:
    assert shown_text(whole.files["poster-a4.outlined.pdf"]) == ""
    assert "바다수산" in shown_text(whole.files["poster-a4.print.pdf"]).replace(" ", "")


def test_an_unfit_kit_is_not_released_and_says_why() -> None:
    with pytest.raises(pipeline.UnfitKitError, match=r"pay-card \(print\) is not fit") as caught:
        pipeline.render(UNFIT)
    assert caught.value.code == "preflight_failed"
    (item,) = caught.value.report["items"]
    assert (caught.value.report["ok"], item["ok"]) == (False, False)
    assert item["problems"][0]["message"] in caught.value.message
    assert "code_contrast" in {problem["code"] for problem in item["problems"]}


@pytest.mark.parametrize("link", ["direct", "https://a.b", "https://b.example.org/k/ab2cd3"])
def test_every_logo_that_is_taken_is_sharp_on_every_product(link: str) -> None:
    for side in (240, 1600):
        spec = replace(SPEC, products=(), link=link, logo=logo(side))
        assert pipeline.render(spec).report["ok"] is True


def test_a_provider_may_send_a_jpeg() -> None:
    image = payment_picture(kind="JPEG")
    spec = replace(SPEC, products=("pay-card",), payment=payment(image=image))
    assert pipeline.render(spec).report["ok"] is True


def test_errors_survive_the_way_between_processes() -> None:
    error = pipeline.UnfitKitError("x is not fit to print: y.", {"ok": False})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert (again.code, again.message, again.report) == (
        "preflight_failed",
        error.message,
        {"ok": False},
    )
    plain = pickle.loads(pickle.dumps(KitError("a", "b.", "c")))  # noqa: S301  # our own bytes
    assert (plain.code, plain.message, plain.field) == ("a", "b.", "c")


def test_threads_of_a_server_do_not_disturb_each_other() -> None:
    products = ("poster-a4", "tent", "card", "sticker-round") * 3
    alone = [pipeline.thumbnail(SPEC, product, 200) for product in products]
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda p: pipeline.thumbnail(SPEC, p, 200), products))
    assert together == alone
