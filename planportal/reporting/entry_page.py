"""The page of one figure's entry: which of its forms are shown, and what they hold; it decides and stores nothing."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from planportal.accounts.access import person_of
from planportal.accounts.models import City
from planportal.reporting.brought_back import BroughtBack, typed_lines
from planportal.reporting.clashes import Clash
from planportal.reporting.entries import EDITABLE_STATES, Entry, Key
from planportal.reporting.forms import DeclarationForm, FigureForm, WithdrawForm
from planportal.reporting.queues import entry_address, figure_years
from planportal.reporting.titles import release_words
from planportal.reporting.typing_checks import TypingCheck, check_typed
from planportal.web.kept import typist_of
from planportal.web.page_forms import PageForm
from targets.evidence import attached_to
from targets.figure_checks import KnownFigures, doubts_now
from targets.models import Figure, State
from targets.models.figure import OPEN_STATES


def entry_page(
    request: HttpRequest,
    shown: Entry,
    *,
    form: FigureForm | None = None,
    withdrawal: WithdrawForm | None = None,
    clash: Clash | None = None,
    declaration: DeclarationForm | None = None,
    brought_back: BroughtBack | None = None,
    was_understood: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page; its form is the one that was refused, else that of the open figure while that can be changed.

    `brought_back` is what came without a sign-in; `was_understood` where the form shows a figure in other characters
    than typed, to be looked at before it is saved. Whatever was typed into a form that is not shown any more stands on
    the page as text.
    """
    key, on_its_way = shown.key, clash.standing if clash else shown.open
    refused = withdrawal or declaration
    if form is None:
        form = _figure_form(shown, on_its_way, brought_back)
    withdrawal = _withdrawal_form(withdrawal, on_its_way, brought_back)
    declaration = _declaration_form(declaration, shown, brought_back)
    has_place = brought_back is not None and _has_place(brought_back, form, on_its_way, declaration)
    context = {
        "entry": shown,
        "form": form,
        "withdrawal": withdrawal,
        "declaration": declaration,
        "refused": refused,
        "clash": clash,
        "on_its_way": on_its_way,
        "brought_back": brought_back,
        "has_place": has_place,
        "to_copy": _to_copy(None if has_place else brought_back, refused, withdrawal, declaration),
        "was_understood": was_understood,
        "check": _shown_check(form, key, on_its_way),
        "declare_address": entry_address(key.target, key.year, area=key.area, page="entry-unavailable"),
        "check_address": entry_address(key.target, key.year, area=key.area, page="entry-check"),
        "evidence": attached_to(on_its_way) if form is None else [],
        "year_links": [
            (year, entry_address(key.target, year, area=key.area)) for year in figure_years(key.target.plan)
        ],
        "cities": City.objects.all(),
        "release": release_words(key.target, key.year),
        "typist": typist_of(person_of(request)),
    }
    return render(request, "reporting/entry.html", context, status=status)


def _figure_form(shown: Entry, on_its_way: Figure | None, brought_back: BroughtBack | None) -> FigureForm | None:
    if on_its_way is not None and on_its_way.state not in EDITABLE_STATES:
        return None
    return FigureForm.filled(shown, brought_back.initial if brought_back and brought_back.is_figure else None)


def _withdrawal_form(
    refused: WithdrawForm | None, on_its_way: Figure | None, brought_back: BroughtBack | None
) -> WithdrawForm | None:
    """The form that ends the figure on its way; one brought back stays on the version that it was typed on."""
    if on_its_way is None or on_its_way.state not in OPEN_STATES:
        return None
    about: dict[str, Any] = {"figure": on_its_way.pk, "version": on_its_way.version}
    if brought_back is not None and brought_back.is_withdrawal_of(on_its_way):
        about |= brought_back.initial
    form = refused or WithdrawForm(initial=about)
    # A draft that nobody else has seen is thrown away without having to say why.
    form.fields["reason"].required = on_its_way.state != State.DRAFT
    return form


def _declaration_form(
    refused: DeclarationForm | None, shown: Entry, brought_back: BroughtBack | None
) -> DeclarationForm | None:
    if not shown.takes_declaration:
        return None
    return refused or DeclarationForm(
        initial=brought_back.initial if brought_back and brought_back.is_declaration else None
    )


def _has_place(
    brought_back: BroughtBack,
    form: FigureForm | None,
    on_its_way: Figure | None,
    declaration: DeclarationForm | None,
) -> bool:
    """Whether what is brought back stands in the form that it was typed in."""
    if brought_back.is_figure:
        return form is not None
    if brought_back.is_declaration:
        return declaration is not None
    return on_its_way is not None and brought_back.is_withdrawal_of(on_its_way)


def _to_copy(
    homeless: BroughtBack | None, refused: WithdrawForm | DeclarationForm | None, *forms: PageForm | None
) -> list[tuple[str, str]]:
    """What was typed into a form that the page does not have any more, with the labels of its fields."""
    if homeless is not None:
        return homeless.lines
    if refused is not None and refused not in forms:
        return list(typed_lines(type(refused), refused.data))
    return []


def _shown_check(form: FigureForm | None, key: Key, on_its_way: Figure | None) -> TypingCheck:
    """What stands under the value: the doubts about what was sent, else those that stand about the figure by now."""
    if form is not None and form.is_bound:
        # Its faults stand beside the fields already.
        return replace(check_typed(form, key), faults=[])
    if form is None or on_its_way is None:
        return TypingCheck()
    doubts = doubts_now([on_its_way], KnownFigures([key.target]))[on_its_way.pk]
    return TypingCheck(doubts=[str(doubt["message"]) for doubt in doubts])
