"""The addresses of one plan: its pages and its API."""

from django.urls import URLPattern, URLResolver, include, path

from planportal.portal import about, home, plan_pages, views

plan_patterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("method/", views.method, name="method"),
    path("data/", views.data, name="data"),
    path("api/docs/", views.api_docs, name="api-docs"),
    path("api/v1/", include("planportal.portal.api_urls")),
    path("about/", about.about, name="about"),
    path("", include("planportal.corrections.urls")),
    path("", include("targets.urls")),
    path("", include("fields.urls")),
    path("", include("alliances.urls")),
    path("", include("platforms.urls")),
    path("", include("planportal.reporting.urls")),
    path("", include("planportal.audit.urls")),
    path("plan/", plan_pages.plan_text, name="plan-text"),
    path("plan/coverage/", plan_pages.plan_coverage, name="plan-coverage"),
    path("plan/<slug:part>/", plan_pages.plan_part, name="plan-part"),
    path("", include("planportal.search.urls")),
]
