"""One filter set serves page and API; a value it does not know is refused by both in the same words."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from planportal.web.refusals import Fault, Invalid


def filter_faults(filterset: Any) -> list[Fault]:
    """A fault for each filter whose value is not known: the filter, the value got, and why."""
    return [
        Fault(name, error.code or "invalid", _filter_message(filterset, name, reason))
        for name, errors in filterset.form.errors.as_data().items()
        for error in errors
        for reason in _reasons(filterset.form.fields[name], error)
    ]


def _reasons(field: Any, error: Any) -> list[str]:
    """Why; of a choice that is not there, which choices are."""
    choices = [str(value) for value, _label in getattr(field, "choices", []) if str(value)]
    if error.code in {"invalid_choice", "invalid_pk_value"} and choices:
        return [_("可用：%(choices)s。") % {"choices": _("、").join(choices)}]
    return list(error.messages)


def _filter_message(filterset: Any, name: str, reason: str) -> str:
    label = filterset.filters[name].label or name
    value = filterset.data.get(name, "")
    return _("“%(value)s”不能用作“%(label)s”：%(reason)s") % {"value": value, "label": label, "reason": reason}


class NamingFilterBackend(DjangoFilterBackend):
    """Filters the API's lists; its refusals name the filter and the value."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise Invalid(*filter_faults(filterset))
        rows: QuerySet[Any] = filterset.qs
        return rows
