"""Addresses of these pages within a plan."""

from django.urls import path

from fields import direction_views, institution_views, views

urlpatterns = [
    path("fields/", views.field_list, name="field-list"),
    path("fields/<slug:code>/", views.field_detail, name="field-detail"),
    path("directions/", views.direction_list, name="direction-list"),
    path("directions/<int:number>/", direction_views.direction_detail, name="direction-detail"),
    path("institutions/", institution_views.institution_list, name="institution-list"),
    path("institutions/<int:number>/", institution_views.institution_detail, name="institution-detail"),
    path("national-projects/", institution_views.project_list, name="project-list"),
]
