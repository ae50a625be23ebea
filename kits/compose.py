"""Sets a product: template and data in, PDF of Typst out.

A template is `kits/templates/<name>.typ`. It reads one JSON text, `sys.inputs.data`; what
people wrote is data in it and never becomes code. Pictures stand beside the template under
the names `logo.png`, `logo.jpg`, `payment.png` or `payment.jpg`.

A template that cannot set a value says so by
`panic("kit:CODE:FIELD:One clear English sentence.")`; that becomes a KitError.
"""

import json
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from kits.errors import KitError
from kits.spec import HOME

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"

_LOCK = threading.Lock()
"""A Typst compiler serves one thread at a time."""

_PANIC = re.compile(r'kit:(\w+):([\w.]*):([^"\\]+)')


def typeset(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes] = {}) -> bytes:
    """Return the PDF of one template; `data["variant"]` decides tags and version.

    Raises:
        KitError: the template refused a value, or is itself broken (`layout_failed`).
    """
    tagged = data["variant"] == HOME
    files: dict[str, bytes] = {"main.typ": f'#include "{template}.typ"'.encode()}
    files.update(_templates())
    files.update(pictures)
    try:
        with _LOCK:
            return _compiler().compile(  # type: ignore[return-value]  # one PDF, no list
                files,  # type: ignore[type-var]  # the stub forgets mappings of files
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=["1.7", "ua-1"] if tagged else ["1.4"],
                pdf_tags=tagged,
                timestamp=0,
            )
    except typst.TypstError as error:
        raise _refusal(error) from error


def _refusal(error: typst.TypstError) -> KitError:
    said = _PANIC.search(error.message)
    if said:
        return KitError(said[1], said[3].strip(), said[2])
    return KitError("layout_failed", f"The layout could not be set: {error.message}.")


@cache
def _templates() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(TEMPLATES.glob("*.typ"))}


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        {"main.typ": b""},  # type: ignore[type-var]  # the stub forgets mappings of files
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
