"""Days as people type them in the yearly round; whether a day is right is the services' to say."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

# A mistyped year is a mistake, and a task due centuries ago would be overdue for as many days.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class TypedDayField(forms.DateField):
    """A day, typed or picked; written 2026-03-31, 2026/3/31 or 2026年3月31日."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
    default_error_messages = {"invalid": _("“%(value)s”不是日期，请写成 2026-03-31 的样子。")}

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(error.message, code=error.code, params={"value": str(value)[:40]}) from None


class DayField(TypedDayField):
    """A typed day within the years that a round can have to do with."""

    default_validators = [
        MinValueValidator(FIRST_DAY, message=_("日期应在 2000 年至 2099 年之间。")),
        MaxValueValidator(LAST_DAY, message=_("日期应在 2000 年至 2099 年之间。")),
    ]
