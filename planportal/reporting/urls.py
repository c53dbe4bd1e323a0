"""Addresses of the yearly round within a plan."""

from django.urls import include, path

from planportal.reporting import (
    completeness_views,
    entry_views,
    evidence_views,
    notice_views,
    review_views,
    workspace_views,
)

urlpatterns = [
    path("completeness/", completeness_views.completeness, name="completeness"),
    path("workspace/", workspace_views.workspace, name="workspace"),
    path("workspace/evidence/<int:pk>/", evidence_views.evidence, name="evidence"),
    path("workspace/<slug:code>/<int:year>/", entry_views.entry, name="entry"),
    path("workspace/<slug:code>/<int:year>/check/", entry_views.entry_check, name="entry-check"),
    path("workspace/<slug:code>/<int:year>/unavailable/", entry_views.entry_unavailable, name="entry-unavailable"),
    path("review/", review_views.review, name="review"),
    path("review/approve/", review_views.review_approve, name="review-approve"),
    path("review/<int:pk>/", review_views.review_figure, name="review-figure"),
    path("notices/", notice_views.notices, name="notices"),
    path("notices/<int:pk>/", notice_views.follow, name="notice"),
    path("manage/", include("planportal.reporting.manage_urls")),
]
