"""The one written shape of an API error: {"errors": [{"field", "code", "message"}]}, in Chinese."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from planportal.web.middleware import is_api
from planportal.web.refusals import Fault, Refusal


def error_body(*faults: Fault) -> dict[str, Any]:
    """The body of an error answer."""
    return {"errors": [{"field": f.field, "code": f.code, "message": f.message} for f in faults]}


def error_response(status: int, *faults: Fault) -> JsonResponse:
    """An error answer outside the API's own views, such as an address that does not exist."""
    return JsonResponse(error_body(*faults), status=status, json_dumps_params={"ensure_ascii": False})


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals, validation errors, 404, 405, 415 and the like, in one shape."""
    if isinstance(error, Refusal):
        return _answer_refusal(error, context)
    if isinstance(error, BadRequest):
        return Response(error_body(Fault("", "bad_request", str(error))), status=400)
    response = exception_handler(error, context)
    if response is not None:
        response.data = error_body(*_faults(error))
    return response


def _answer_refusal(refusal: Refusal, context: dict[str, Any]) -> Response:
    body = error_body(*refusal.faults)
    current = getattr(refusal, "current", None)
    if current is not None:
        body["current"] = context["view"].represent(current)
    response = Response(body, status=refusal.status)
    if current is not None:
        response["ETag"] = f'"{current.version}"'
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Token"
    return response


def _faults(error: Exception) -> list[Fault]:
    if isinstance(error, Http404):
        return [not_found()]
    if isinstance(error, PermissionDenied):
        return [Fault("", "permission_denied", _("没有权限。"))]
    if isinstance(error, exceptions.APIException):
        return list(_flatten(error.detail, ""))
    return [Fault("", "error", str(error))]


def not_found() -> Fault:
    """The fault of an address or a thing that is not there, or that the caller may not know of."""
    return Fault("", "not_found", _("没有这个地址或这项内容。"))


def _flatten(detail: Any, field: str) -> Iterator[Fault]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, _joined(field, name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, field)
    else:
        yield Fault(field, getattr(detail, "code", "invalid"), str(detail))


def _joined(field: str, name: str) -> str:
    if name == "non_field_errors":
        return field
    return f"{field}.{name}" if field else str(name)


def wants_json(request: HttpRequest) -> bool:
    """Whether an error of this request is answered as the API answers."""
    return is_api(request.path_info)
