"""Addresses of the yearly round within a plan."""

from django.urls import include, path

from planportal.reporting import review_views, views

urlpatterns = [
    path("workspace/", views.workspace, name="workspace"),
    path("workspace/<slug:code>/<int:year>/", views.entry, name="entry"),
    path("review/", review_views.review, name="review"),
    path("review/<int:pk>/", review_views.review_figure, name="review-figure"),
    path("manage/", include("planportal.reporting.manage_urls")),
]
