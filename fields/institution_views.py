"""Pages of the institutions that the plan names, and of the national projects that it ties fields to."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from fields.models import CarryingInstitution, Direction, Institution, NationalProject, PriorityField
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of
from planportal.plan.neighbours import neighbours


def institution_list(request: HttpRequest) -> HttpResponse:
    """The institutions in the plan's order: those that carry fields, with these, and those that it names elsewhere."""
    plan = plan_of(request)
    carries = CarryingInstitution.objects.select_related("field").order_by("field__number")
    institutions = (
        Institution.objects.filter(plan=plan)
        .prefetch_related(models.Prefetch("carries", queryset=carries), "mentions")
        .order_by("number")
    )
    context = {
        "carrying": [one for one in institutions if one.carries.all()],
        "others": [one for one in institutions if not one.carries.all()],
        "count": len(institutions),
        "fields": PriorityField.objects.filter(plan=plan, carriers__isnull=False).distinct().count(),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "fields/institution_list.html", context)


def institution_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One institution: the fields that it is to carry, where else the plan names it, and what these fields have."""
    plan = plan_of(request)
    rows = Institution.objects.filter(plan=plan)
    institution = get_object_or_404(rows, number=number)
    kin, is_part = _kin(institution)
    carries = list(institution.carries.select_related("field").order_by("field__number"))
    fields = list(
        PriorityField.objects.filter(carriers__institution=institution)
        .with_span()
        .prefetch_related("national_projects")
        .order_by("number")
    )
    alliances = _alliances_of(fields)
    mentions = list(institution.mentions.order_by("line", "pk"))
    carried = {(one.line, clause) for one in carries for clause in one.clauses}
    context = {
        "institution": institution,
        "carries": carries,
        "mentions": len(mentions),
        "elsewhere": [mention for mention in mentions if (mention.line, mention.clause) not in carried],
        "kin": kin,
        "is_part": is_part,
        "fields": [(field, alliances.get(field.pk, 0)) for field in fields],
        "neighbours": neighbours(plan, rows, number, "institution-detail"),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "fields/institution_detail.html", context)


def _kin(institution: Institution) -> tuple[list[Institution], bool]:
    """What it is a part of, by its name, and True; where it is a part of none, its own parts, and False."""
    rows = Institution.objects.filter(plan=institution.plan_id).exclude(pk=institution.pk)
    others = list(rows.prefetch_related("carries__field").order_by("number"))
    wholes = [other for other in others if other.name in institution.name]
    return wholes or [other for other in others if institution.name in other.name], bool(wholes)


def _alliances_of(fields: list[PriorityField]) -> dict[int, int]:
    """How many alliances touch directions of each field, by the field's primary key."""
    touched = Direction.objects.filter(field__in=fields).values_list("field")
    return dict(touched.annotate(count=models.Count("touched_by__alliance", distinct=True)).order_by("field"))


def project_list(request: HttpRequest) -> HttpResponse:
    """The national projects, field by field, each with the clause that names it."""
    plan = plan_of(request)
    return render(request, "fields/project_list.html", _projects(plan) | {"data_as_of": plan.loaded_at})


def _projects(plan: Plan) -> dict[str, object]:
    projects = NationalProject.objects.select_related("field").order_by("position")
    fields = (
        PriorityField.objects.filter(plan=plan, national_projects__isnull=False)
        .distinct()
        .prefetch_related(models.Prefetch("national_projects", queryset=projects), "carriers__institution")
        .order_by("number")
    )
    return {"fields": fields, "total": NationalProject.objects.filter(field__plan=plan).count()}
