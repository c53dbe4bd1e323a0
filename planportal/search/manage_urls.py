"""Addresses of what administrators do about searches without results."""

from django.urls import path

from planportal.search import manage_views

urlpatterns = [
    path("searches/", manage_views.misses, name="manage-searches"),
    path("searches/download/", manage_views.download, name="manage-searches-download"),
    path("searches/<int:pk>/settle/", manage_views.settle, name="manage-search-settle"),
]
