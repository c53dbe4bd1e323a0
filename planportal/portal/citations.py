"""How a page is cited, in the form of GB/T 7714-2015 for electronic resources."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

WEB_PAGE, DATA_SET = "EB/OL", "DS/OL"


def title_within(plan_title: str, title: str) -> str:
    """A page's title and, behind a dash, that of the site of which it is a part."""
    return f"{title}——{site_title(plan_title)}"


def site_title(plan_title: str) -> str:
    """What the site of a plan is called."""
    return _("%(plan)s进展") % {"plan": plan_title}


def citation(title: str, address: str, *, as_of: date | None, read_on: date, mark: str = WEB_PAGE) -> str:
    """`owner. title[mark]. (day of the data)[day of reading]. address.`, without the first day where none is known.

    Days are ISO 8601, that of a moment as Asia/Shanghai has it; the owner is the setting SITE_OWNER.
    """
    day = timezone.localdate(as_of) if isinstance(as_of, datetime) else as_of
    written_on = f"({day.isoformat()})" if day else ""
    return f"{settings.SITE_OWNER}. {title}[{mark}]. {written_on}[{read_on.isoformat()}]. {address}."
