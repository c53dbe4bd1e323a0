"""What was typed on an entry page without a sign-in, brought back into the form that it was typed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms

from planportal.reporting.forms import DeclarationForm, FigureForm, WithdrawForm
from planportal.web.kept import Typed
from targets.models import Figure

# The button says which of the page's forms was sent; any other one is the figure's own form.
FORM_OF_ACTION: Mapping[str, type[forms.Form]] = {
    "withdraw": WithdrawForm,
    "declare": DeclarationForm,
    "end": DeclarationForm,
}
TEXTS: Mapping[type[forms.Form], tuple[str, ...]] = {
    FigureForm: ("value", "source", "note", "reason"),
    WithdrawForm: ("reason",),
    DeclarationForm: ("until", "reason"),
}


@dataclass(frozen=True)
class BroughtBack:
    """Where the texts of a form belong: `form` is the one they were typed in.

    `is_own` where they are known to be the reader's; nobody knows whose the others are.
    """

    form: type[forms.Form]
    fields: Mapping[str, str]
    is_own: bool

    @classmethod
    def of(cls, typed: Typed | None) -> "BroughtBack | None":
        """None where nothing was typed; a button alone, such as that which discards a draft, is nothing either."""
        if typed is None:
            return None
        found = cls(FORM_OF_ACTION.get(typed.fields.get("action", ""), FigureForm), typed.fields, typed.is_own)
        return found if found.is_figure or found.lines else None

    @property
    def is_figure(self) -> bool:
        return self.form is FigureForm

    @property
    def is_declaration(self) -> bool:
        return self.form is DeclarationForm

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What was typed, with the labels of its fields."""
        return list(typed_lines(self.form, self.fields))

    @property
    def initial(self) -> dict[str, str]:
        """The form's initial values."""
        prefix = _prefix(self.form)
        return {name.removeprefix(prefix): text for name, text in self.fields.items() if name.startswith(prefix)}

    def is_withdrawal_of(self, figure: Figure) -> bool:
        """Whether it was to end this very figure, at whichever version."""
        return self.form is WithdrawForm and self.initial.get("figure") == str(figure.pk)


def typed_lines(form: type[forms.Form], typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The texts that were typed in a form, with their labels; what was left empty is left out."""
    for name in TEXTS[form]:
        text = typed.get(f"{_prefix(form)}{name}")
        if text:
            yield str(form.base_fields[name].label), text


def _prefix(form: type[forms.Form]) -> str:
    return f"{form.prefix}-" if form.prefix else ""
