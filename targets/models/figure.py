"""A figure is one submission; its versions and events are appended and never changed."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import City, Role, User
from targets.models.target import FIGURE_DECIMALS, FIGURE_DIGITS, Target, in_range


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已审核")
    WITHDRAWN = "withdrawn", _("已撤销")


# Five years before the base year lies the value that the previous plan ended on (the method's previous_annual_change).
YEARS_OF_PREVIOUS_PLAN = 5
OPEN_STATES = (State.DRAFT, State.SUBMITTED, State.RETURNED)


class Standing(models.TextChoices):
    REPORTED = "reported", _("部门填报")
    PUBLISHED = "published", _("公开发布")
    DERIVED = "derived", _("推算")
    PROXY = "proxy", _("参考数据")


class Origin(models.TextChoices):
    ENTERED = "entered", _("在本站填报")
    LOADED = "loaded", _("随来源载入")


class Cause(models.TextChoices):
    CENSUS_REVISION = "census_revision", _("普查修订")
    DEFINITION = "definition", _("口径变化")
    LATE_DATA = "late_data", _("数据迟报")
    ERROR = "error", _("更正差错")


class FigureQuerySet(models.QuerySet["Figure"]):
    def approved(self) -> "FigureQuerySet":
        """What the public may see, superseded figures included."""
        return self.filter(state=State.APPROVED)

    def open(self) -> "FigureQuerySet":
        """Figures on their way: at most one for a target, area, year and basis."""
        return self.filter(state__in=OPEN_STATES)

    def assessable(self) -> "FigureQuerySet":
        """Figures of the plan's own definition; a proxy is context and assesses nothing."""
        return self.exclude(standing=Standing.PROXY)

    def provincial(self) -> "FigureQuerySet":
        return self.filter(city__isnull=True)

    def of_previous_plan(self) -> "FigureQuerySet":
        """Approved figures of the province for the year that the previous plan ended on, on the plan's own basis."""
        year = models.F("target__plan__start_year") - 1 - YEARS_OF_PREVIOUS_PLAN
        return self.approved().provincial().assessable().filter(year=year, basis="")

    def visible_to(self, user: User | None) -> "FigureQuerySet":
        """What a person may know of; None is the public.

        Unapproved figures: the target's department's staff and auditors see every state; reviewers see what was
        ever submitted, and their own; nobody else sees any.
        """
        return self.filter(Q(state=State.APPROVED) | entrusted(user))

    def entrusted_to(self, user: User | None) -> "FigureQuerySet":
        """Figures that a person may see unapproved: whose workings, such as evidence, they see in every state."""
        return self.filter(entrusted(user))

    def known_to(self, user: User | None) -> "FigureQuerySet":
        """What a person may know to be on its way: what is visible, and to those signed in what was submitted.

        The `reported` view shows everybody signed in the number of a submitted figure, so that it is there is no
        secret either; what else it says stays with `visible_to`.
        """
        visible = self.visible_to(user)
        return visible if user is None else visible | self.filter(state=State.SUBMITTED)

    def in_force(self) -> "FigureQuerySet":
        """Of each target, area, year and basis the approved figure that holds, as `in_force` picks it; proxies never.

        One that took another back (value null) is in force too.
        """
        later = same_key_as_outer(Figure.objects.approved().assessable()).filter(
            Q(known_from__gt=models.OuterRef("known_from"))
            | Q(known_from=models.OuterRef("known_from"), sequence__gt=models.OuterRef("sequence"))
        )
        return self.approved().assessable().filter(~models.Exists(later))

    def of_key(self, *, target: Target, city: City | None, year: int, basis: str) -> "FigureQuerySet":
        """All figures for one target, area, year and basis."""
        return self.filter(target=target, city=city, year=year, basis=basis)

    def shown(self) -> "FigureQuerySet":
        """With what every row shows."""
        return self.select_related("target", "target__plan", "target__department", "city", "created_by")


def entrusted(user: User | None) -> Q:
    """The condition on figures that a person may see whatever their state; see FigureQuerySet.visible_to."""
    if user is None or user.role in {Role.OFFICIAL, Role.ADMIN}:
        return Q(pk__in=[])
    if user.role == Role.AUDITOR:
        return ~Q(pk__in=[])
    if user.role == Role.REVIEWER:
        return Q(submitted_at__isnull=False) | Q(created_by=user)
    return Q(target__department_id=user.department_id)


