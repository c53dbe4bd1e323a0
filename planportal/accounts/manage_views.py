"""The administration of accounts: a list, one account, and a password that is shown once."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from planportal.accounts import services
from planportal.accounts.access import administrator_of
from planportal.accounts.filters import AccountFilter
from planportal.accounts.forms import AccountForm, NewAccountForm, OwnAccountForm
from planportal.accounts.models import User
from planportal.plan.mount import plan_of, plan_reverse
from planportal.web.page_forms import PageForm
from planportal.web.page_lists import filter_query, filtered, page_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict

Step = Callable[[HttpRequest, User, User], HttpResponse]


@require_safe
@answers_refusals
def account_list(request: HttpRequest) -> HttpResponse:
    """Every account, filtered by text, role, department and whether it is in use, 50 a page."""
    administrator_of(request)
    rows = User.objects.select_related("department", "city").order_by("username", "pk")
    filterset = AccountFilter(request.GET, queryset=rows, request=request)
    context = {
        "page": page_of(request, filtered(filterset)),
        "form": filterset.form,
        "query": filter_query(filterset),
    }
    return render(request, "accounts/manage/account_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def account_new(request: HttpRequest) -> HttpResponse:
    """The form of a new account, and its initial password once it exists."""
    admin = administrator_of(request)
    form = NewAccountForm.of(request)
    if request.method == "POST":
        issued = form.settle(partial(services.account_create, by=admin))
        if issued is not None:
            return _password_page(request, issued)
    return render(request, "accounts/manage/account_new.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: changed, given another password, shut or opened again."""
    admin = administrator_of(request)
    person = get_object_or_404(User.objects.select_related("department", "city"), pk=pk)
    if request.method != "POST":
        return _account_page(request, admin, person)
    step = STEPS.get(request.POST.get("action", ""))
    if step is None:
        asked = request.POST.get("action", "")[:60]
        raise BadRequest(_("没有操作“%(action)s”，没有保存任何内容。") % {"action": asked})
    try:
        return step(request, admin, person)
    except Conflict as refusal:
        messages.error(request, refusal.told)
        person.refresh_from_db()
        return _account_page(request, admin, person, status=refusal.status)


def _change(request: HttpRequest, admin: User, person: User) -> HttpResponse:
    form = _form_class(admin, person).of(request)
    # The form about oneself offers no role: what it does not say stays.
    scope: dict[str, Any] = {"role": person.role, "department": person.department, "city": person.city}
    changed = form.settle(partial(services.account_change, by=admin, person=person, **scope))
    if changed is None:
        return _account_page(request, admin, person, form=form)
    messages.success(request, _("已保存：%(person)s。") % {"person": changed})
    return _back(request, person)


def _reset_password(request: HttpRequest, admin: User, person: User) -> HttpResponse:
    return _password_page(request, services.account_reset_password(by=admin, person=person))


def _deactivate(request: HttpRequest, admin: User, person: User) -> HttpResponse:
    services.account_deactivate(by=admin, person=person)
    messages.success(request, _("已停用：%(person)s。其登录和接口令牌即时失效。") % {"person": person})
    return _back(request, person)


def _reactivate(request: HttpRequest, admin: User, person: User) -> HttpResponse:
    services.account_reactivate(by=admin, person=person)
    messages.success(request, _("已恢复：%(person)s，可用原来的密码登录；忘记时请重设密码。") % {"person": person})
    return _back(request, person)


STEPS: dict[str, Step] = {
    "change": _change,
    "reset_password": _reset_password,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
}


def _back(request: HttpRequest, person: User) -> HttpResponse:
    return redirect(plan_reverse(plan_of(request), "manage-account", person.pk))


def _form_class(admin: User, person: User) -> type[OwnAccountForm]:
    return OwnAccountForm if person == admin else AccountForm


def _account_page(
    request: HttpRequest, admin: User, person: User, *, form: PageForm | None = None, status: int = 200
) -> HttpResponse:
    """The page; its form is the one that was refused, else that of the account as it stands."""
    shown = form or _form_class(admin, person).filled(person)
    context = {
        "person": person,
        "is_own": person == admin,
        "form": shown,
        "events": person.events.select_related("actor").order_by("-pk"),
    }
    return render(request, "accounts/manage/account.html", context, status=form.status if form else status)


def _password_page(request: HttpRequest, issued: services.IssuedPassword) -> HttpResponse:
    """The only page that ever says this password; it is the answer itself, so nothing has to keep it."""
    context = {"person": issued.person, "password": issued.password}
    return render(request, "accounts/manage/password.html", context)
