"""Addresses of these pages within a plan."""

from django.urls import path

from platforms import views

urlpatterns = [
    path("platforms/", views.platform_list, name="platform-list"),
    path("platforms/<int:number>/", views.platform_detail, name="platform-detail"),
]
