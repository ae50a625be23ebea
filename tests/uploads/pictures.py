"""Files to upload, made on the spot."""

import io
import struct

import pikepdf
from PIL import Image

SECRET_MARK = b"GPS-OF-A-HOME"


def photo(size: tuple[int, int] = (64, 48), kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """Return a picture, left half red and right half blue, with a position and a comment."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[0x010E] = SECRET_MARK.decode()  # ImageDescription
    exif.get_ifd(0x8825)[1] = "N"  # GPSInfo
    if turned:
        exif[0x0112] = 6  # Orientation: the top of the scene is at the right
    out = io.BytesIO()
    extra = {"comment": SECRET_MARK} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, **extra)
    return out.getvalue()


def pdf() -> bytes:
    """Return a PDF of one page with a photo on it, and much else that nobody sees."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        page = paper.add_blank_page(page_size=(200, 200))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=_on_page(paper)))
        draw = b"q 64 0 0 48 20 20 cm /Im Do Q BT (1234567891) Tj ET"
        page.Contents = paper.make_stream(draw)
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=SECRET_MARK)
        page.obj.AA = pikepdf.Dictionary(O=script)
        paper.Root.OpenAction = script
        paper.attachments["home.txt"] = SECRET_MARK
        with paper.open_metadata() as told:
            told["dc:creator"] = [SECRET_MARK.decode()]
        paper.docinfo["/Author"] = SECRET_MARK
        settings = {
            "compress_streams": False,
            "object_stream_mode": pikepdf.ObjectStreamMode.disable,
        }
        paper.save(out, **settings)
    return out.getvalue()


def _on_page(paper: pikepdf.Pdf) -> pikepdf.Stream:
    return pikepdf.Stream(
        paper,
        photo(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=64,
        Height=48,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )


def heic() -> bytes:
    """Return the skeleton of a photo of an iPhone: a picture, and EXIF with a place."""
    picture, told = b"PICTURE-DATA" * 4, b"Exif\0\0" + SECRET_MARK
    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    infos = b"".join(
        _box(b"infe", b"\2\0\0\0" + struct.pack(">HH", number, 0) + kind + b"\0")
        for number, kind in ((1, b"hvc1"), (2, b"Exif"))
    )
    iinf = _box(b"iinf", struct.pack(">IH", 0, 2) + infos)
    start = len(head) + len(iinf) + 12 + 48 + 8
    places = b"".join(
        struct.pack(">HHHHII", number, 0, 0, 1, offset, length)
        for number, offset, length in (
            (1, start, len(picture)),
            (2, start + len(picture), len(told)),
        )
    )
    iloc = _box(b"iloc", b"\1\0\0\0\x44\0" + struct.pack(">H", 2) + places)
    meta = _box(b"meta", bytes(4) + iinf + iloc)
    assert len(head) + len(meta) + 8 == start
    return head + meta + _box(b"mdat", picture + told)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body
