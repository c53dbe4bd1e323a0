"""How pages look and answer to a reader who chose: theme, size of text, keys; each kept in a cookie of its own."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

THEMES = ("light", "dark")
TEXT_SIZES = ("large",)
SHORTCUTS = ("off",)
_A_YEAR = 31536000


def chosen_theme(request: HttpRequest) -> str:
    """`light` or `dark`; "" is the system's, also for a cookie that names no theme."""
    return _chosen(request, settings.THEME_COOKIE_NAME, THEMES)


def chosen_text_size(request: HttpRequest) -> str:
    """`large` (大字版); "" is the regular size, also for a cookie that names no size."""
    return _chosen(request, settings.TEXT_SIZE_COOKIE_NAME, TEXT_SIZES)


def chosen_shortcuts(request: HttpRequest) -> str:
    """`off` where single keys press nothing; "" is on, also for a cookie that says anything else."""
    return _chosen(request, settings.SHORTCUTS_COOKIE_NAME, SHORTCUTS)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme of the form and leads back to the page named by `next`; an empty theme forgets the choice.

    400 for another theme. What leads away from the portal leads to its first page instead.
    """
    theme = request.POST.get("theme", "")
    if theme not in ("", *THEMES):
        raise BadRequest(_("没有外观“%(theme)s”，可用：light、dark，或者留空（跟随系统）。") % {"theme": theme[:20]})
    return _keep(request, settings.THEME_COOKIE_NAME, theme)


@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """Keeps the size of the text as `set_theme` keeps the theme; an empty one is the regular size."""
    size = request.POST.get("size", "")
    if size not in ("", *TEXT_SIZES):
        raise BadRequest(_("没有字号“%(size)s”，可用：large，或者留空（标准字号）。") % {"size": size[:20]})
    return _keep(request, settings.TEXT_SIZE_COOKIE_NAME, size)


@require_POST
def set_shortcuts(request: HttpRequest) -> HttpResponse:
    """Keeps whether single keys press buttons as `set_theme` keeps the theme; an empty choice has them on."""
    choice = request.POST.get("shortcuts", "")
    if choice not in ("", *SHORTCUTS):
        message = _("快捷键不能设为“%(choice)s”，可用：off（关），或者留空（开）。")
        raise BadRequest(message % {"choice": choice[:20]})
    return _keep(request, settings.SHORTCUTS_COOKIE_NAME, choice)


def _chosen(request: HttpRequest, cookie: str, known: tuple[str, ...]) -> str:
    chosen = request.COOKIES.get(cookie, "")
    return chosen if chosen in known else ""


def _keep(request: HttpRequest, cookie: str, choice: str) -> HttpResponse:
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if is_ours else "/")
    if choice:
        response.set_cookie(cookie, choice, max_age=_A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response


set_theme.needs_no_plan = True  # type: ignore[attr-defined]
set_text_size.needs_no_plan = True  # type: ignore[attr-defined]
set_shortcuts.needs_no_plan = True  # type: ignore[attr-defined]
