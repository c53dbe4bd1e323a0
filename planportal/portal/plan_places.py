"""Everything of a plan that has a place in its text, with the page of each: one reader for reading and reconciling."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from fields.models import (
    CarryingInstitution,
    Direction,
    Institution,
    InstitutionMention,
    NationalProject,
    PriorityField,
)
from planportal.plan import definitions
from planportal.plan.models import Goal, Plan, Printed
from planportal.plan.mount import plan_reverse
from planportal.plan.places import Place
from planportal.portal.plan_text import Words, bare_clause
from planportal.web.writing import translated
from platforms.models import Platform
from targets.models import Target

Row = TypeVar("Row", bound=Printed)


class Kind(TextChoices):
    GOAL = "goal", _("目标群")
    TARGET = "target", _("目标指标")
    FIELD = "field", _("优先领域")
    PROJECT = "project", _("对接的国家项目")
    MENTION = "mention", _("点名单位")
    CARRIER = "carrier", _("领域与点名单位")
    DIRECTION = "direction", _("研发方向")
    PLATFORM = "platform", _("平台")
    ALLIANCE = "alliance", _("联盟")


@dataclass(frozen=True)
class Item:
    """Something of the plan at its place: its number from 1 among its like, its name, its page.

    `forms` are the printed words that stand at the place; `within` names the field that it belongs to, where its
    numbers begin anew in each field or its table is grouped by them, and `within_address` is that field's page.
    `further` are the places of its other clauses, where it has several.
    """

    kind: Kind
    number: int
    name: str
    address: str
    place: Place
    forms: tuple[str, ...]
    within: str = ""
    within_address: str = ""
    further: tuple[Place, ...] = ()

    @property
    def words(self) -> Words:
        return Words(str(self.kind.label), self.name, self.address, self.forms)


def items_of(plan: Plan, *kinds: Kind, part: str = "") -> list[Item]:
    """The items of a plan in its order, of some kinds or of all, in one part or in all; one query a kind."""
    return [item for kind in kinds or tuple(Kind) for item in _READERS[kind](plan, part)]


def _in_part(rows: QuerySet[Row], part: str) -> QuerySet[Row]:
    return rows.filter(part=part) if part else rows


def _goals(plan: Plan, part: str) -> Iterator[Item]:
    targets = plan_reverse(plan, "target-list")
    for goal in _in_part(Goal.objects.filter(plan=plan).order_by("number"), part):
        address = f"{targets}#goal-{goal.number}"
        yield Item(Kind.GOAL, goal.number, translated(goal.title), address, goal.place, (goal.title,))


def _targets(plan: Plan, part: str) -> Iterator[Item]:
    for target in _in_part(Target.objects.filter(plan=plan).order_by("number"), part):
        address = plan_reverse(plan, "target-detail", target.code)
        place = target.place
        yield Item(Kind.TARGET, target.number, translated(target.name), address, place, _printed(place))


def _fields(plan: Plan, part: str) -> Iterator[Item]:
    for field in _in_part(PriorityField.objects.filter(plan=plan).order_by("number"), part):
        place = field.place
        forms = (*_printed(place), field.heading)
        yield Item(Kind.FIELD, field.number, str(field), _field_page(plan, field), place, forms)


def _projects(plan: Plan, part: str) -> Iterator[Item]:
    rows = NationalProject.objects.filter(field__plan=plan).select_related("field")
    for project in _in_part(rows.order_by("field__number", "position"), part):
        place, field = project.place, project.field
        within, page = str(field), _field_page(plan, field)
        address = f"{plan_reverse(plan, 'project-list')}#{field.code}-{project.position}"
        yield Item(Kind.PROJECT, project.position, project.name, address, place, _printed(place), within, page)


def _carriers(plan: Plan, part: str) -> Iterator[Item]:
    rows = CarryingInstitution.objects.filter(field__plan=plan).select_related("field", "institution")
    for carrier in _in_part(rows.order_by("field__number", "position"), part):
        name, address = carrier.institution.name, _institution_page(plan, carrier.institution)
        forms, within, page = _names_of(name), str(carrier.field), _field_page(plan, carrier.field)
        place, *further = carrier.places
        yield Item(Kind.CARRIER, carrier.position, name, address, place, forms, within, page, tuple(further))


def _mentions(plan: Plan, part: str) -> Iterator[Item]:
    rows = InstitutionMention.objects.filter(institution__plan=plan).select_related("institution")
    for mention in _in_part(rows.order_by("institution__number", "line", "pk"), part):
        number, name = mention.institution.number, mention.institution.name
        address = _institution_page(plan, mention.institution)
        yield Item(Kind.MENTION, number, name, address, mention.place, _names_of(name))


def _directions(plan: Plan, part: str) -> Iterator[Item]:
    rows = _in_part(Direction.objects.filter(plan=plan).select_related("field").order_by("number"), part)
    fields = {row.field_id: row.field for row in rows}
    within = {key: (str(field), _field_page(plan, field)) for key, field in fields.items()}
    for direction in rows:
        number, name, (field, page) = direction.number, direction.name, within[direction.field_id]
        address = plan_reverse(plan, "direction-detail", number)
        yield Item(Kind.DIRECTION, number, name, address, direction.place, (name,), field, page)


def _platforms(plan: Plan, part: str) -> Iterator[Item]:
    for platform in _in_part(Platform.objects.filter(plan=plan).order_by("number"), part):
        name, page = platform.name, plan_reverse(plan, "platform-detail", platform.number)
        yield Item(Kind.PLATFORM, platform.number, name, page, platform.place, (name,))


def _alliances(plan: Plan, part: str) -> Iterator[Item]:
    for alliance in _in_part(Alliance.objects.filter(plan=plan).order_by("number"), part):
        name, page = alliance.name, plan_reverse(plan, "alliance-detail", alliance.number)
        yield Item(Kind.ALLIANCE, alliance.number, name, page, alliance.place, (name,))


def _printed(place: Place) -> tuple[str, ...]:
    return (bare_clause(place.clause),)


def _names_of(institution: str) -> tuple[str, ...]:
    """An institution's name, and how else the plan prints it."""
    return (institution, *definitions.ALSO_PRINTED_AS.get(institution, ()))


def _institution_page(plan: Plan, institution: Institution) -> str:
    return plan_reverse(plan, "institution-detail", institution.number)


def _field_page(plan: Plan, field: PriorityField) -> str:
    return plan_reverse(plan, "field-detail", field.code)


_READERS: dict[Kind, Callable[[Plan, str], Iterator[Item]]] = {
    Kind.GOAL: _goals,
    Kind.TARGET: _targets,
    Kind.FIELD: _fields,
    Kind.PROJECT: _projects,
    Kind.CARRIER: _carriers,
    Kind.MENTION: _mentions,
    Kind.DIRECTION: _directions,
    Kind.PLATFORM: _platforms,
    Kind.ALLIANCE: _alliances,
}
