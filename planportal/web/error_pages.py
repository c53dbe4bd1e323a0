"""Pages (and, under the API's addresses, JSON answers) for requests that cannot be served."""

import logging

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _

from planportal.web.api_errors import error_response, wants_json
from planportal.web.kept import keep_typed
from planportal.web.refusals import Fault, NotStored

logger = logging.getLogger(__name__)
# Pages name their plan; where the database may be what failed, the one that the portal was made for stands.
SITE_NAME = "黑龙江省“十三五”科技创新规划进展"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, with the sentence of what is wrong where we wrote one; more than is taken in is told with its limit."""
    too_much = _too_much(exception)
    if too_much:
        logger.warning("%s: %s", type(exception).__name__, request.path)
    ours = isinstance(exception, BadRequest) and exception.args
    message = too_much or (str(exception) if ours else _("请求的内容不正确。"))
    if wants_json(request):
        return error_response(400, Fault("", "bad_request", message))
    return render(request, "400.html", {"message": message}, status=400)


def _too_much(exception: Exception) -> str:
    """What there was too much of and how much is taken; "" where it is not that. Reading stops at the limit."""
    match exception:
        case TooManyFilesSent():
            most: object = settings.DATA_UPLOAD_MAX_NUMBER_FILES
            return _("一次发送的文件超过 %(most)s 个，没有保存任何内容。请少选一些文件。") % {"most": most}
        case TooManyFieldsSent():
            most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            return _("一次发送的栏目超过 %(most)s 项，没有保存任何内容。") % {"most": most}
        case RequestDataTooBig():
            most = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            return _("填写的内容过长，文件之外最多 %(most)s，没有保存任何内容。") % {"most": most}
    return ""


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for somebody signed in without the right."""
    if wants_json(request):
        return error_response(403, Fault("", "permission_denied", _("没有权限。")))
    return render(request, "403.html", {"message": str(exception)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the page needs nothing of what may just have failed; without its style sheet it can still be read."""
    if wants_json(request):
        return error_response(500, Fault("", "server_error", "服务器出错，请稍后再试。"))
    context = {
        "stylesheet": _stylesheet(),
        "path": request.get_full_path(),
        "site": SITE_NAME,
        "owner": settings.SITE_OWNER,
        "contact": settings.SITE_CONTACT,
    }
    return HttpResponse(render_to_string("500.html", context), status=500)


def _stylesheet() -> str:
    """The address of the style sheet, whose name holds a digest of it; "" where no file was collected."""
    try:
        return static("portal/portal.css")
    except ValueError:
        return ""


def not_stored(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 where the disk takes no more: nothing was stored, and the same request may succeed later."""
    logger.error("the disk is full: %s %s", request.method, request.path, exc_info=error)
    refusal = NotStored()
    if wants_json(request):
        return error_response(refusal.status, *refusal.faults)
    facts = {"title": _("没有保存"), "message": refusal.faults[0].message}
    return render(request, "503.html", facts, status=refusal.status)


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
