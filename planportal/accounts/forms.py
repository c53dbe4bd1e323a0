"""The forms of signing in and of changing one's password, in words of our own."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _


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
