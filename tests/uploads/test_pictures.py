import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image

from bot.errors import InvalidInputError
from bot.services import photos, pictures
from tests.uploads.pictures import SECRET_MARK, heic, of_size, pdf, photo


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (photo(), pictures.JPEG),
        (photo(kind="PNG"), pictures.PNG),
        (photo(kind="WEBP"), pictures.WEBP),
        (heic(), pictures.HEIC),
        (pdf(), pictures.PDF),
        (b"\n\n" + pdf(), pictures.PDF),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html><script>", None),
        (b"MZ\x90\x00", None),
        (b"", None),
        (b"\x00\x00\x00\x18ftypqt  ", None),
    ],
    ids=range(12),
)
def test_the_content_says_what_a_file_is(data: bytes, mime: str | None) -> None:
    assert pictures.sniff(data) == mime


@pytest.mark.parametrize(
    "sent",
    [photo(), photo(kind="PNG"), photo(kind="WEBP"), heic()],
    ids=["jpeg", "png", "webp", "heic"],
)
def test_photos_lose_place_comment_and_tail(sent: bytes) -> None:
    raw = sent + b"PK\x03\x04" + SECRET_MARK
    assert SECRET_MARK in raw
    clean = pictures.cleaned(raw)
    assert clean.mime == pictures.JPEG
    assert SECRET_MARK not in clean.data
    with Image.open(io.BytesIO(clean.data)) as picture:
        assert not picture.getexif()
        assert picture.size == (64, 48)


@pytest.mark.parametrize("sent", [photo(turned=True), heic(turned=True)], ids=["jpeg", "heic"])
def test_a_photo_stands_upright(sent: bytes) -> None:
    clean = pictures.cleaned(sent)
    with Image.open(io.BytesIO(clean.data)) as picture:
        assert picture.size == (48, 64)
        red, _, blue = picture.convert("RGB").getpixel((24, 5))  # type: ignore[misc]  # RGB is three
    assert red - blue > 140


def test_a_photo_of_an_iphone_opens_whatever_became_of_its_exif() -> None:
    raw = heic()
    assert SECRET_MARK in raw
    place, end = raw.rindex(b"Exif\0\0") - 4, raw.index(SECRET_MARK) + len(SECRET_MARK)
    blanked = raw[:place] + bytes(end - place) + raw[end:]
    with Image.open(io.BytesIO(pictures.cleaned(blanked).data)) as picture:
        assert picture.size == (64, 48)


def test_big_photos_shrink() -> None:
    clean = pictures.cleaned(photo((6000, 4000)))
    with Image.open(io.BytesIO(clean.data)) as picture:
        assert max(picture.size) == photos.MAX_SIDE


def test_glass_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(pictures.cleaned(out.getvalue()).data)) as picture:
        assert picture.getpixel((4, 4)) == (255, 255, 255)


def test_of_a_pdf_its_pages_are_kept_and_nothing_else() -> None:
    raw = pdf()
    assert raw.count(SECRET_MARK) > 3
    clean = pictures.cleaned(raw)
    assert clean.mime == pictures.PDF
    assert SECRET_MARK not in clean.data
    with pikepdf.open(io.BytesIO(clean.data)) as kept:
        (page,) = kept.pages
        assert set(kept.Root.keys()) <= {"/Type", "/Pages"}
        assert not kept.attachments
        assert {"/Annots", "/AA", "/Metadata"}.isdisjoint(page.obj.keys())
        image = page.obj.Resources.XObject.Im
        assert isinstance(image, pikepdf.Stream)
        shown = pikepdf.PdfImage(image).as_pil_image()
        assert shown.size == (64, 48)
        red, _, blue = shown.convert("RGB").getpixel((5, 5))  # type: ignore[misc]  # RGB is three
        assert red - blue > 140, "the photo on it is still the photo"
        assert b"Tj" in page.Contents.read_bytes()


def _locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as paper:
        paper.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def _thick(pages: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as paper:
        for _ in range(pages):
            paper.add_blank_page()
        paper.save(out)
    return out.getvalue()


def _bomb(side: int) -> bytes:
    """Return a PNG of a few bytes that claims side x side pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        code = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + code

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"hello", "file_type"),
        (b"\xff\xd8\xff" + b"0" * pictures.MAX_BYTES, "file_too_big"),
        (_bomb(9_000), "file_pixels"),
        (_bomb(12_000), "file_pixels"),
        (_bomb(60_000), "file_pixels"),
        (_bomb(100), "file_broken"),
        (photo()[:400], "file_broken"),
        (b"\xff\xd8\xff\xe0garbage", "file_broken"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "file_broken"),
        (b"%PDF-1.7\n%%EOF\n", "file_broken"),
        (pdf()[:300], "file_broken"),
        (_thick(0), "file_broken"),
        (_thick(31), "file_pages"),
        (_locked(), "file_locked"),
        (heic()[:60], "file_broken"),
        (heic()[:-200], "file_broken"),
        (heic().replace(b"iloc", b"none"), "file_broken"),
        (of_size(heic((64, 64)), 9_000, 9_000), "file_pixels"),
        (of_size(heic((64, 64)), 16_320, 12_240), "file_pixels"),
        (of_size(heic(), 640, 480), "file_broken"),
    ],
    ids=range(21),
)
def test_what_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        pictures.cleaned(data)
    assert caught.value.code == code
