"""What programs that read the site by themselves are told: what is not for them, and where everything is listed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Of every plan: people's own work, and addresses that are endless because they take a question.
NOT_FOR_ROBOTS = (
    "/workspace/",
    "/review/",
    "/manage/",
    "/notices/",
    "/search/?",
    "/correction/?",
    "/targets/*/what-if/",
)
ONCE_NOT_FOR_ROBOTS = ("/accounts/", "/i18n/", "/appearance/", "/text-size/", "/shortcuts/")
SITEMAP = "/sitemap.xml"
A_DAY = "max-age=86400"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt, for all mounts of a plan."""
    refused = [*ONCE_NOT_FOR_ROBOTS, *NOT_FOR_ROBOTS, *(f"/p/*{path}" for path in NOT_FOR_ROBOTS)]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in refused)]
    lines += ["Allow: /", "", f"Sitemap: {request.build_absolute_uri(SITEMAP)}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8", headers={"Cache-Control": A_DAY})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """204: pages carry their icon themselves; what asks for it by its old name need not be told of an error."""
    return HttpResponse(status=204, headers={"Cache-Control": A_DAY})


robots.needs_no_plan = True  # type: ignore[attr-defined]
favicon.needs_no_plan = True  # type: ignore[attr-defined]
