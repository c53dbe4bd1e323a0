"""Addresses of the administration of accounts."""

from django.urls import path

from planportal.accounts import manage_views

urlpatterns = [
    path("", manage_views.account_list, name="manage-accounts"),
    path("new/", manage_views.account_new, name="manage-account-new"),
    path("<int:pk>/", manage_views.account, name="manage-account"),
]
