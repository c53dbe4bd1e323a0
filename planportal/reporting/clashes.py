"""When somebody else was quicker: what a person typed beside what stands now, so that neither is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.reporting.entries import EDITABLE_STATES, Key
from planportal.reporting.forms import FigureForm
from planportal.reporting.titles import basis_name
from planportal.web.refusals import Conflict, Refusal, Stale
from targets.models import Cause, Figure
from targets.services import content_of


@dataclass(frozen=True)
class Difference:
    """A field whose typed text is not what stands now."""

    label: str
    typed: str
    standing: str


@dataclass(frozen=True)
class Clash:
    """The figure that stands in the way of a save, and where it differs from what was typed."""

    standing: Figure
    differences: Sequence[Difference]

    @property
    def is_editable(self) -> bool:
        """Whether saving again can still put what was typed in its place."""
        return self.standing.state in EDITABLE_STATES


def clash_of(refusal: Refusal, form: FigureForm, key: Key, user: User) -> Clash | None:
    """What a refused save met; None where the refusal is about the input alone, or this person may not see it."""
    standing = _standing(refusal, form, key, user)
    return None if standing is None else Clash(standing, _differences(form, standing))


def _standing(refusal: Refusal, form: FigureForm, key: Key, user: User) -> Figure | None:
    if isinstance(refusal, Stale):
        current: Figure = refusal.current
        return current
    if not isinstance(refusal, Conflict):
        return None
    same_key = Figure.objects.of_key(
        target=key.target, city=key.city, year=key.year, basis=form.cleaned_data.get("basis", "")
    )
    named = form.cleaned_data["figure"]
    seen = Figure.objects.visible_to(user).shown()
    return same_key.open().visible_to(user).shown().first() or seen.filter(pk=named).first()


def _differences(form: FigureForm, standing: Figure) -> list[Difference]:
    content = content_of(standing)
    pairs = [
        (str(form.fields[name].label), _in_words(name, typed), _in_words(name, getattr(content, name)))
        for name, typed in form.changes().items()
    ]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _in_words(name: str, given: Any) -> str:
    if isinstance(given, bool):
        return _("是") if given else _("否")
    if name == "basis" and given:
        return basis_name(given)
    if name == "cause" and given in Cause.values:
        return str(Cause(given).label)
    return given or _("（未填）")
