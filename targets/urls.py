"""Addresses of these pages within a plan."""

from django.urls import path

from targets import views

urlpatterns = [
    path("targets/", views.target_list, name="target-list"),
    path("targets/<slug:code>/", views.target_detail, name="target-detail"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("cities/", views.city_list, name="city-list"),
]
