"""Addresses of these pages within a plan."""

from django.urls import path

from fields import views

urlpatterns = [
    path("fields/", views.field_list, name="field-list"),
    path("fields/<slug:code>/", views.field_detail, name="field-detail"),
    path("directions/", views.direction_list, name="direction-list"),
]
