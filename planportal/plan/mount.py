"""One urlconf, mounted twice: the default plan at the root, any other one under /p/<plan-code>/."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.web.missing import Missing

PLAN_NAMESPACE = "plan"


def plan_reverse(plan: Plan, name: str, *args: Any) -> str:
    """The address of a plan's page or API answer, with the prefix only where the plan is not the default."""
    if plan.is_default:
        return reverse(name, args=args)
    return reverse(f"{PLAN_NAMESPACE}:{name}", args=(plan.code, *args))


def own_path(request: HttpRequest, plan: Plan) -> str:
    """The one path of the page that a request asks for: the default plan's pages answer with the prefix too."""
    match = request.resolver_match
    if match is None or not match.url_name:
        return request.path
    return plan_reverse(plan, match.url_name, *match.kwargs.values())


def plan_of(request: HttpRequest) -> Plan:
    """The plan of the request's address; 404 where no such plan is loaded."""
    plan: Plan | None = getattr(request, "plan", None)
    if plan is None:
        raise Missing(_("还没有载入规划。"))
    return plan


class PlanMiddleware:
    """Puts the plan of the address on the request and takes the prefix from the view's arguments."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if getattr(view, "needs_no_plan", False):
            return
        code = kwargs.pop("plan_code", None)
        plan = Plan.objects.filter(code=code or settings.DEFAULT_PLAN).first()
        if plan is None and code is not None:
            raise Missing(_("没有代码为“%(code)s”的规划。") % {"code": code})
        request.plan = plan  # type: ignore[attr-defined]
