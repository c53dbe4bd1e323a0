"""What somebody typed into a form that could not be taken: kept in their browser's session until they come back."""

import time
from collections.abc import Mapping

from django.http import HttpRequest

KEY = "kept"
SECONDS = 3600
# The longest form has six texts of at most 1,000 characters; more is nobody's typing.
MOST_CHARACTERS = 20_000
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password"})


def keep_typed(request: HttpRequest) -> bool:
    """Keeps the posted fields for the same address; False where there is too much. Files cannot be kept."""
    fields = {name: str(value) for name, value in request.POST.items() if name not in NEVER_KEPT}
    if sum(len(name) + len(value) for name, value in fields.items()) > MOST_CHARACTERS:
        return False
    request.session[KEY] = {"address": request.get_full_path(), "fields": fields, "at": time.time()}
    return True


def typed_before(request: HttpRequest) -> Mapping[str, str] | None:
    """What was typed at this address and not taken within the last hour; None where nothing was."""
    return _kept(request, request.get_full_path())


def has_kept(request: HttpRequest, address: str) -> bool:
    """Whether something typed waits at an address."""
    return _kept(request, address) is not None


def _kept(request: HttpRequest, address: str) -> Mapping[str, str] | None:
    kept = request.session.get(KEY)
    if not kept or kept["address"] != address or time.time() - kept["at"] > SECONDS:
        return None
    fields: Mapping[str, str] = kept["fields"]
    return fields


def forget_typed(request: HttpRequest) -> None:
    """Once what was typed came back by its form, it is not needed any more."""
    request.session.pop(KEY, None)
