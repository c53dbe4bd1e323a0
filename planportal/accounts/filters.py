"""The filters of the list of accounts."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from planportal.accounts.models import Department, Role, User


class AccountFilter(django_filters.FilterSet):
    """`q`: text in user name, name or e-mail; `role`; `department`: a code; `active`: yes or no."""

    q = django_filters.CharFilter(method="find", label=_("文字"), max_length=100)
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("角色"), empty_label=_("全部角色"))
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(),
        to_field_name="code",
        label=pgettext_lazy("organisation", "单位"),
        empty_label=_("全部单位"),
    )
    active = django_filters.ChoiceFilter(
        choices=[("yes", _("在用")), ("no", _("已停用"))], method="in_use", label=_("状态"), empty_label=_("全部状态")
    )

    class Meta:
        model = User
        fields = ("q", "role", "department", "active")

    def find(self, people: QuerySet[User], name: str, text: str) -> QuerySet[User]:
        """Every word must occur in the user name, the name or the e-mail address."""
        for word in text.split():
            people = people.filter(
                Q(username__icontains=word)
                | Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(email__icontains=word)
            )
        return people

    def in_use(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return people.filter(is_active=value == "yes")
