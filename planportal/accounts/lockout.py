"""Sign-in is locked for a user and an address after ten failures within a quarter of an hour."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from planportal.web.api_errors import error_response, wants_json
from planportal.web.refusals import Fault

COOL_OFF = timedelta(minutes=15)
LOCKED_MINUTES = int(COOL_OFF.total_seconds() // 60)
RETRY_AFTER = str(int(COOL_OFF.total_seconds()))


def client_address(request: HttpRequest) -> str:
    """The address that tries to sign in, as the outermost of our NUM_PROXIES proxies saw it.

    Each proxy appends the address it was called from to X-Forwarded-For. What stands before those entries came with
    the request: believing it would let anybody leave a lock by naming another address.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if not 0 < settings.NUM_PROXIES <= len(seen):
        return direct
    try:
        return str(ip_address(seen[-settings.NUM_PROXIES]))
    except ValueError:
        return direct


def cool_off(request: HttpRequest | None = None) -> timedelta:
    """How long a lock lasts after the last failure."""
    return COOL_OFF


def locked_response(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """What a failure at or past the limit answers: 429 with Retry-After in seconds, as a page or for the API.

    The failure that reaches the limit is still told what was wrong with it; the next try is locked.
    """
    if response is not None and getattr(request, "axes_failures_since_start", 0) == settings.AXES_FAILURE_LIMIT:
        return response
    locked = _locked(request)
    locked["Retry-After"] = RETRY_AFTER
    return locked


def _locked(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return error_response(429, locked_fault())
    return render(request, "429.html", {"minutes": LOCKED_MINUTES}, status=429)


def locked_fault() -> Fault:
    """What the API says to a locked sign-in."""
    return Fault("", "locked", _("失败次数过多，请在 %(minutes)s 分钟后再试。") % {"minutes": LOCKED_MINUTES})
