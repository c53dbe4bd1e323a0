"""Headers that say of when an answer's data are, and strict input serializers for what is written."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView


class DatedAnswer(APIView):
    """A view whose good answers carry Data-As-Of and Data-Pending."""

    def data_as_of(self) -> tuple[datetime, bool]:
        """The oldest build of what is shown, and whether newer data are on their way.

        Rows that are read as they are now are as fresh as the answer, and nothing of them is pending.
        """
        return timezone.now(), False

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code < 300 and request.method in {"GET", "HEAD"}:
            as_of, pending = self.data_as_of()
            put_dates(response, as_of, pending=pending)
        return response


def put_dates(response: Any, as_of: datetime, *, pending: bool) -> None:
    """Writes Data-As-Of (ISO 8601 with offset) and Data-Pending."""
    response["Data-As-Of"] = timezone.localtime(as_of).isoformat(timespec="seconds")
    response["Data-Pending"] = "true" if pending else "false"


class StrictInput(serializers.Serializer[Any]):
    """An input that takes the listed fields only: an unknown or read-only name is a fault of its own."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                allowed = "、".join(self.fields) or _("（无）")
                raise serializers.ValidationError(
                    {
                        name: [
                            serializers.ErrorDetail(
                                _("不接受字段“%(name)s”，可用：%(allowed)s。") % {"name": name, "allowed": allowed},
                                code="unknown_field",
                            )
                        ]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class StrictText(serializers.CharField):
    """Text only: a number or a boolean is not silently turned into text."""

    default_error_messages = {"not_text": "应为字符串，收到 {got}。"}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_text", got=_named(data))
        return super().to_internal_value(data)


class StrictWhole(serializers.IntegerField):
    """A JSON integer only."""

    default_error_messages = {"not_whole": "应为整数，收到 {got}。"}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("not_whole", got=_named(data))
        return data


class StrictFlag(serializers.BooleanField):
    """A JSON boolean only."""

    default_error_messages = {"not_boolean": "应为 true 或 false，收到 {got}。"}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("not_boolean", got=_named(data))
        return data


def _named(data: Any) -> str:
    return f"“{str(data)[:60]}”"


class OneError(serializers.Serializer[Any]):
    """One fault: the input's field ("" for the whole), a stable code, a sentence."""

    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class Errors(serializers.Serializer[Any]):
    """The body of every error answer."""

    errors = OneError(many=True)  # type: ignore[assignment]
