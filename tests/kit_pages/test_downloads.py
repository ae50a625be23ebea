"""What the download page hands out, under which name, and what that changes."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from bot.web import kit_texts
from bot.web.kits import KitDesk
from models.kit import KitOrder
from models.states import KitState
from tests.use_cases.kit_people import Customer, history


def _address(desk: KitDesk, number: str) -> str:
    return desk.links.page(number)


@pytest.mark.parametrize(
    ("name", "kind", "called"),
    [
        ("poster-a4.home.pdf", "application/pdf", "A4포스터_순자네반찬.pdf"),
        ("poster-a4.outlined.pdf", "application/pdf", "A4포스터_순자네반찬_인쇄소용.pdf"),
        ("sticker-square.print.pdf", "application/pdf", "문스티커_순자네반찬_인쇄소용.pdf"),
        ("kit.zip", "application/zip", "홍보물_순자네반찬.zip"),
    ],
)
def test_files_come_with_their_kind_and_two_names(
    desk: KitDesk, buyer: Customer, client: FlaskClient, name: str, kind: str, called: str
) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    answer = client.get(f"{_address(desk, number)}/{name}")
    assert answer.status_code == 200
    assert answer.mimetype == kind
    way, plain, ours = answer.headers["Content-Disposition"].split("; ")
    assert (way, plain) == ("attachment", f'filename="{name}"')
    assert answer.headers["Content-Disposition"].isascii()
    assert unquote(ours.removeprefix("filename*=UTF-8''")) == called


def test_the_whole_archive_opens(desk: KitDesk, buyer: Customer, client: FlaskClient) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    answer = client.get(f"{_address(desk, number)}/kit.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert "poster-a4.home.pdf" in archive.namelist()


def test_pictures_are_looked_at_and_not_saved(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    answer = client.get(f"{_address(desk, number)}/poster-a4.png")
    assert answer.mimetype == "image/png"
    assert "Content-Disposition" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("private")
    again = client.get(
        f"{_address(desk, number)}/poster-a4.png", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_the_first_download_delivers_an_order_of_files(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    address = _address(desk, number)
    client.get(address)
    client.get(f"{address}/poster-a4.png")
    assert client.head(f"{address}/kit.zip").status_code == 200
    part = client.get(f"{address}/kit.zip", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, b"PK")
    assert client.get(f"{address}/nothing.pdf").status_code == 404
    assert buyer.state(number) is KitState.PREFLIGHTED
    for _ in range(3):
        assert client.get(f"{address}/poster-a4.home.pdf").status_code == 200
    assert buyer.state(number) is KitState.DELIVERED
    reached = [line[1] for line in history(buyer.database, number)]
    assert reached.count("delivered") == 1
    assert kit_texts.FILES_TAKEN.title in client.get(address).text


def test_looking_at_the_files_of_a_printed_order_delivers_nothing(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order()
    buyer.render()
    assert client.get(f"{_address(desk, number)}/kit.zip").status_code == 200
    assert buyer.state(number) is KitState.PREFLIGHTED


@pytest.mark.parametrize("state", [KitState.CANCELLED, KitState.REVOKE_REQUIRED])
def test_files_of_a_withdrawn_order_are_not_handed_out(
    desk: KitDesk, buyer: Customer, client: FlaskClient, state: KitState
) -> None:
    number = buyer.order()
    buyer.render()
    with buyer.database.transaction() as session:
        session.execute(update(KitOrder).values(state=state))
    page = client.get(f"{_address(desk, number)}/kit.zip")
    assert page.status_code == 404
    assert kit_texts.NO_FILE.title in page.text


@pytest.mark.parametrize("name", ["..", "poster-a4", "kit.exe", "%2e%2e%2fetc", "한글.pdf"])
def test_nothing_else_is_handed_out(
    desk: KitDesk, buyer: Customer, client: FlaskClient, name: str
) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    assert client.get(f"{_address(desk, number)}/{name}").status_code == 404
    assert buyer.state(number) is KitState.PREFLIGHTED


def test_a_busy_database_does_not_keep_the_file_back(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    address = _address(desk, number)
    with buyer.database.transaction():
        assert client.get(f"{address}/kit.zip").data[:2] == b"PK"
    assert buyer.state(number) is KitState.PREFLIGHTED
    client.get(f"{address}/kit.zip")
    assert buyer.state(number) is KitState.DELIVERED


@pytest.mark.parametrize(
    ("store", "called"),
    [
        ('a/b\\c:d*e?"f<g>h|i', "A4포스터_abcdefghi.pdf"),
        ("", "A4포스터.pdf"),
        ("가" * 60, f"A4포스터_{'가' * 40}.pdf"),
        ("점.\r\n표", "A4포스터_점.표.pdf"),
    ],
)
def test_names_of_files_fit_every_disk(store: str, called: str) -> None:
    assert kit_texts.called(store, "poster-a4.home.pdf") == called
