"""Addresses of the yearly round within a plan."""

from django.urls import path

from planportal.reporting import evidence_views, review_views, views

urlpatterns = [
    path("workspace/", views.workspace, name="workspace"),
    path("workspace/evidence/<int:pk>/", evidence_views.evidence, name="evidence"),
    path("workspace/<slug:code>/<int:year>/", views.entry, name="entry"),
    path("review/", review_views.review, name="review"),
    path("review/<int:pk>/", review_views.review_figure, name="review-figure"),
]
