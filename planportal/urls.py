"""Addresses: one plan's pages and API mounted at the root and under /p/<plan-code>/; the rest once."""

from django.urls import include, path
from django.views.i18n import set_language

from planportal.plan.mount import PLAN_NAMESPACE
from planportal.portal import appearance, health, robots
from planportal.portal.sitemap import plan_site_map, site_map
from planportal.portal.urls import plan_patterns

set_language.needs_no_plan = True  # type: ignore[attr-defined]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sitemap.xml", site_map, name="sitemap"),
    path("sitemap-<slug:section>.xml", plan_site_map, name="plan-sitemap"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("appearance/", appearance.set_theme, name="set_theme"),
    path("text-size/", appearance.set_text_size, name="set_text_size"),
    path("shortcuts/", appearance.set_shortcuts, name="set_shortcuts"),
    path("robots.txt", robots.robots, name="robots"),
    path("favicon.ico", robots.favicon, name="favicon"),
    path("accounts/", include("planportal.accounts.urls")),
    path("", include(plan_patterns)),
    path("p/<slug:plan_code>/", include((plan_patterns, PLAN_NAMESPACE))),
]

handler400 = "planportal.web.error_pages.bad_request"
handler403 = "planportal.web.error_pages.permission_denied"
handler404 = "planportal.portal.not_found.page_not_found"
handler500 = "planportal.web.error_pages.server_error"
