"""Signing in and out, and changing one's password."""

from django.contrib.auth.views import LogoutView, PasswordChangeDoneView
from django.urls import path

from planportal.accounts.views import PasswordView, SignInView

urlpatterns = [
    path("login/", SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", PasswordView.as_view(), name="password_change"),
    path(
        "password/done/",
        PasswordChangeDoneView.as_view(template_name="accounts/password_change_done.html"),
        name="password_change_done",
    ),
]
