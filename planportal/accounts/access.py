"""Who is signed in, and who administers; each refusal says why, and is answered by web.pages."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.web.refusals import Forbidden, NotSignedIn


def person_of(request: HttpRequest) -> User:
    """Who is signed in; raises NotSignedIn for the public."""
    if not isinstance(request.user, User):
        raise NotSignedIn
    return request.user


def refuse_all_but_administrators(person: User) -> None:
    """403 unless the person runs the rounds and the accounts."""
    if not person.may_administer:
        raise Forbidden("not_administrator", _("只有管理员可以这样做。"))


def administrator_of(request: HttpRequest) -> User:
    """The administrator who is signed in; raises NotSignedIn or Forbidden."""
    person = person_of(request)
    refuse_all_but_administrators(person)
    return person
