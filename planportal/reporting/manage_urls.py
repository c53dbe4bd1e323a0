"""Addresses of the administration within a plan."""

from django.urls import include, path

from planportal.reporting import amendment_views, correction_views, mail_views, manage_views

urlpatterns = [
    path("", manage_views.overview, name="manage"),
    path("rounds/<int:year>/", manage_views.round_page, name="manage-round"),
    path("rounds/<int:year>/open/", manage_views.round_open, name="manage-round-open"),
    path("rounds/<int:year>/dates/", manage_views.round_dates, name="manage-round-dates"),
    path("tasks/<int:pk>/", manage_views.task_page, name="manage-task"),
    path("targets/", manage_views.target_list, name="manage-targets"),
    path("targets/<slug:code>/", manage_views.target_page, name="manage-target"),
    path("targets/<slug:code>/amend/", amendment_views.amend, name="manage-target-amend"),
    path("mail/", mail_views.manage_mail, name="manage-mail"),
    path("mail/<int:pk>/", mail_views.settle_mail, name="manage-mail-settle"),
    path("corrections/", correction_views.correction_list, name="manage-corrections"),
    path("corrections/<int:pk>/", correction_views.correction_page, name="manage-correction"),
    path("accounts/", include("planportal.accounts.manage_urls")),
]
