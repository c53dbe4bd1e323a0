"""Addresses of the search within a plan."""

from django.urls import include, path

from planportal.search import views

urlpatterns = [
    path("search/", views.search_page, name="search"),
    path("search/suggest/", views.suggestions, name="search-suggest"),
    path("manage/", include("planportal.search.manage_urls")),
]