def of_outer_area(figures: FigureQuerySet) -> FigureQuerySet:
    """In a subquery: the figures of the outer row's area; its `city` null is the province."""
    no_city = models.Value(0, output_field=models.BigIntegerField())
    here, there = Coalesce("city", no_city), Coalesce(models.OuterRef("city"), no_city)
    return figures.alias(area_pk=here).filter(area_pk=there)


def same_key_as_outer(figures: FigureQuerySet) -> FigureQuerySet:
    """In a subquery: the figures of the outer figure's target, area, year and basis."""
    outer = {name: models.OuterRef(name) for name in ("target", "year", "basis")}
    return of_outer_area(figures).filter(**outer)


def with_previous_figures(targets: models.QuerySet[Target]) -> models.QuerySet[Target]:
    """The targets with what targets.submissions.previous_value reads, in one query for all of them."""
    return targets.prefetch_related(_previous_figures())


def bring_previous_figures(target: Target) -> None:
    """The same for a target at hand; nothing is asked where the plan prints the value or the kind counts from zero."""
    if target.previous_value is None and not target.is_from_zero:
        models.prefetch_related_objects([target], _previous_figures())


def _previous_figures() -> "models.Prefetch[str]":
    return models.Prefetch("figures", Figure.objects.of_previous_plan(), to_attr="previous_figures")


def in_force(figures: Iterable["Figure"]) -> "Figure | None":
    """Of the approved figures of one key, the one that holds: latest known, of the same day the later approved."""
    approved = [f for f in figures if f.state == State.APPROVED and f.standing != Standing.PROXY]
    return max(approved, key=lambda f: (f.known_from, f.sequence), default=None)


class Figure(models.Model):
    """A yearly figure of a target, for the province (city null) or a city; its latest version."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="figures")
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.PROTECT, related_name="figures")
    year = models.PositiveSmallIntegerField(_("年份"))
    basis = models.CharField(_("口径"), max_length=20, blank=True)
    value = models.DecimalField(
        _("数值"), max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS, null=True, blank=True
    )
    standing = models.CharField(_("性质"), max_length=10, choices=Standing.choices, default=Standing.REPORTED)
    origin = models.CharField(_("来路"), max_length=10, choices=Origin.choices, default=Origin.ENTERED)
    provisional = models.BooleanField(_("初步数"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(_("版本"), default=1)
    source = models.CharField(_("来源"), max_length=500, blank=True)
    source_publisher = models.CharField(_("发布者"), max_length=200, blank=True)
    source_address = models.CharField(_("网址"), max_length=300, blank=True)
    source_published = models.CharField(_("来源发布时间"), max_length=10, blank=True)
    note = models.CharField(_("备注"), max_length=1000, blank=True)
    reason = models.CharField(_("理由"), max_length=1000, blank=True)
    cause = models.CharField(_("更正原因"), max_length=20, choices=Cause.choices, blank=True)
    warnings = models.JSONField(_("提示"), default=list, blank=True)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Where two levels of review are asked for: who passed it at the first one. It stays submitted until the second.
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("创建时间"))
    submitted_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    known_from = models.DateField(_("知晓日期"), null=True, blank=True)
    sequence = models.PositiveIntegerField(_("序次"), null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["target", "year", "id"]
        indexes = [models.Index(fields=["state", "target"], name="figure_state_target")]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "year", "basis"],
                condition=Q(state__in=OPEN_STATES, city__isnull=True),
                name="figure_one_open_province",
            ),
            models.UniqueConstraint(
                fields=["target", "city", "year", "basis"],
                condition=Q(state__in=OPEN_STATES, city__isnull=False),
                name="figure_one_open_city",
            ),
            models.UniqueConstraint(fields=["target", "sequence"], name="figure_sequence_unique_in_target"),
            models.CheckConstraint(name="figure_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="figure_standing_is_known", condition=Q(standing__in=Standing.values)),
            models.CheckConstraint(name="figure_cause_is_known", condition=Q(cause__in=["", *Cause.values])),
            models.CheckConstraint(name="figure_value_in_range", condition=Q(value__isnull=True) | in_range("value")),
            # A missing value says why: also what stops SQLite, which stores a bound NaN as NULL.
            models.CheckConstraint(name="figure_null_has_reason", condition=Q(value__isnull=False) | ~Q(reason="")),
            models.CheckConstraint(name="figure_year_is_a_year", condition=Q(year__gte=1949, year__lte=2100)),
            models.CheckConstraint(
                name="figure_approved_is_dated",
                condition=Q(state=State.APPROVED, known_from__isnull=False, sequence__isnull=False)
                | (~Q(state=State.APPROVED) & Q(known_from__isnull=True, sequence__isnull=True)),
            ),
            models.CheckConstraint(
                name="figure_submitted_is_dated",
                condition=~Q(state__in=[State.SUBMITTED, State.APPROVED]) | Q(submitted_at__isnull=False),
            ),
            # What was entered here is in force by somebody's decision; a publication brings its own.
            models.CheckConstraint(
                name="figure_approved_by_somebody",
                condition=~Q(state=State.APPROVED) | Q(origin=Origin.LOADED) | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="figure_four_eyes",
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=models.F("created_by")) & ~Q(approved_by=models.F("submitted_by"))),
            ),
            models.CheckConstraint(
                name="figure_endorsed_by_others",
                condition=Q(endorsed_by__isnull=True)
                | (
                    ~Q(endorsed_by=models.F("created_by"))
                    & ~Q(endorsed_by=models.F("submitted_by"))
                    & Q(state__in=[State.SUBMITTED, State.APPROVED])
                ),
            ),
            models.CheckConstraint(
                name="figure_two_levels_two_people",
                condition=Q(endorsed_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(endorsed_by=models.F("approved_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target.code} {self.year} #{self.pk}"

    @property
    def area(self) -> str | None:
        """The city's code; None for the province."""
        return self.city.code if self.city else None

    @property
    def awaits_endorsement(self) -> bool:
        """Whether its next approval is the first of two: its target asks for two levels, and nobody passed it yet."""
        return self.target.second_review and self.endorsed_by_id is None

    @property
    def citation(self) -> str:
        """The source as one text: title, publisher, address."""
        rest = gettext("，").join(part for part in (self.source_publisher, self.source_address) if part)
        return gettext("%(source)s（%(rest)s）") % {"source": self.source, "rest": rest} if rest else self.source


