"""The theme of the pages: the system's, or the light or dark one that a reader chose, kept in a cookie."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

THEMES = ("light", "dark")
_A_YEAR = 31536000


def chosen_theme(request: HttpRequest) -> str:
    """`light` or `dark`; "" is the system's, also for a cookie that names no theme."""
    chosen = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return chosen if chosen in THEMES else ""


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme of the form and leads back to the page named by `next`; an empty theme forgets the choice.

    400 for another theme. What leads away from the portal leads to its first page instead.
    """
    theme, back = request.POST.get("theme", ""), request.POST.get("next", "")
    if theme not in ("", *THEMES):
        raise BadRequest(_("没有外观“%(theme)s”，可用：light、dark，或者留空（跟随系统）。") % {"theme": theme[:20]})
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if is_ours else "/")
    if theme:
        response.set_cookie(
            settings.THEME_COOKIE_NAME,
            theme,
            max_age=_A_YEAR,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(settings.THEME_COOKIE_NAME, samesite="Lax")
    return response


set_theme.needs_no_plan = True  # type: ignore[attr-defined]
