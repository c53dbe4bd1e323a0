"""Priority fields, what the plan ties to them, and their numbered research directions (annex 1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.plan.models import Plan, Printed
from planportal.plan.places import Place, annex_reference
from planportal.plan.text import normalise
from planportal.web.writing import translated


class PriorityFieldQuerySet(models.QuerySet["PriorityField"]):
    def with_span(self) -> "PriorityFieldQuerySet":
        """Adds `first`, `last` and `count` of each field's directions."""
        return self.annotate(
            first=models.Min("directions__number"),
            last=models.Max("directions__number"),
            count=models.Count("directions"),
        ).order_by("plan", "number")


class PriorityField(Printed):
    """A priority field 优先领域, as annex 1 names it and chapter 3 describes it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="fields")
    number = models.PositiveSmallIntegerField(_("序号"))
    code = models.SlugField(_("代码"), max_length=50)
    name = models.CharField(_("名称"), max_length=50)
    heading = models.CharField(_("正文标题"), max_length=100)
    section = models.CharField(_("规划章节"), max_length=100)
    clause = models.CharField(_("条款"), max_length=200, blank=True)

    objects = PriorityFieldQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="field_code_unique_in_plan"),
            models.UniqueConstraint(fields=["plan", "number"], name="field_number_unique_in_plan"),
        ]

    def __str__(self) -> str:
        return translated(self.name)

    @property
    def place(self) -> Place:
        return Place(self.part, self.section, self.clause, self.line)


class NationalProject(Printed):
    """A national project that the plan ties a field to (对接国家“…”)."""

    field = models.ForeignKey(PriorityField, on_delete=models.CASCADE, related_name="national_projects")
    position = models.PositiveSmallIntegerField(_("顺序"))
    name = models.CharField(_("名称"), max_length=200)
    clause = models.CharField(_("条款"), max_length=200, blank=True)

    class Meta:
        ordering = ["field", "position"]
        constraints = [models.UniqueConstraint(fields=["field", "name"], name="national_project_unique_in_field")]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        return Place(self.part, self.field.section, self.clause, self.line)


class Institution(models.Model):
    """An institution, or a laboratory, that the plan names; those that carry part of a field are numbered first."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="institutions")
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("名称"), max_length=200)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="institution_number_unique_in_plan"),
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionMention(Printed):
    """A clause of the plan's chapters that names an institution; a line may have several."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="mentions")
    section = models.CharField(_("规划章节"), max_length=100)
    clause = models.CharField(_("条款"), max_length=200)

    class Meta:
        ordering = ["institution", "line", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "line", "clause"], name="mention_clause_unique_in_line"),
        ]

    def __str__(self) -> str:
        return str(self.place)

    @property
    def place(self) -> Place:
        return Place(self.part, self.section, self.clause, self.line)


class CarryingInstitution(Printed):
    """What an institution carries: part of a field, in the plan's words (依托… / 发挥…优势).

    `clauses` has one clause for each of the words in `role`, in their order; all stand in one line.
    """

    field = models.ForeignKey(PriorityField, on_delete=models.CASCADE, related_name="carriers")
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="carries")
    position = models.PositiveSmallIntegerField(_("顺序"))
    role = models.CharField(_("原文用语"), max_length=20)
    clauses = models.JSONField(_("条款"), default=list, blank=True)

    class Meta:
        ordering = ["field", "position"]
        constraints = [models.UniqueConstraint(fields=["field", "institution"], name="carrier_unique_in_field")]

    def __str__(self) -> str:
        return self.institution.name

    @property
    def place(self) -> Place:
        """Where the first of its clauses stands."""
        return self.places[0]

    @property
    def places(self) -> list[Place]:
        """Where each of its clauses stands; one without words where the fixtures told none."""
        return [Place(self.part, self.field.section, clause, self.line) for clause in self.clauses or [""]]


class Direction(Printed):
    """A research direction, numbered through all fields; its name stands as printed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="directions")
    field = models.ForeignKey(PriorityField, on_delete=models.PROTECT, related_name="directions")
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("研发方向"), max_length=300)
    search_text = models.CharField(_("检索用文字"), max_length=300, editable=False)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="direction_number_unique_in_plan")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def place(self) -> Place:
        return Place(self.part, annex_reference(self.part, self.number), self.name, self.line)

    def clean(self) -> None:
        """The searched form follows the printed name."""
        self.search_text = normalise(self.name)


class RelatedDirection(models.Model):
    """A direction whose name has words in common with another's, as fields/relations.py found, closest first."""

    direction = models.ForeignKey(Direction, on_delete=models.CASCADE, related_name="relations")
    related = models.ForeignKey(Direction, on_delete=models.CASCADE, related_name="related_to")
    position = models.PositiveSmallIntegerField(_("顺序"))
    shared = models.TextField(_("共同的词"))

    class Meta:
        ordering = ["direction", "position"]
        constraints = [
            models.UniqueConstraint(fields=["direction", "position"], name="relation_position_unique_in_direction"),
            models.UniqueConstraint(fields=["direction", "related"], name="relation_unique_in_direction"),
            models.CheckConstraint(
                name="direction_is_not_related_to_itself",
                condition=~models.Q(direction=models.F("related")),
                violation_error_message=_("研发方向不能与自己相关。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction_id} → {self.related_id}"
