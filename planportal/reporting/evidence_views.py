"""The download of a file that proves a figure: only to those who may see its figure unapproved, and only unaltered."""

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from planportal.accounts.access import person_of
from planportal.plan.mount import plan_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict
from targets.evidence import open_unaltered
from targets.models import Evidence


@require_safe
@answers_refusals
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file as it was attached, to be saved and not shown; also one that was taken away since."""
    files = Evidence.objects.visible_to(person_of(request)).filter(kind=Evidence.Kind.FILE)
    piece = get_object_or_404(files, pk=pk, figure__target__plan=plan_of(request))
    try:
        content = open_unaltered(piece)
    except Conflict as refusal:
        title = _("这份佐证材料不能提供")
        context = {"title": title, "message": refusal.faults[0].message}
        return render(request, "409.html", context, status=refusal.status)
    headers = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, no-store"}
    return FileResponse(
        content, as_attachment=True, filename=piece.name, content_type=piece.media_type, headers=headers
    )