class FigureVersion(models.Model):
    """What a figure said at one version: written once with the step that made it, never changed."""

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    basis = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS, null=True, blank=True)
    provisional = models.BooleanField()
    source = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    warnings = models.JSONField(default=list)
    # What proved it then: of each file its name and SHA-256, of each link its address.
    evidence = models.JSONField(default=list)
    # As the figure's: what an approval made of it, and what it was to replace.
    known_from = models.DateField(null=True, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    supersedes = models.ForeignKey(Figure, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["figure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["figure", "number"], name="figure_version_unique"),
            models.CheckConstraint(
                name="figure_version_value_in_range", condition=Q(value__isnull=True) | in_range("value")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id} v{self.number}"


class FigureEvent(models.Model):
    """One step of a figure, or one refusal of a step: who, when, from, to, why; never changed."""

    class Action(models.TextChoices):
        DRAFTED = "drafted", _("起草")
        EDITED = "edited", _("修改")
        SUBMITTED = "submitted", _("报送")
        RETURNED = "returned", _("退回")
        ENDORSED = "endorsed", _("初审通过")
        APPROVED = "approved", _("通过")
        WITHDRAWN = "withdrawn", _("撤销")
        LOADED = "loaded", _("载入")
        REFUSED = "refused", _("拒绝")

    figure = models.ForeignKey(Figure, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=10, choices=Action.choices)
    attempted = models.CharField(max_length=10, choices=Action.choices, blank=True)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    why = models.CharField(max_length=1000, blank=True)
    code = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="figure_event_refusal_has_code",
                condition=(Q(action="refused") & ~Q(code="") & ~Q(attempted="")) | (~Q(action="refused") & Q(code="")),
            ),
            models.UniqueConstraint(
                fields=["figure", "version"],
                condition=~Q(action="refused"),
                name="figure_event_one_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id} {self.action}"
