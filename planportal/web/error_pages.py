"""Pages (and, under the API's addresses, JSON answers) for requests that cannot be served."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from planportal.web.api_errors import error_response, not_found, wants_json
from planportal.web.kept import keep_typed
from planportal.web.refusals import Fault


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, with the sentence of what is wrong where we wrote one."""
    ours = isinstance(exception, BadRequest) and exception.args
    message = str(exception) if ours else _("请求的内容不正确。")
    if wants_json(request):
        return error_response(400, Fault("", "bad_request", message))
    return render(request, "400.html", {"message": message}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for somebody signed in without the right."""
    if wants_json(request):
        return error_response(403, Fault("", "permission_denied", _("没有权限。")))
    return render(request, "403.html", {"message": str(exception)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, leading on to what can be found."""
    if wants_json(request):
        return error_response(404, not_found())
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the page needs nothing of what may just have failed."""
    if wants_json(request):
        return error_response(500, Fault("", "server_error", "服务器出错，请稍后再试。"))
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old; nothing was changed.

    A form that keeps what was typed is shown again with it, to be looked at and sent anew.
    """
    match = request.resolver_match
    shown_again_at = getattr(match and match.func, "shown_again_at", None)
    if shown_again_at is not None and keep_typed(request, address := shown_again_at(request)):
        return redirect(address)
    return render(
        request,
        "403.html",
        {"title": _("表单已过期"), "message": _("没有保存任何内容。请返回上一页，刷新后再提交。")},
        status=403,
    )
