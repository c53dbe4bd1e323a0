"""The entry of one figure: typed, checked, saved, handed in, withdrawn or declared unavailable; services write."""

from collections.abc import Collection

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from planportal.accounts.access import person_of
from planportal.accounts.models import City, User
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting.brought_back import BroughtBack
from planportal.reporting.clashes import clash_of
from planportal.reporting.entries import EDITABLE_STATES, Entry, Key, read_entry
from planportal.reporting.entry_page import entry_page
from planportal.reporting.forms import DeclarationForm, FigureForm, WithdrawForm
from planportal.reporting.models import Task
from planportal.reporting.queues import entry_address, figure_years, next_item
from planportal.reporting.receipt_words import with_receipt
from planportal.reporting.services import task_declare_unavailable, task_end_declaration
from planportal.reporting.titles import title_of, title_of_key
from planportal.reporting.typing_checks import check_typed
from planportal.web.kept import keeps_typing, typed_before
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict, Fault, Invalid, NotStored, Refusal, Stale
from targets import permissions, services
from targets.figure_checks import KnownFigures, doubts_now
from targets.models import Figure, State, Target

SAVE_ACTIONS = ("draft", "submit")
# The reason that the record keeps, in its language.
DISCARDED = "草稿未报送，由填报人丢弃"


