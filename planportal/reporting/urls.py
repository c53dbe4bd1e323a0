"""Addresses of the yearly round within a plan."""

from django.urls import path

from planportal.reporting import mail_views, notice_views, review_views, views

urlpatterns = [
    path("workspace/", views.workspace, name="workspace"),
    path("workspace/<slug:code>/<int:year>/", views.entry, name="entry"),
    path("review/", review_views.review, name="review"),
    path("review/<int:pk>/", review_views.review_figure, name="review-figure"),
    path("notices/", notice_views.notices, name="notices"),
    path("notices/<int:pk>/", notice_views.follow, name="notice"),
    path("manage/mail/", mail_views.manage_mail, name="manage-mail"),
    path("manage/mail/<int:pk>/", mail_views.settle_mail, name="manage-mail-settle"),
]
