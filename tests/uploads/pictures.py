"""Files to upload, made on the spot."""

import io
import struct

import pikepdf
import pillow_heif
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


def letter(*pages: str) -> bytes:
    """Return a PDF of small pages with a line of text on each, as an office writes it."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        face = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for text in pages:
            page = paper.add_blank_page(page_size=(200, 100))
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=face))
            page.Contents = paper.make_stream(f"BT /F 16 Tf 20 40 Td ({text}) Tj ET".encode())
        paper.save(out)
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


def heic(size: tuple[int, int] = (64, 48), *, turned: bool = False) -> bytes:
    """Return a photo as iPhones send it, left half red, with a position and a comment."""
    pillow_heif.register_heif_opener()
    with Image.open(io.BytesIO(photo(size, turned=turned))) as picture:
        out = io.BytesIO()
        picture.save(out, "HEIF", exif=picture.info["exif"])
    return out.getvalue()


def of_size(heic: bytes, width: int, height: int) -> bytes:
    """Return a HEIC that claims to be of this size; what is coded in it stays."""
    head, *claims = heic.split(b"ispe")
    claimed = bytes(4) + struct.pack(">II", width, height)
    return b"ispe".join((head, *(claimed + claim[12:] for claim in claims)))
