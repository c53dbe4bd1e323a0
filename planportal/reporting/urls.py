"""Addresses of the yearly round within a plan."""

from django.urls import path

from planportal.reporting import amendment_views, review_views, views

urlpatterns = [
    path("workspace/", views.workspace, name="workspace"),
    path("workspace/<slug:code>/<int:year>/", views.entry, name="entry"),
    path("manage/targets/<slug:code>/amend/", amendment_views.amend, name="manage-target-amend"),
    path("review/", review_views.review, name="review"),
    path("review/<int:pk>/", review_views.review_figure, name="review-figure"),
]
