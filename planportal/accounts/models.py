"""Who works here and for whom: departments, cities (prefectures) and people with one role each."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Department(models.Model):
    """A provincial department; it reports the figures of the targets it is responsible for."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=100, unique=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class City(models.Model):
    """A prefecture (市、地区) with its GB/T 2260 code."""

    code = models.CharField(_("行政区划代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=50, unique=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "cities"
        constraints = [
            models.CheckConstraint(
                name="city_code_is_six_digits",
                condition=models.Q(code__regex=r"^[0-9]{6}$"),
                violation_error_message=_("行政区划代码为六位数字。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    STAFF = "staff", _("填报人")
    REVIEWER = "reviewer", _("审核人")
    OFFICIAL = "official", _("市（地）官员")
    AUDITOR = "auditor", _("审计员")
    ADMIN = "admin", _("管理员")


class AccountManager(UserManager["User"]):
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> "User":
        """A plan administrator; being a superuser opens nothing that the role does not."""
        return super().create_superuser(username, email, password, **{"role": Role.ADMIN, **extra})


class User(AbstractUser):
    """A person with one role; staff belong to a department, a city official to a city."""

    role = models.CharField(_("角色"), max_length=10, choices=Role.choices)
    department = models.ForeignKey(
        Department,
        verbose_name=pgettext_lazy("organisation", "单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    city = models.ForeignKey(
        City,
        verbose_name=_("市（地）"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="officials",
    )

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="user_role_is_known",
                condition=models.Q(role__in=Role.values),
                violation_error_message=_("没有这个角色。"),
            ),
            models.CheckConstraint(
                name="user_staff_has_department",
                condition=~models.Q(role=Role.STAFF) | models.Q(department__isnull=False),
                violation_error_message=_("填报人必须属于一个单位。"),
            ),
            models.CheckConstraint(
                name="user_official_has_city",
                condition=~models.Q(role=Role.OFFICIAL) | models.Q(city__isnull=False),
                violation_error_message=_("市（地）官员必须属于一个市（地）。"),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def may_enter(self) -> bool:
        """Whether this person enters figures for a department."""
        return self.role in {Role.STAFF, Role.REVIEWER} and self.department_id is not None

    @property
    def sees_all_tasks(self) -> bool:
        """Auditors read, and administrators run, the rounds of every department."""
        return self.role in {Role.AUDITOR, Role.ADMIN}

    @property
    def may_administer(self) -> bool:
        """Rounds, deadlines, responsible departments, accounts; never a figure."""
        return self.role == Role.ADMIN

    @property
    def may_review(self) -> bool:
        return self.role == Role.REVIEWER

    @property
    def sees_review(self) -> bool:
        """Reviewers work on the review page; auditors read it."""
        return self.role in {Role.REVIEWER, Role.AUDITOR}

    @property
    def is_read_only(self) -> bool:
        """Whether every write of figures is refused whatever the target."""
        return self.role not in {Role.STAFF, Role.REVIEWER}


class AccountEvent(models.Model):
    """What an administrator changed about an account, when and why; written once. Never holds a password."""

    class Action(models.TextChoices):
        CREATED = "created", _("新建")
        CHANGED = "changed", _("修改")
        PASSWORD_RESET = "password_reset", _("重设密码")
        DEACTIVATED = "deactivated", _("停用")
        REACTIVATED = "reactivated", _("恢复")
        REFUSED = "refused", _("拒绝")

    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=20, choices=Action.choices)
    attempted = models.CharField(max_length=20, choices=Action.choices, blank=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    detail = models.CharField(max_length=1000, blank=True)
    code = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="account_event_refusal_has_code",
                condition=(models.Q(action="refused") & ~models.Q(code="") & ~models.Q(attempted=""))
                | (~models.Q(action="refused") & models.Q(code="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.action}"
