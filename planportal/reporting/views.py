"""The workspace of a department and the entry of one figure; all writing is done by targets.services."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from planportal.accounts.models import City, User
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting.access import enterer_of, person_of
from planportal.reporting.clashes import Clash, clash_of
from planportal.reporting.entries import EDITABLE_STATES, Entry, Key, read_entry
from planportal.reporting.forms import FigureForm, WithdrawForm
from planportal.reporting.notices import gather_for_reader
from planportal.reporting.queues import entry_address, figure_years, read_workspace
from planportal.reporting.titles import title_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict, Fault, Invalid, Refusal, Stale
from targets import permissions, services
from targets.models import Figure, Target
from targets.models.figure import OPEN_STATES

SAVE_ACTIONS = ("draft", "submit")


@require_safe
@answers_refusals
def workspace(request: HttpRequest) -> HttpResponse:
    """What a department has to do: returned, drafts, on their way, and every target in every year."""
    user = enterer_of(request)
    gather_for_reader(user)
    return render(
        request,
        "reporting/workspace.html",
        {"department": user.department, "workspace": read_workspace(plan_of(request), user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def entry(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """One figure: shown for entry, saved as a draft, handed in or withdrawn."""
    user = person_of(request)
    key = _key(request, code, year)
    if request.method != "POST":
        permissions.refuse_entry(user, key.target)
        return _entry_page(request, read_entry(key, _basis_asked(request, key), user))
    action = request.POST.get("action", "")
    if action == "withdraw":
        return _withdraw(request, user, key)
    if action not in SAVE_ACTIONS:
        raise BadRequest(_("没有操作“%(action)s”，没有保存任何内容。") % {"action": action[:60]})
    return _save(request, user, key, hand_in=action == "submit")


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
    form = FigureForm(request.POST, entry=shown)
    complete = form.is_valid()
    based_on = form.based_on()
    if not complete:
        permissions.refuse_entry(user, key.target)
        return _entry_page(request, shown, form=form, status=400)
    try:
        figure = _saved(form, user, key, based_on, hand_in=hand_in)
    except (Invalid, Conflict, Stale) as refusal:
        return _save_refused(request, shown, form, refusal)
    if hand_in:
        return _hand_in(request, user, key, figure)
    messages.success(request, _("已存为草稿：%(figure)s。提交后才进入审核。") % {"figure": title_of(figure)})
    return redirect(plan_reverse(key.target.plan, "workspace"))


def _save_refused(request: HttpRequest, shown: Entry, form: FigureForm, refusal: Refusal) -> HttpResponse:
    clash = clash_of(refusal, form, shown.key, person_of(request))
    form.show(refusal)
    if clash is not None and clash.is_editable:
        form.base_on(clash.standing)
    return _entry_page(request, shown, form=form, clash=clash, status=refusal.status)


def _saved(form: FigureForm, user: User, key: Key, based_on: tuple[int, int] | None, *, hand_in: bool) -> Figure:
    """A new draft, or the figure with what was typed; untouched where nothing was changed before handing in."""
    if based_on is None:
        return services.figure_draft(by=user, target=key.target, city=key.city, year=key.year, content=form.content())
    figure, version = _figure_of(key, user, based_on[0]), based_on[1]
    unchanged = figure.version == version and figure.state in EDITABLE_STATES
    if hand_in and unchanged and not form.differs_from(figure):
        return figure
    return services.figure_edit(by=user, figure=figure, if_version=version, changes=form.changes())


def _hand_in(request: HttpRequest, user: User, key: Key, figure: Figure) -> HttpResponse:
    try:
        services.figure_submit(by=user, figure=figure, if_version=figure.version)
    except (Invalid, Conflict, Stale) as refusal:
        why = "".join(fault.message for fault in refusal.faults)
        messages.warning(request, _("已存为草稿，但尚未提交审核。%(why)s") % {"why": why})
        return redirect(entry_address(key.target, key.year, area=key.area, basis=figure.basis))
    messages.success(request, _("已提交审核：%(figure)s。审核通过后对公众可见。") % {"figure": title_of(figure)})
    return redirect(plan_reverse(key.target.plan, "workspace"))


def _withdraw(request: HttpRequest, user: User, key: Key) -> HttpResponse:
    form = WithdrawForm(request.POST)
    form.is_valid()
    based_on = form.based_on()
    if based_on is None:
        raise BadRequest(_("没有指明要撤销哪一条，没有撤销任何内容。"))
    figure = _figure_of(key, user, based_on[0])
    try:
        services.figure_withdraw(
            by=user, figure=figure, if_version=based_on[1], reason=form.cleaned_data.get("reason", "")
        )
    except (Invalid, Conflict, Stale) as refusal:
        return _withdraw_refused(request, key, form, refusal)
    messages.success(request, _("已撤销：%(figure)s。") % {"figure": title_of(figure)})
    return redirect(plan_reverse(key.target.plan, "workspace"))


def _withdraw_refused(request: HttpRequest, key: Key, form: WithdrawForm, refusal: Refusal) -> HttpResponse:
    form.show(refusal)
    if isinstance(refusal, Stale):
        form.base_on(refusal.current)
    return _entry_page(request, read_entry(key, None, person_of(request)), withdrawal=form, status=refusal.status)


def _figure_of(key: Key, user: User, pk: int) -> Figure:
    """The figure that a form names; 404 for one of another key, 403 first for somebody who may not enter it."""
    found = (
        Figure.objects.visible_to(user).shown().filter(pk=pk, target=key.target, year=key.year, city=key.city).first()
    )
    if found is None:
        permissions.refuse_entry(user, key.target)
        raise Http404
    return found


def _entry_page(
    request: HttpRequest,
    shown: Entry,
    *,
    form: FigureForm | None = None,
    withdrawal: WithdrawForm | None = None,
    clash: Clash | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; its form is the one that was refused, else that of the open figure while that can be changed."""
    key, on_its_way = shown.key, clash.standing if clash else shown.open
    if form is None and (on_its_way is None or on_its_way.state in EDITABLE_STATES):
        form = FigureForm.filled(shown)
    if withdrawal is None and on_its_way is not None and on_its_way.state in OPEN_STATES:
        withdrawal = WithdrawForm(initial={"figure": on_its_way.pk, "version": on_its_way.version})
    context = {
        "entry": shown,
        "form": form,
        "withdrawal": withdrawal,
        "clash": clash,
        "on_its_way": on_its_way,
        "year_links": [
            (year, entry_address(key.target, year, area=key.area)) for year in figure_years(key.target.plan)
        ],
        "cities": City.objects.all(),
    }
    return render(request, "reporting/entry.html", context, status=status)


def _basis_asked(request: HttpRequest, key: Key) -> str | None:
    basis = request.GET.get("basis", "")
    if basis and basis not in key.target.bases:
        allowed = "、".join(key.target.bases) or _("（无）")
        message = _("“%(raw)s”不能用作 basis，可用：%(allowed)s。") % {"raw": basis[:60], "allowed": allowed}
        raise Invalid(Fault("basis", "unknown_basis", message))
    return basis or None
