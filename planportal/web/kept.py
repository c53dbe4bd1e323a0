"""What somebody typed into a form that could not be taken: kept in their browser's session until they come back.

A session that has expired tells nothing of whose it was, for its cookie goes with it. So each such form names, signed,
the person whom it was shown to (`typist_of`), and what was typed in it is brought back to nobody else; it is thrown
away as soon as somebody else signs in. What a form sent that names nobody is brought back to whoever may open that
very page, who is told that nobody knows who typed it; it is thrown away where that page is refused to somebody.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from planportal.web.refusals import Forbidden

KEY = "kept_forms"
SECONDS = 3600
# A few windows at once. The longest form has six texts of at most 1,000 characters; more is nobody's typing.
MOST_FORMS = 5
MOST_CHARACTERS = 30_000
TYPIST = "typist"
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password", TYPIST})
_signer = signing.Signer(salt="planportal.web.kept")

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


@dataclass(frozen=True)
class Typed:
    """The texts of a form by field; `is_own` where the form was shown to the person who reads it now."""

    fields: Mapping[str, str]
    is_own: bool


def typist_of(person: Any) -> str:
    """What a form's hidden field `typist` says: whom it was shown to."""
    return _signer.sign(str(person.pk))


def keeps_typing(page: Callable[[HttpRequest], str]) -> Callable[[View[Rest]], View[Rest]]:
    """A view whose form, sent by nobody who is signed in, is kept for the page at the address `page(request)`.

    The sign-in leads to that page, which shows it again (`typed_before`), or throws it away where it refuses somebody.
    """

    def keeping(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def answering(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            address = page(request)
            if request.method == "POST" and not request.user.is_authenticated:
                keep_typed(request, address)
                return redirect_to_login(address)
            if request.method == "POST":
                # It has come back by its form, and is shown from there.
                forget_typed(request, address)
            try:
                return view(request, *args, **kwargs)
            except Forbidden:
                forget_typed(request, address)
                raise

        answering.shown_again_at = page  # type: ignore[attr-defined]
        return answering

    return keeping


def keep_typed(request: HttpRequest, address: str) -> bool:
    """Keeps the posted fields for an address, in place of what was kept for it; the oldest make room.

    False where there is too much, or where it is not the typing of the person who is signed in. Files cannot be kept.
    """
    person, typist = request.user.pk, _typist_named(request)
    fields = {name: str(value) for name, value in request.POST.items() if name not in NEVER_KEPT}
    one = {"fields": fields, "at": time.time(), "by": typist or person}
    if _size({address: one}) > MOST_CHARACTERS or (person and one["by"] != person):
        return False
    forms = {**_without(request, address), address: one}
    while len(forms) > MOST_FORMS or _size(forms) > MOST_CHARACTERS:
        del forms[next(iter(forms))]
    request.session[KEY] = forms
    return True


def typed_before(request: HttpRequest) -> Typed | None:
    """What this person, or nobody knows who, typed for this address within the last hour; None where nothing was."""
    found = _kept(request).get(request.get_full_path())
    if found is None or found["by"] not in (None, request.user.pk):
        return None
    return Typed(found["fields"], is_own=found["by"] is not None)


def has_kept(request: HttpRequest, address: str) -> bool:
    """Whether something typed waits at an address."""
    return address in _kept(request)


def forget_typed(request: HttpRequest, address: str) -> None:
    """Throws away what was typed for an address."""
    if address in request.session.get(KEY, {}):
        request.session[KEY] = _without(request, address)


def forget_others_typing(request: HttpRequest) -> None:
    """Throws away what is known to be the typing of others than the person who has just signed in."""
    if KEY in request.session:
        forms = _kept(request)
        request.session[KEY] = {address: one for address, one in forms.items() if one["by"] in (None, request.user.pk)}


def _typist_named(request: HttpRequest) -> int | None:
    """Whom the form was shown to; None where it does not say so, or says what was not signed here."""
    try:
        return int(_signer.unsign(request.POST.get(TYPIST, "")))
    except signing.BadSignature:
        return None


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What was kept within the last hour by address, oldest first."""
    forms: dict[str, Any] = request.session.get(KEY, {})
    return {address: one for address, one in forms.items() if time.time() - one["at"] <= SECONDS}


def _without(request: HttpRequest, address: str) -> dict[str, Any]:
    return {other: one for other, one in _kept(request).items() if other != address}


def _size(forms: Mapping[str, Any]) -> int:
    """How many characters are kept, addresses and names of fields included."""
    texts = [text for one in forms.values() for pair in one["fields"].items() for text in pair]
    return sum(map(len, [*forms, *texts]))