def _page_of_declaration(request: HttpRequest) -> str:
    """The address of the entry page whose form was sent to `entry_unavailable`."""
    match = request.resolver_match
    assert match is not None
    page = reverse(match.view_name.removesuffix("-unavailable"), kwargs=match.kwargs)
    asked = request.META.get("QUERY_STRING", "")
    return f"{page}?{asked}" if asked else page


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
@keeps_typing(page=HttpRequest.get_full_path)
def entry(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """One figure: shown for entry, saved as a draft, handed in, discarded or withdrawn."""
    user = person_of(request)
    key = _key(request, code, year)
    if request.method != "POST":
        permissions.refuse_entry(user, key.target)
        shown = read_entry(key, _basis_asked(request, key), user)
        return entry_page(request, shown, brought_back=BroughtBack.of(typed_before(request)))
    action = request.POST.get("action", "")
    if action == "withdraw":
        return _withdraw(request, user, key)
    if action not in SAVE_ACTIONS:
        raise BadRequest(_("没有操作“%(action)s”，没有保存任何内容。") % {"action": action[:60]})
    return _save(request, user, key, hand_in=action == "submit")


@require_POST
@answers_refusals
def entry_check(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """What the rules make of what is being typed, as a part of the entry page; nothing is stored."""
    user = person_of(request)
    key = _key(request, code, year)
    permissions.refuse_entry(user, key.target)
    basis = request.POST.get("basis", "")
    form = FigureForm(request.POST, entry=read_entry(key, basis if basis in key.target.bases else None, user))
    check = check_typed(form, key)
    context = {"check": check, "target": key.target, "reason_label": form["reason"].label}
    return render(request, "reporting/parts/value_check.html", context)


@require_POST
@answers_refusals
@keeps_typing(page=_page_of_declaration)
def entry_unavailable(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The department declares that a figure does not exist for now, or takes that back."""
    user = person_of(request)
    key = _key(request, code, year)
    permissions.refuse_entry(user, key.target)
    shown = read_entry(key, None, user)
    if shown.task is None:
        raise Http404
    form = DeclarationForm(request.POST)
    action = request.POST.get("action", "")
    try:
        said = _declared(form, user, shown.task, action)
    except (Invalid, Conflict) as refusal:
        form.show(refusal)
        return entry_page(request, shown, declaration=form, status=refusal.status)
    if said is None:
        return entry_page(request, shown, declaration=form, status=400)
    return _done(request, user, key, said % {"title": title_of_key(key.target, key.year, key.city)})


def _declared(form: DeclarationForm, user: User, task: Task, action: str) -> str | None:
    """Takes the step; the message about it, None where the form is not filled in right."""
    if action == "end":
        task_end_declaration(by=user, task=task)
        return _("已取消声明：%(title)s 重新列为待填报。")
    if action != "declare":
        raise BadRequest(_("没有操作“%(action)s”，没有保存任何内容。") % {"action": action[:60]})
    if not form.is_valid():
        return None
    given = form.cleaned_data
    task_declare_unavailable(by=user, task=task, until=given["until"], reason=given["reason"])
    return _("已声明暂无数据：%(title)s。")


def _key(request: HttpRequest, code: str, year: int) -> Key:
    plan = plan_of(request)
    target = get_object_or_404(Target.objects.listed(), plan=plan, code=code)
    if year not in figure_years(plan):
        raise Http404
    area = request.GET.get("area", "")
    return Key(target=target, year=year, city=get_object_or_404(City, code=area) if area else None)


def _save(request: HttpRequest, user: User, key: Key, *, hand_in: bool) -> HttpResponse:
    basis = request.POST.get("basis", "")
    shown = read_entry(key, basis if basis in key.target.bases else None, user)
    form = FigureForm(request.POST, request.FILES, entry=shown)
    complete = form.is_valid()
    based_on = form.based_on()
    if not complete:
        permissions.refuse_entry(user, key.target)
        form.ask_for_files_again()
        return entry_page(request, shown, form=form, status=400)
    if form.shows_otherwise():
        permissions.refuse_entry(user, key.target)
        form.show_understood()
        return entry_page(request, shown, form=form, was_understood=True)
    try:
        figure = _saved(form, user, key, based_on, hand_in=hand_in)
    except (Invalid, Conflict, Stale, NotStored) as refusal:
        return _save_refused(request, shown, form, refusal)
    if hand_in:
        return _hand_in(request, user, key, figure, seen=request.POST.getlist("seen"))
    said = _("已存为草稿：%(figure)s。提交后才进入审核。") % {"figure": title_of(figure)}
    return _done(request, user, key, with_receipt(said, figure), figure.basis)


def _done(request: HttpRequest, user: User, key: Key, said: str, basis: str = "") -> HttpResponse:
    """Back to the workspace, which says what was done and offers what comes next."""
    following = next_item(key.target.plan, user, after=key, basis=basis)
    if following is None:
        messages.success(request, said)
    else:
        offer = _("下一条：%(title)s") % {"title": following.title}
        link = format_html('<a class="button button--secondary" href="{}">{}</a>', following.address, offer)
        messages.success(request, format_html("{} {}", said, link))
    return redirect(plan_reverse(key.target.plan, "workspace"))


def _save_refused(request: HttpRequest, shown: Entry, form: FigureForm, refusal: Refusal) -> HttpResponse:
    clash = clash_of(refusal, form, shown.key, person_of(request))
    form.show(refusal)
    form.ask_for_files_again()
    if clash is not None and clash.is_editable:
        form.base_on(clash.standing)
    return entry_page(request, shown, form=form, clash=clash, status=refusal.status)


def _saved(form: FigureForm, user: User, key: Key, based_on: tuple[int, int] | None, *, hand_in: bool) -> Figure:
    """A new draft, or the figure with what was typed; untouched where nothing was changed before handing in."""
    evidence = form.evidence()
    if based_on is None:
        content = form.content()
        return services.figure_draft(
            by=user, target=key.target, city=key.city, year=key.year, content=content, evidence=evidence
        )
    figure, version = _figure_of(key, user, based_on[0]), based_on[1]
    unchanged = figure.version == version and figure.state in EDITABLE_STATES
    if hand_in and unchanged and not form.differs_from(figure):
        return figure
    changes = form.changes()
    return services.figure_edit(by=user, figure=figure, if_version=version, changes=changes, evidence=evidence)


def _hand_in(request: HttpRequest, user: User, key: Key, figure: Figure, *, seen: Collection[str]) -> HttpResponse:
    """Hands the figure in, unless it has doubts that the page had not shown: no reason can have been about those."""
    try:
        doubts = doubts_now([figure], KnownFigures([key.target]))[figure.pk]
        if figure.reason and not {str(doubt["message"]) for doubt in doubts} <= set(seen):
            raise Invalid(
                Fault("reason", "warnings_unseen", _("请先核对数值下方的提示；确属实情的，写明理由后再次提交。"))
            )
        figure = services.figure_submit(by=user, figure=figure, if_version=figure.version)
    except (Invalid, Conflict, Stale, NotStored) as refusal:
        kept = _("已存为草稿，但尚未提交审核。") if figure.state == State.DRAFT else _("修改已保存，但尚未提交审核。")
        messages.warning(request, f"{kept}{refusal.told}")
        return redirect(entry_address(key.target, key.year, area=key.area, basis=figure.basis))
    said = _("已提交审核：%(figure)s。审核通过后对公众可见。") % {"figure": title_of(figure)}
    return _done(request, user, key, with_receipt(said, figure), figure.basis)


def _withdraw(request: HttpRequest, user: User, key: Key) -> HttpResponse:
    form = WithdrawForm(request.POST)
    form.is_valid()
    based_on = form.based_on()
    if based_on is None:
        raise BadRequest(_("没有指明要撤销哪一条，没有撤销任何内容。"))
    figure = _figure_of(key, user, based_on[0])
    # A draft that nobody else has seen is thrown away without having to say why.
    discarded = DISCARDED if figure.state == State.DRAFT else ""
    reason = form.cleaned_data.get("reason", "") or discarded
    try:
        figure = services.figure_withdraw(by=user, figure=figure, if_version=based_on[1], reason=reason)
    except (Invalid, Conflict, Stale, NotStored) as refusal:
        return _withdraw_refused(request, key, form, refusal)
    said = _("已撤销：%(figure)s。") % {"figure": title_of(figure)}
    return _done(request, user, key, with_receipt(said, figure), figure.basis)


def _withdraw_refused(request: HttpRequest, key: Key, form: WithdrawForm, refusal: Refusal) -> HttpResponse:
    form.show(refusal)
    if isinstance(refusal, Stale):
        form.base_on(refusal.current)
    return entry_page(request, read_entry(key, None, person_of(request)), withdrawal=form, status=refusal.status)


def _figure_of(key: Key, user: User, pk: int) -> Figure:
    """The figure that a form names; 404 for one of another key, 403 first for somebody who may not enter it."""
    found = (
        Figure.objects.visible_to(user).shown().filter(pk=pk, target=key.target, year=key.year, city=key.city).first()
    )
    if found is None:
        permissions.refuse_entry(user, key.target)
        raise Http404
    return found


def _basis_asked(request: HttpRequest, key: Key) -> str | None:
    basis = request.GET.get("basis", "")
    if basis and basis not in key.target.bases:
        allowed = _("、").join(key.target.bases) or _("（无）")
        message = _("“%(raw)s”不能用作 basis，可用：%(allowed)s。") % {"raw": basis[:60], "allowed": allowed}
        raise Invalid(Fault("basis", "unknown_basis", message))
    return basis or None
