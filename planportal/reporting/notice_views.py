"""A person's notices: read on opening the page, marked as read by whoever they are for."""

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from planportal.accounts.access import person_of
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting.models import Notice
from planportal.reporting.notices import (
    gather_for_reader,
    lines_of,
    notice_read,
    notices_of,
    notices_read,
    unread,
    with_rows,
)
from planportal.web.page_lists import page_of
from planportal.web.pages import answers_refusals


class ReadForm(forms.Form):
    """Up to which notice the person was shown them when asking to mark all as read."""

    through = forms.IntegerField(min_value=1)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def notices(request: HttpRequest) -> HttpResponse:
    """What the person was told, the newest first; POST marks all that were shown as read."""
    person, plan = person_of(request), plan_of(request)
    if request.method == "POST":
        return _mark_all(request)
    gather_for_reader(person)
    found = notices_of(person, plan)
    page = page_of(request, found)
    context = {
        "page": page,
        "lines": lines_of(page, person),
        "unread_count": unread(person, plan).count(),
        "newest": found.values_list("pk", flat=True).first(),
    }
    return render(request, "reporting/notices.html", context)


def _mark_all(request: HttpRequest) -> HttpResponse:
    person, plan = person_of(request), plan_of(request)
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("表单没有注明读到哪一条，没有作任何处理。请返回通知页，刷新后再试。"))
    count = notices_read(by=person, plan=plan, through=form.cleaned_data["through"])
    messages.success(request, _("已将 %(count)s 条通知标为已读。") % {"count": count})
    return redirect(plan_reverse(plan, "notices"))


@require_POST
@answers_refusals
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a notice as read and leads to what it is about; 404 for somebody else's.

    Back to the notices where the person may not see that any more.
    """
    person = person_of(request)
    notice = get_object_or_404(with_rows(Notice.objects.filter(person=person, plan=plan_of(request))), pk=pk)
    notice_read(by=person, notice=notice)
    [line] = lines_of([notice], person)
    if line.address is None:
        messages.warning(request, _("已标为已读；按您现在的角色和单位，不能再查看这条数据。"))
    return redirect(line.address or plan_reverse(plan_of(request), "notices"))
