"""Signing in leads to one's work; changing one's password ends what the old one had opened."""

from typing import Any

from django.contrib.auth import views
from django.http import HttpResponse
from django.shortcuts import resolve_url
from knox.models import AuthToken

from planportal.accounts.forms import NewPasswordForm, SignInForm
from planportal.accounts.models import Role, User
from planportal.web.kept import forget_others_typing, has_kept

FIRST_PAGES = {
    Role.STAFF: "workspace",
    Role.REVIEWER: "review",
    Role.OFFICIAL: "dashboard",
    Role.ADMIN: "manage",
}


class SignInView(views.LoginView):
    """The sign-in page; who is signed in already is led on."""

    template_name = "accounts/login.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # Django's own "site" would hide the portal's owner and contact.
        context.pop("site", None)
        context["typing_is_kept"] = has_kept(self.request, self.get_redirect_url())
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        forget_others_typing(self.request)
        return response

    def get_default_redirect_url(self) -> str:
        """Where a person's work is; the home page for those who only read."""
        user = self.request.user
        name = FIRST_PAGES.get(Role(user.role), "home") if isinstance(user, User) else "home"
        return resolve_url(name)


class PasswordView(views.PasswordChangeView):
    """A new password; the account's API tokens and its other sessions end with the old one."""

    template_name = "accounts/password_change.html"
    form_class = NewPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        AuthToken.objects.filter(user=self.request.user).delete()
        return super().form_valid(form)
