"""The supporter's phone under /field: today's visits, reports, a merchant's form, a calendar."""

from bot.web.field.desk import FieldDesk
from bot.web.field.pages import field_blueprint

__all__ = ["FieldDesk", "field_blueprint"]
