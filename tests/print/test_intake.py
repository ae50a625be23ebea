"""What somebody wrote becomes a specification, or one clear refusal that names the field."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kits import errors, intake
from kits.catalog import PRODUCTS
from kits.errors import KitError
from kits.spec import Channel, KitSpec, Payment, Store
from kits.vetting import checked
from tests.print.specs import (
    ADDRESS,
    CHANNEL,
    PAID,
    SPEC,
    STORE,
    as_json,
    as_store,
    logo,
    payment,
    payment_picture,
)

REFUSED: list[tuple[Any, str, str]] = [
    ([], "field_type", ""),
    ("바다", "field_type", ""),
    (None, "field_type", ""),
    ({}, "field_missing", "store"),
    ({"store": {"name": "가"}}, "field_missing", "channel"),
    (as_json(store=None), "field_missing", "store"),
    (as_json(store="바다수산"), "field_type", "store"),
    (as_json(channel=["_AbCdE"]), "field_type", "channel"),
    (as_json(colour="red"), "field_unknown", "colour"),
    (as_json(store=as_store(owner="김")), "field_unknown", "store.owner"),
    (as_json(store={}), "field_missing", "store.name"),
    (as_json(store=as_store(name="  \n ")), "field_missing", "store.name"),
    (as_json(store=as_store(name="\u200b")), "field_missing", "store.name"),
    (as_json(store=as_store(name=12)), "field_type", "store.name"),
    (as_json(store=as_store(name=["가"])), "field_type", "store.name"),
    (as_json(store=as_store(name="가" * 200)), "text_too_long", "store.name"),
    (as_json(store=as_store(slogan="가" * 200)), "text_too_long", "store.slogan"),
    (as_json(store=as_store(name="바다\x07수산")), "text_control", "store.name"),
    (as_json(store=as_store(name="바다\x1b[31m")), "text_control", "store.name"),
    (as_json(store=as_store(name="바다\ud800")), "text_control", "store.name"),
    (as_json(store=as_store(name="바다\ue000")), "text_control", "store.name"),
    (as_json(store=as_store(name="바다🐟")), "text_emoji", "store.name"),
    (as_json(store=as_store(name="바다❤\ufe0f")), "text_emoji", "store.name"),
    (as_json(store=as_store(slogan="👨\u200d👩")), "text_emoji", "store.slogan"),
    (as_json(store=as_store(name="שלום")), "text_direction", "store.name"),
    (as_json(store=as_store(name="바다\u202e수산")), "text_direction", "store.name"),
    (as_json(store=as_store(market="سوق")), "text_direction", "store.market"),
    (as_json(store=as_store(name="ร้านปลา")), "text_glyph", "store.name"),
    (as_json(store=as_store(name="a\u0301\u0302\u0303\u0304")), "text_glyph", "store.name"),
    (as_json(store=as_store(phone="전화 주세요")), "phone_invalid", "store.phone"),
    (as_json(store=as_store(phone="0" * 30)), "text_too_long", "store.phone"),
    (as_json(channel={}), "field_missing", "channel.public_id"),
    (as_json(channel={"public_id": "AbCdE"}), "channel_id", "channel.public_id"),
    (as_json(channel={"public_id": "_Ab/CdE"}), "channel_id", "channel.public_id"),
    (as_json(channel={"public_id": "_가나다"}), "channel_id", "channel.public_id"),
    (as_json(channel={"public_id": "_"}), "channel_id", "channel.public_id"),
    (as_json(channel={"public_id": "_" + "a" * 40}), "channel_id", "channel.public_id"),
    (as_json(channel={"public_id": 5}), "field_type", "channel.public_id"),
    (
        as_json(channel={"public_id": "_AbCdE", "search_id": "Sea Shop"}),
        "search_id",
        "channel.search_id",
    ),
    (
        as_json(channel={"public_id": "_AbCdE", "search_id": "가" * 16}),
        "search_id",
        "channel.search_id",
    ),
    (as_json(theme="neon"), "theme_unknown", "theme"),
    (as_json(theme=3), "field_type", "theme"),
    (as_json(theme="x" * 5000), "text_too_long", "theme"),
    (as_json(products="poster-a4"), "field_type", "products"),
    (as_json(products=[7]), "field_type", "products"),
    (as_json(products=["mug"]), "product_unknown", "products"),
    (as_json(products=["x" * 3000]), "text_too_long", "products"),
    (as_json(products=["pay-card"]), "product_unavailable", "products"),
    (as_json(variants=["web"]), "variant_unknown", "variants"),
    (as_json(languages=["fr"]), "language_unknown", "languages"),
    (as_json(link="http://example.org"), "link_invalid", "link"),
    (as_json(link="javascript:alert(1)"), "link_invalid", "link"),
    (as_json(link="https://user@example.org/"), "link_invalid", "link"),
    (as_json(link="https://example.org:99999/"), "link_invalid", "link"),
    (as_json(link="https://[::1"), "link_invalid", "link"),
    (as_json(link="https://example.org/가"), "link_invalid", "link"),
    (as_json(link="https://example.org/ a"), "link_invalid", "link"),
    (as_json(link="https://example.org/" + "a" * 140), "link_invalid", "link"),
    (as_json(link=5), "field_type", "link"),
    (as_json(links={"mug": ADDRESS}), "product_unknown", "products"),
    (as_json(links={"tent": "ftp://a.b"}), "link_invalid", "links.tent"),
    (as_json(links={"tent": 5}), "field_type", "links.tent"),
    (as_json(links=[]), "field_type", "links"),
    (as_json(payment=[]), "field_type", "payment"),
    (as_json(payment={"provider": "가온페이"}), "field_missing", "payment.merchant_code"),
    (as_json(logo=5), "field_type", "logo"),
    (as_json(logo="logo.png"), "file_missing", "logo"),
    (as_json(logo="x" * 5000), "text_too_long", "logo"),
]


def refused(data: Any, folder: Path | None = None) -> KitError:
    with pytest.raises(KitError) as caught:
        intake.from_json(data, folder)
    message = caught.value.message
    assert message.isprintable()
    assert len(message) < 500
    assert message.endswith((".", "…"))
    return caught.value


def test_a_good_file_becomes_a_specification() -> None:
    spec = intake.from_json(as_json())
    assert spec == SPEC
    assert spec.address_for("poster-a4") == ADDRESS


def test_defaults() -> None:
    spec = intake.from_json({"store": {"name": "바다수산"}, "channel": {"public_id": "_AbCdE"}})
    assert (spec.theme, spec.variants, spec.languages) == ("yellow", ("print",), ("ko",))
    assert spec.link == "direct"
    assert set(spec.products) == set(PRODUCTS) - {"pay-card"}  # it needs a payment code


def test_all_that_apply() -> None:
    spec = checked(KitSpec(STORE, CHANNEL, payment=payment()))
    assert spec.products == tuple(PRODUCTS)


def test_products_are_put_in_order_and_named_once() -> None:
    names = ["card-sheet", "tent", "poster", "poster-a4"]
    spec = intake.from_json(as_json(products=names))
    assert spec.products == ("poster-a4", "tent", "card-sheet")


def test_checking_twice_changes_nothing() -> None:
    spec = checked(replace(SPEC, payment=payment(), link="https://b.example.org/k/ab2"))
    assert checked(spec) == spec


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  바다   수산 ", "바다 수산"),
        ("바다\t수산", "바다 수산"),
        ("바다\n수산", "바다 수산"),
        ("\u1107\u1161다수산", "바다수산"),
        ("\ufeff바다\u200b수산", "바다수산"),
        ("大성정육점 Butcher & Co.", "大성정육점 Butcher & Co."),
        ('#evil() $x$ *b* ] [ \\ "', '#evil() $x$ *b* ] [ \\ "'),
        ("{{name}} <b> %s", "{{name}} <b> %s"),
    ],
    ids=range(8),
)
def test_names_are_cleaned_and_stay_data(text: str, kept: str) -> None:
    assert intake.from_json(as_json(store=as_store(name=text))).store.name == kept


def test_a_slogan_keeps_its_line_end() -> None:
    store = as_store(slogan="밥상 위엔 \r\n\n 건어물")
    assert intake.from_json(as_json(store=store)).store.slogan == "밥상 위엔\n건어물"


@pytest.mark.parametrize(("data", "code", "field"), REFUSED, ids=range(len(REFUSED)))
def test_refusals(data: Any, code: str, field: str) -> None:
    error = refused(data)
    assert (error.code, error.field) == (code, field)


def test_every_code_is_in_the_table() -> None:
    table = errors.__doc__ or ""
    for _, code, _ in REFUSED:
        assert f"    {code} " in table


def test_a_search_id_loses_its_sign() -> None:
    spec = intake.from_json(as_json(channel={"public_id": "_AbCdE", "search_id": "@바다수산"}))
    assert spec.channel.search_id == "바다수산"


def test_pictures_lie_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(logo())
    (tmp_path / "pay.png").write_bytes(payment_picture())
    told = {"provider": "가온페이", "merchant_code": "GP-0042", "image": "pay.png"}
    (tmp_path / "spec.json").write_text(
        "\ufeff" + json.dumps(as_json(logo="logo.png", payment=told))
    )
    spec = intake.from_file(tmp_path / "spec.json")
    assert spec.logo == logo()
    assert spec.payment == Payment("가온페이", "GP-0042", payment_picture(), PAID)


@pytest.mark.parametrize(
    "name",
    ["../secret.png", "/etc/hostname", "a\0b", ".", "", "no.png", "\ud800.png", "logo.png/"],
    ids=range(8),
)
def test_no_file_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(logo())
    folder = tmp_path / "inside"
    folder.mkdir()
    assert refused(as_json(logo=name), folder).code == "file_missing"


def test_links_in_a_circle_lead_to_no_file(tmp_path: Path) -> None:
    (tmp_path / "logo.png").symlink_to("logo.png")
    assert refused(as_json(logo="logo.png"), tmp_path).code == "file_missing"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(logo())
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "logo.png").symlink_to(tmp_path / "secret.png")
    assert refused(as_json(logo="logo.png"), folder).code == "file_missing"


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe{\x00", b"[" * 100_000, b'{"a": 1,}', b'"' + b"x" * 2_000_000 + b'"'],
    ids=range(6),
)
def test_broken_files(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "spec.json"
    path.write_bytes(raw)
    with pytest.raises(KitError) as caught:
        intake.from_file(path)
    assert caught.value.code == "json_invalid"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KitError) as caught:
        intake.from_file(tmp_path / "spec.json")
    assert caught.value.code == "file_missing"


def test_a_file_without_an_end_is_not_read_to_its_end() -> None:
    with pytest.raises(KitError) as caught:
        intake.from_file(Path("/dev/zero"))
    assert caught.value.code == "json_invalid"


def test_a_refused_link_is_told_what_its_own_field_takes() -> None:
    general = refused(as_json(link="ftp://a.b")).message
    of_one_product = refused(as_json(links={"tent": "ftp://a.b"})).message
    assert general.startswith('link must be "direct" or an https address of')
    assert of_one_product.startswith("links.tent must be an https address of")


def test_a_row_of_a_list() -> None:
    row = {
        "store": "바다수산",
        "slogan": STORE.slogan,
        "market": "신영시장",
        "stall": "가동 12호",
        "phone": "02-000-0000",
        "public_id": "_AbCdE",
        "search_id": "바다수산",
        "theme": "",
        "products": "card; poster-a4",
    }
    spec = intake.from_row(row)
    assert spec == replace(SPEC, products=("poster-a4", "card"))


def test_links_of_single_products() -> None:
    short = "https://b.example.org/k/ab2cd3"
    spec = intake.from_json(as_json(links={"poster": short}, link="https://b.example.org/x"))
    assert spec.address_for("poster-a4") == short
    assert spec.address_for("tent") == "https://b.example.org/x"


def test_a_name_may_fit_one_product_and_not_another() -> None:
    spec = KitSpec(Store("가" * 31), Channel("_AbCdE"), products=("poster-a4",))
    with pytest.raises(KitError, match="31 characters"):
        checked(spec)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def outcome(make: Callable[[], KitSpec]) -> KitSpec | KitError:
    try:
        return make()
    except KitError as error:
        return error


@settings(deadline=None)
@given(data=st.dictionaries(st.sampled_from(intake.KEYS), ANYTHING), is_whole=st.booleans())
def test_whatever_comes_is_a_specification_or_a_refusal(
    data: dict[str, Any], *, is_whole: bool
) -> None:
    came = outcome(lambda: intake.from_json(as_json(**data) if is_whole else data))
    assert came.message.isprintable() if isinstance(came, KitError) else checked(came) == came


@settings(deadline=None)
@given(name=st.text(max_size=60))
def test_whatever_name_is_printable_or_refused(name: str) -> None:
    came = outcome(lambda: checked(replace(SPEC, store=replace(STORE, name=name))))
    shown = came.field if isinstance(came, KitError) else came.store.name
    assert shown.isprintable()
    assert shown == shown.strip()
