"""Addresses of these pages within a plan."""

from django.urls import path

from targets import change_views, city_views, views, what_if_views

urlpatterns = [
    path("targets/", views.target_list, name="target-list"),
    path("targets/<slug:code>/", views.target_detail, name="target-detail"),
    path("targets/<slug:code>/what-if/", what_if_views.target_what_if, name="target-what-if"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("changes/", change_views.change_list, name="change-list"),
    path("changes/feed.atom", change_views.atom_feed, name="change-feed-atom"),
    path("changes/feed.json", change_views.json_feed, name="change-feed-json"),
    path("cities/", city_views.city_list, name="city-list"),
    path("cities/compare/", city_views.city_compare, name="city-compare"),
    # A prefecture's code is six digits, so that none of them is ever called "compare".
    path("cities/<slug:code>/", city_views.city_detail, name="city-detail"),
]
