"""A quantified target of the plan, as printed, and who reports its figures."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import Department
from planportal.plan.models import Goal, Plan, Printed
from planportal.plan.places import Place
from planportal.web.writing import translated

# A figure has at most 15 digits: 11 before the point and 4 after it.
FIGURE_DIGITS = 15
FIGURE_DECIMALS = 4
LARGEST_FIGURE = Decimal("99999999999.9999")


class Kind(models.TextChoices):
    LEVEL = "level", _("期末水平型")
    ANNUAL_FLOW = "annual_flow", _("年度流量型")
    CUMULATIVE = "cumulative", _("累计型")
    COUNT = "count", _("建成计数型")


class SubmittedAs(models.TextChoices):
    INCREMENT = "increment", _("当年新增")
    RUNNING_TOTAL = "running_total", _("累计数")


FROM_ZERO_KINDS = (Kind.CUMULATIVE, Kind.COUNT)


def in_range(field: str) -> models.Q:
    """A condition that refuses NaN (greater than all on PostgreSQL) and what 15 digits cannot hold."""
    return models.Q(**{f"{field}__gte": -LARGEST_FIGURE, f"{field}__lte": LARGEST_FIGURE})


class TargetQuerySet(models.QuerySet["Target"]):
    def listed(self) -> "TargetQuerySet":
        """In the plan's order, with what every row shows: amendments too, for the value in a view."""
        return self.select_related("goal", "department", "plan").prefetch_related("amendments").order_by("number")


class Target(Printed):
    """One target: what is measured, how it counts, what the plan prints, and the responsible department."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="targets")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="targets")
    department = models.ForeignKey(
        Department, verbose_name=_("责任单位"), on_delete=models.PROTECT, related_name="targets"
    )
    number = models.PositiveSmallIntegerField(_("序号"))
    code = models.SlugField(_("代码"), max_length=50)
    name = models.CharField(_("指标"), max_length=100)
    unit = models.CharField(_("单位"), max_length=20)
    decimals = models.PositiveSmallIntegerField(_("小数位"), validators=[MaxValueValidator(FIGURE_DECIMALS)])
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    submitted_as = models.CharField(_("报送方式"), max_length=13, choices=SubmittedAs.choices, blank=True)
    target_value = models.DecimalField(_("目标值"), max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS)
    baseline_value = models.DecimalField(
        _("规划所载基期值"), max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS, null=True, blank=True
    )
    previous_value = models.DecimalField(
        _("规划所载上期值"), max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS, null=True, blank=True
    )
    additive = models.BooleanField(_("各市（地）可加总"))
    bases = models.JSONField(_("统计口径"), default=list, blank=True)
    section = models.CharField(_("规划章节"), max_length=100)
    clause = models.CharField(_("条款"), max_length=200)
    context = models.CharField(_("背景"), max_length=300, blank=True)
    definition = models.CharField(_("口径说明"), max_length=500, blank=True)
    # How its figures are reported: the administrator's, like the department, and no fact of the plan.
    release_month = models.PositiveSmallIntegerField(
        _("来源发布月份"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("来源约在次年几月发布；在此之前不催报。"),
    )
    source_hint = models.CharField(_("应采用的来源"), max_length=300, blank=True)
    asks_cities = models.BooleanField(_("分市（地）报送"), default=False)
    second_review = models.BooleanField(_("需要两级审核"), default=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="target_code_unique_in_plan"),
            models.UniqueConstraint(fields=["plan", "number"], name="target_number_unique_in_plan"),
            models.CheckConstraint(
                name="target_kind_is_known",
                condition=models.Q(kind__in=Kind.values),
                violation_error_message=_("没有这个指标类型。"),
            ),
            models.CheckConstraint(
                name="target_submitted_as_follows_kind",
                condition=models.Q(kind__in=FROM_ZERO_KINDS, submitted_as__in=SubmittedAs.values)
                | (~models.Q(kind__in=FROM_ZERO_KINDS) & models.Q(submitted_as="")),
                violation_error_message=_("只有从零计的指标才有报送方式。"),
            ),
            models.CheckConstraint(
                name="target_from_zero_has_no_baseline",
                condition=~models.Q(kind__in=FROM_ZERO_KINDS)
                | models.Q(baseline_value__isnull=True, previous_value__isnull=True, target_value__gt=0),
                violation_error_message=_("从零计的指标没有基期值，目标值大于 0。"),
            ),
            models.CheckConstraint(
                name="target_asks_cities_of_sums_only",
                condition=models.Q(asks_cities=False) | models.Q(additive=True),
                violation_error_message=_("比率类指标的市（地）数不能加总，不分市（地）报送。"),
            ),
            models.CheckConstraint(
                name="target_release_month_is_a_month",
                condition=models.Q(release_month__isnull=True) | models.Q(release_month__gte=1, release_month__lte=12),
                violation_error_message=_("发布月份为 1 至 12。"),
            ),
            models.CheckConstraint(
                name="target_value_in_range",
                condition=in_range("target_value"),
                violation_error_message=_("目标值超出范围。"),
            ),
        ]

    def __str__(self) -> str:
        return translated(self.name)

    @property
    def baseline_year(self) -> int | None:
        """The year of the printed baseline; None where the plan prints none."""
        return None if self.baseline_value is None else self.plan.base_year

    @property
    def is_from_zero(self) -> bool:
        return self.kind in FROM_ZERO_KINDS

    @property
    def place(self) -> Place:
        """Where the plan says so: chapter and section, and the clause of a few words."""
        return Place(self.part, self.section, self.clause, self.line)

    def prints_value_of(self, year: int) -> bool:
        """Whether the plan itself gives a year's value: of the base year, where it counts from 0 or is printed."""
        return year == self.plan.base_year and (self.is_from_zero or self.baseline_value is not None)
