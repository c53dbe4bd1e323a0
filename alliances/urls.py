"""Addresses of these pages within a plan."""

from django.urls import path

from alliances import views

urlpatterns = [
    path("alliances/", views.alliance_list, name="alliance-list"),
    path("alliances/<int:number>/", views.alliance_detail, name="alliance-detail"),
]
