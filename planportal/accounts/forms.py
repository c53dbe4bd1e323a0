"""The forms of signing in, of changing one's password and of administering accounts, in words of our own."""

from typing import Any, Self

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from planportal.accounts.models import City, Department, Role, User
from planportal.web.page_forms import PageForm


class SignInForm(AuthenticationForm):
    """A user name and a password; a wrong pair never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": _("用户名或密码不正确。请注意大小写。"),
        "inactive": _("这个账号已停用。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = _("请填写用户名。")
        self.fields["password"].error_messages["required"] = _("请填写密码。")


class NewPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages = {
        "password_mismatch": _("两次填写的新密码不一致。"),
        "password_incorrect": _("当前密码不正确。"),
    }
    labels = {
        "old_password": _("当前密码"),
        "new_password1": _("新密码"),
        "new_password2": _("再填一遍新密码"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = _("请填写这一项。")
            self.fields[name].help_text = ""
        self.fields["new_password1"].help_text = _("至少 8 个字符；不能只有数字，不能是常见密码，也不要与用户名相近。")

    def save(self, commit: bool = True) -> User:  # noqa: FBT001 (Django's signature)
        """Writes the password alone: what an administrator has changed meanwhile about the account stays."""
        person: User = self.user
        person.set_password(self.cleaned_data["new_password1"])
        if commit:
            person.save(update_fields=["password"])
        return person


class RoleDependentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # it takes none at run time
    """A choice that some roles need and others may not have, which the service judges: never called optional."""

    def validate(self, value: Any) -> None:
        """Nothing: see above."""


class OwnAccountForm(PageForm):
    """What administrators may change about themselves: who they are, not what they may do."""

    name = forms.CharField(label=_("姓名"), max_length=150, help_text=_("填报和审核的记录都署这个名字。"))
    email = forms.EmailField(
        label=_("邮箱"), required=False, max_length=254, help_text=_("待办和催报的通知发到这里；不填则只在站内通知。")
    )

    @classmethod
    def filled(cls, person: User) -> Self:
        """The form with what the account says now."""
        return cls(
            initial={
                "name": person.get_full_name(),
                "email": person.email,
                "role": person.role,
                "department": person.department.code if person.department else None,
                "city": person.city.code if person.city else None,
            }
        )


class AccountForm(OwnAccountForm):
    """Who somebody is, and for whom they work; which of department and city a role needs is the service's to say."""

    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *Role.choices])
    department = RoleDependentChoice(
        label=pgettext_lazy("organisation", "单位"),
        queryset=Department.objects.all(),
        to_field_name="code",
        empty_label=_("（无）"),
        help_text=_("填报人必选；审核人选了单位，也可以为这个单位填报；其他角色留空。"),
    )
    city = RoleDependentChoice(
        label=_("市（地）"),
        queryset=City.objects.all(),
        to_field_name="code",
        empty_label=_("（无）"),
        help_text=_("市（地）官员必选；其他角色留空。"),
    )


class NewAccountForm(AccountForm):
    """An account that does not exist yet."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        help_text=_("登录时填写，建好后不能改；可用字母、汉字、数字和 @ . + - _，不分大小写地不能与别人相同。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    field_order = ["username", "name", "email", "role", "department", "city"]
