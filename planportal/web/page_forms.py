"""A form of a page: what a service refuses stands beside the field it is about, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any, Self, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from planportal.web.refusals import Conflict, Invalid, Refusal

Outcome = TypeVar("Outcome")


class PageForm(forms.Form):
    """A form whose fields are named as the service names its input; `status` is that of the page which shows it."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status = 200
        for field in self.fields.values():
            field.error_messages["required"] = _("请填写这一项。")

    @classmethod
    def of(cls, request: HttpRequest, **kwargs: Any) -> Self:
        """The form as it was sent; fresh where the page is only opened."""
        return cls(request.POST if request.method == "POST" else None, **kwargs)

    def settle(self, decide: Callable[..., Outcome]) -> Outcome | None:
        """What `decide` makes of the input; None where the form or the decision refused, which the form then shows."""
        if not self.is_valid():
            self.status = Invalid.status
            return None
        try:
            return decide(**self.cleaned_data)
        except (Invalid, Conflict) as refusal:
            self.show(refusal)
            self.status = refusal.status
            return None

    def show(self, refusal: Refusal) -> None:
        """Puts each fault beside its field, or on top where it is about the whole."""
        for fault in refusal.faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)
