"""Files to upload, made on the spot."""

import io

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
    """Return something that begins as a PDF does."""
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def heic() -> bytes:
    """Return something that begins as a photo of an iPhone does."""
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 40
