"""Who may open the pages of the yearly round; each refusal says why, and is answered by web.pages."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from planportal.accounts.access import person_of
from planportal.accounts.models import User
from planportal.web.refusals import Forbidden
from targets import permissions


def enterer_of(request: HttpRequest) -> User:
    """Somebody who enters figures for a department; raises NotSignedIn or Forbidden."""
    person = person_of(request)
    permissions.refuse_read_only(person)
    if not person.may_enter:
        raise Forbidden("not_responsible", _("您的账号不属于任何单位，没有可填报的指标。"))
    return person


def review_reader_of(request: HttpRequest) -> User:
    """A reviewer, or an auditor who reads along; raises NotSignedIn or Forbidden."""
    person = person_of(request)
    if not person.sees_review:
        permissions.refuse_review(person)
    return person
