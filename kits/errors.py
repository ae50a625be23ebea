"""What can be wrong with a kit. One class, one table of codes.

Codes of refused input (`field` names the value):

    json_invalid         the file is no JSON object, or too large
    field_unknown        a key that no specification has
    field_missing        a value that every kit needs is absent or empty
    field_type           a value of the wrong kind (a number where a text belongs)
    text_too_long        more characters than the field takes, or than fit on the product
    text_control         a control, formatting or private-use character
    text_direction       right-to-left writing, which our layouts cannot set
    text_emoji           an emoji; print has no colour glyph for it
    text_glyph           a character that none of the fonts has
    channel_id           not the public id of a KakaoTalk channel
    search_id            not a search id of a KakaoTalk channel
    phone_invalid        something other than a telephone number
    theme_unknown        no such colour theme
    product_unknown      no such product
    product_unavailable  the product needs something that this specification lacks
    variant_unknown      neither print, outlined nor home
    language_unknown     a language without sentences
    link_invalid         the link is neither "direct" nor an https address that fits in a code
    file_missing         a named picture cannot be read
    picture_type         not a PNG or JPEG file
    picture_size         too many bytes or pixels, or too few pixels
    picture_broken       the picture cannot be decoded
    payment_unreadable   the provider's picture holds no single QR code, or not the said one
    csv_invalid          the list of stores cannot be read
    out_unwritable       the folder for the kit, or for temporary files, cannot be written

Codes of a kit that could not be made:

    layout_failed        the template could not be set
    worker_died          the process that made it was killed, twice
    internal             a fault of ours; the message names its kind
    code_missing         a code of the finished file is not read, or reads differently
    preflight_failed     the finished file breaks a rule of print (the message says which)

Codes of a finished file that cannot be inspected or outlined (the inspection reports them as
problems; `kits.preflight` names its rules itself):

    pdf_broken           it cannot be opened or drawn
    content_broken       its drawing cannot be followed
    encrypted_or_active  it asks for a password or acts by itself
    page_size            a page is too large or too small to draw
    missing_glyph        a letter that its own font lacks
    outline_unsupported  a font or a construction that Typst does not write
"""


class KitError(Exception):
    """A kit that cannot be made as asked.

    Attributes:
        code: stable name of what is wrong, one of the table above.
        message: one clear English sentence.
        field: the value it is about, for example `store.name`; empty when there is none.
    """

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def __reduce__(self) -> tuple[type["KitError"], tuple[str, str, str]]:
        """Survive the way between two processes."""
        return KitError, (self.code, self.message, self.field)
