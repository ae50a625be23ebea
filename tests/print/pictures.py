"""Takes the pictures of printed kits for the README: `python -m tests.print.pictures`.

Every piece is drawn from the finished PDF, laid on a neutral ground, with a soft shadow.
"""

from dataclasses import replace
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

from kits.catalog import PRODUCTS
from kits.compose import compose, title
from kits.finish import finish
from kits.spec import PRINT, KitSpec
from kits.themes import THEMES
from tests.print.specs import CHANNEL, STORE

IMAGES = Path(__file__).parents[2] / "docs" / "images"
GROUND = (233, 228, 220)
SHADE = (196, 188, 176)
WOOD = (140, 104, 74)
TABLE = (1640, 960)
FINE = 2
"""Everything is drawn this many times larger and shrunk at the end."""
COLOURS = 256

SPEC = KitSpec(STORE, CHANNEL)

Place = tuple[int, int]


def piece(product_id: str, width: int, theme: str = "yellow", page: int = 0) -> Image.Image:
    """Return a finished piece after cutting, `width` pixels wide (before shrinking)."""
    product, spec = PRODUCTS[product_id], replace(SPEC, theme=theme)
    pdf = finish(compose(product, spec, PRINT), product, PRINT, title(product, spec))
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page]
        left, bottom, right, top = sheet.get_trimbox()
        sheet.set_cropbox(left, bottom, right, top)
        drawn: Image.Image = sheet.render(scale=width * FINE / (right - left)).to_pil()
    return drawn.convert("RGBA")


def tent(width: int) -> Image.Image:
    """Return the face of a tent that looks at you."""
    sheet = piece("tent", width)
    return sheet.crop((0, sheet.height // 2, sheet.width, sheet.height))


def disc(width: int) -> Image.Image:
    """Return a round sticker, cut out."""
    sheet = piece("sticker-round", width)
    mask = Image.new("L", sheet.size, 0)
    ImageDraw.Draw(mask).ellipse((3, 3, sheet.width - 4, sheet.height - 4), fill=255)
    sheet.putalpha(mask)
    return sheet


def strip(width: int, coupons: int) -> Image.Image:
    """Return a strip of coupons with some torn off."""
    product = PRODUCTS["coupon-strip"]
    sheet = piece("coupon-strip", width)
    end = product.folds[coupons].at / product.trim_mm[0] * sheet.width
    return sheet.crop((0, 0, int(end), sheet.height))


def lay(table: Image.Image, thing: Image.Image, at: Place, turn: float = 0) -> None:
    """Put a piece on the table, turned by some degrees, and let it throw a shadow."""
    thing = thing.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    x, y = at[0] * FINE, at[1] * FINE
    edge = 12 * FINE
    mask = Image.new("L", (thing.width + 2 * edge, thing.height + 2 * edge), 0)
    mask.paste(thing.getchannel("A"), (edge, edge))
    mask = mask.filter(ImageFilter.GaussianBlur(4 * FINE))
    shade = Image.new("RGB", mask.size, SHADE)
    table.paste(shade, (x - edge + 3 * FINE, y - edge + 6 * FINE), mask)
    table.paste(thing.convert("RGB"), (x, y), thing.getchannel("A"))


def rod(table: Image.Image, left: int, right: int, y: int) -> None:
    """Draw the rod that flags hang from."""
    box = tuple(side * FINE for side in (left, y, right, y + 9))
    ImageDraw.Draw(table).rounded_rectangle(box, radius=4 * FINE, fill=WOOD)


def keep(table: Image.Image, name: str) -> None:
    """Shrink a picture and store it with few colours."""
    small = table.resize((table.width // FINE, table.height // FINE), Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(IMAGES / name, optimize=True)


def empty(size: Place) -> Image.Image:
    """Return an empty table."""
    return Image.new("RGB", (size[0] * FINE, size[1] * FINE), GROUND)


def kit() -> Image.Image:
    """Return one store's kit, laid out."""
    table = empty(TABLE)
    lay(table, piece("poster-a4", 560), (70, 84))
    lay(table, disc(300), (690, 84))
    lay(table, tent(300), (690, 426))
    for x, page in ((1050, 0), (1334, 1)):
        lay(table, piece("flag", 250, page=page), (x, 92))
        rod(table, x - 14, x + 264, 84)
    lay(table, strip(620, 2), (1050, 530))
    lay(table, piece("card", 270), (1306, 696), 4)
    return table


def themes() -> Image.Image:
    """Return the same poster in every theme."""
    wide, gap = 300, 34
    tall = round(wide * 297 / 210)
    shown = list(THEMES)
    table = empty((len(shown) * (wide + gap) + gap, tall + 2 * gap))
    for at, theme in enumerate(shown):
        lay(table, piece("poster-a4", wide, theme), (gap + at * (wide + gap), gap))
    return table


def main() -> None:
    """Take both pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    keep(kit(), "kit.png")
    keep(themes(), "kit-themes.png")


if __name__ == "__main__":
    main()
