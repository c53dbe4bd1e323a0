"""Loads a plan's fixtures: by natural keys, in one transaction; what is already so stays untouched."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone

from alliances.models import Alliance, AllianceDirection
from alliances.relations import store_touches
from fields.models import (
    CarryingInstitution,
    Direction,
    Institution,
    InstitutionMention,
    NationalProject,
    PriorityField,
    RelatedDirection,
)
from fields.relations import names_of_directions, store_relations
from planportal.accounts.models import City, Department
from planportal.plan.models import Goal, Heading, Plan
from planportal.search.indexing import index
from platforms.models import Platform
from targets import recompute
from targets.models import Target, TargetBuild

PLAN_FILES = ("plan", "outline", "targets", "institutions", "fields", "directions", "alliances", "platforms")
FACTS_FILE = "areas_and_departments"


# The number of the lock that a run holds to its end; nothing else of the portal takes one by number.
ONE_AT_A_TIME = 13_362


class BadFixture(Exception):
    """A fixture file that is missing or does not hold what it must; the text names it."""


@dataclass
class Tally:
    """What a run did, by model: how many rows it created, changed and removed."""

    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    def count(self, what: dict[str, int], model: type[models.Model], number: int = 1) -> None:
        if number:
            name = str(model._meta.label)
            what[name] = what.get(name, 0) + number

    @property
    def is_empty(self) -> bool:
        return not (self.created or self.changed or self.removed)


def seed(folder: Path) -> Tally:
    """Loads the fixtures of `folder`. Running it again changes nothing; a changed name is updated in place.

    Raises BadFixture, and then nothing is stored. Targets and goals are never removed: figures may hang on them.
    """
    files = {name: _read(folder / f"{name}.json") for name in (*PLAN_FILES, FACTS_FILE)}
    tally = Tally()
    try:
        with transaction.atomic():
            _Seeding(files, tally).run()
    except (KeyError, ValidationError) as error:
        raise BadFixture(f"{folder}: {type(error).__name__} {error}") from error
    return tally


def _read(path: Path) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFixture(f"{path}: {error}") from error
    return loaded


def _wait_for_others() -> None:
    """Until the transaction's end no other run begins, and finds then what this one wrote.

    SQLite lets one transaction write at a time, from its beginning on.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


