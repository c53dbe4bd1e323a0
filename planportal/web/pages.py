"""How a page answers a refusal: sign in first, or a 400, 403 or 503 page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from planportal.web.refusals import Forbidden, Invalid, NotSignedIn, NotWorkedOut

Rest = ParamSpec("Rest")
PageView = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


def answers_refusals(view: PageView[Rest]) -> PageView[Rest]:
    """A page view that may raise refusals: NotSignedIn leads to the login page and back to this address,
    Invalid to the 400 page, Forbidden to the 403 page and NotWorkedOut to the 503 page, each with the sentences of
    what is wrong.

    Other refusals (a conflict, a stale version) are for the view itself: it shows its form again.
    """

    @wraps(view)
    def answering(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotSignedIn:
            return redirect_to_login(request.get_full_path())
        except Invalid as refusal:
            raise BadRequest(refusal.told) from refusal
        except Forbidden as refusal:
            raise PermissionDenied(refusal.told) from refusal
        except NotWorkedOut as refusal:
            facts = {"title": _("暂时无法显示"), "message": refusal.told}
            return render(request, "503.html", facts, status=refusal.status)

    return answering