class _Seeding:
    """One run over the files of a plan."""

    def __init__(self, files: dict[str, dict[str, Any]], tally: Tally) -> None:
        self.files = files
        self.tally = tally
        self.now = timezone.now()

    def run(self) -> None:
        _wait_for_others()
        self._facts()
        plan = self._plan()
        self._headings(plan)
        self._goals(plan)
        self._targets(plan)
        self._institutions(plan)
        self._fields(plan)
        self._numbered(plan, Direction, "directions", self._direction_values(plan))
        self._numbered(plan, Alliance, "alliances", lambda row: _named(row) | {"level": row["level"]})
        self._numbered(plan, Platform, "platforms", _named)
        self._relations(plan)
        if not self.tally.is_empty:
            Plan.objects.filter(pk=plan.pk).update(loaded_at=self.now)
        index(plan)

    def _facts(self) -> None:
        for row in self.files[FACTS_FILE]["departments"]:
            self._put(Department, {"code": row["code"]}, {"name": row["name"]})
        for row in self.files[FACTS_FILE]["cities"]:
            self._put(City, {"code": row["code"]}, {"name": row["name"]})

    def _plan(self) -> Plan:
        facts = self.files["plan"]["plan"]
        values = {
            "title": facts["title"],
            "start_year": facts["start_year"],
            "end_year": facts["end_year"],
            "issued_on": date.fromisoformat(facts["issued_on"]),
            "source_sha256": self.files["plan"]["source"]["sha256"],
        }
        plan: Plan = self._put(Plan, {"code": facts["code"]}, values, only_new={"loaded_at": self.now})
        return plan

    def _goals(self, plan: Plan) -> None:
        for row in self.files["plan"]["goals"]:
            values = {"title": row["title"], "section": row["section"]} | _printed(row)
            self._put(Goal, {"plan": plan, "number": row["number"]}, values)

    def _targets(self, plan: Plan) -> None:
        goals = {goal.number: goal for goal in plan.goals.all()}
        responsible, reporting = (self.files[FACTS_FILE][name] for name in ("responsible", "reporting"))
        departments = {department.code: department for department in Department.objects.all()}
        touched = []
        for number, row in enumerate(self.files["targets"]["targets"], start=1):
            department = departments[responsible.get(row["code"], responsible["default"])]
            values = _target_values(row) | {"number": number, "goal": goals[row["goal"]]}
            before = self._touched(Target)
            # Who reports it, and how, is configuration: set once, then the administrator's.
            configured = {"department": department, **reporting.get(row["code"], {})}
            target = self._put(Target, {"plan": plan, "code": row["code"]}, values, only_new=configured)
            TargetBuild.objects.get_or_create(pk=target.pk, defaults={"wanted_at": self.now})
            if self._touched(Target) != before:
                touched.append(target.pk)
        recompute.want(touched)

    def _touched(self, model: type[models.Model]) -> int:
        name = str(model._meta.label)
        return self.tally.created.get(name, 0) + self.tally.changed.get(name, 0)

    def _fields(self, plan: Plan) -> None:
        institutions = {one.name: one for one in plan.institutions.all()}
        for number, row in enumerate(self.files["fields"]["fields"], start=1):
            values = {
                "name": row["name"],
                "heading": row["heading"],
                "section": row["section"],
                "clause": row["clause"],
                "number": number,
            } | _printed(row)
            priority_field = self._put(PriorityField, {"plan": plan, "code": row["code"]}, values)
            projects = {row["name"]: row for row in row["national_projects"]}
            self._parts(priority_field, NationalProject, "name", projects)
            carriers = {institutions[row["name"]]: row for row in row["institutions"]}
            self._parts(priority_field, CarryingInstitution, "institution", carriers)

    def _parts(
        self, of: PriorityField, model: type[models.Model], key: str, rows: Mapping[Any, dict[str, Any]]
    ) -> None:
        for position, (what, row) in enumerate(rows.items(), start=1):
            values = {name: value for name, value in row.items() if name != "name"}
            values |= {"position": position, "part": of.part}
            self._put(model, {"field": of, key: what}, values)
        self._remove(model._default_manager.filter(field=of).exclude(**{f"{key}__in": list(rows)}))

    def _headings(self, plan: Plan) -> None:
        rows = self.files["outline"]["headings"]
        for row in rows:
            self._put(Heading, {"plan": plan, "line": row["line"]}, {k: v for k, v in row.items() if k != "line"})
        self._remove(plan.headings.exclude(line__in=[row["line"] for row in rows]))

    def _institutions(self, plan: Plan) -> None:
        rows = self.files["institutions"]["institutions"]
        self._remove(plan.institutions.exclude(number__in=[row["number"] for row in rows]))
        for row in rows:
            institution = self._put(Institution, {"plan": plan, "number": row["number"]}, {"name": row["name"]})
            self._mentions(institution, row["mentions"])

    def _mentions(self, institution: Institution, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            key = {"institution": institution, "line": row["line"], "clause": row["clause"]}
            self._put(InstitutionMention, key, {"part": row["part"], "section": row["section"]})
        kept = {(row["line"], row["clause"]) for row in rows}
        gone = [one.pk for one in institution.mentions.all() if (one.line, one.clause) not in kept]
        self._remove(institution.mentions.filter(pk__in=gone))

    def _remove(self, gone: models.QuerySet[Any]) -> None:
        self.tally.count(self.tally.removed, gone.model, gone.delete()[0])

    def _direction_values(self, plan: Plan) -> Any:
        fields = {f.code: f for f in PriorityField.objects.filter(plan=plan)}
        return lambda row: _named(row) | {"field": fields[row["field"]]}

    def _numbered(self, plan: Plan, model: type[models.Model], name: str, values: Any) -> None:
        rows = self.files[name][name]
        for row in rows:
            self._put(model, {"plan": plan, "number": row["number"]}, values(row))
        numbers = [row["number"] for row in rows]
        self._remove(model._default_manager.filter(plan=plan).exclude(number__in=numbers))

    def _relations(self, plan: Plan) -> None:
        # Worked out on every run: the words that names are compared by change with the portal, not with the fixtures.
        names = names_of_directions(plan)
        stored = {RelatedDirection: store_relations(plan, names), AllianceDirection: store_touches(plan, names)}
        for model, (made, removed) in stored.items():
            self.tally.count(self.tally.created, model, made)
            self.tally.count(self.tally.removed, model, removed)

    def _put(
        self,
        model: type[models.Model],
        key: dict[str, Any],
        values: dict[str, Any],
        *,
        only_new: dict[str, Any] | None = None,
    ) -> Any:
        found = model._default_manager.filter(**key).first()
        if found is None:
            found = model(**key, **values, **(only_new or {}))
            found.full_clean(exclude=_excluded(model))
            found.save(force_insert=True)
            self.tally.count(self.tally.created, model)
        elif changed := [name for name, value in values.items() if getattr(found, name) != value]:
            for name in changed:
                setattr(found, name, values[name])
            found.full_clean(exclude=_excluded(model))
            found.save()
            self.tally.count(self.tally.changed, model)
        return found


def _excluded(model: type[models.Model]) -> Iterable[str]:
    """Columns that a model's own clean() fills."""
    return {"search_text"} if any(f.name == "search_text" for f in model._meta.fields) else set()


def _printed(row: dict[str, Any]) -> dict[str, Any]:
    return {"part": row["part"], "line": row["line"]}


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {"name": row["name"]} | _printed(row)


def _target_values(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "unit": row["unit"],
        "decimals": row["decimals"],
        "kind": row["kind"],
        "submitted_as": row["submitted_as"] or "",
        "target_value": Decimal(row["target_value"]),
        "baseline_value": _decimal(row["baseline_value"]),
        "previous_value": _decimal(row["previous_value"]),
        "additive": row["additive"],
        "bases": row["bases"],
        "section": row["section"],
        "clause": row["clause"],
        "context": row["context"],
        "definition": row["definition_note"],
    } | _printed(row)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
