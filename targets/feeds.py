"""Corrections and amendments to subscribe to: an Atom feed and a JSON Feed with the same entries."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from targets.changes import News, latest_news, name_of

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
LANGUAGE = "zh-Hans"
# What XML 1.0 has no way to write; a reason may have been typed with it all the same.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Absolute = Callable[[str], str]


def atom(plan: Plan, absolute: Absolute) -> str:
    """The Atom feed; `absolute` makes whole addresses. The same rows give the same text."""
    news = latest_news(plan)
    feed = _DatedFeed(
        title=_title(plan),
        link=absolute(plan_reverse(plan, "change-list")),
        description=None,
        subtitle=_subtitle(),
        language=LANGUAGE,
        feed_url=absolute(plan_reverse(plan, "change-feed-atom")),
        feed_guid=name_of(plan),
        author_name=plan.title,
    )
    feed.updated = _updated(plan, news)
    for entry in news:
        feed.add_item(
            title=_as_xml(entry.title),
            link=absolute(plan_reverse(plan, "target-detail", entry.target.code)),
            description=escape(_as_xml(entry.text)),  # a summary is HTML
            unique_id=entry.name,
            pubdate=_local(entry.published),
            updateddate=_local(entry.at),
        )
    return feed.writeString("utf-8")


def json_feed(plan: Plan, absolute: Absolute) -> str:
    """The same as JSON Feed 1.1."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _title(plan),
            "description": _subtitle(),
            "language": LANGUAGE,
            "home_page_url": absolute(plan_reverse(plan, "change-list")),
            "feed_url": absolute(plan_reverse(plan, "change-feed-json")),
            "authors": [{"name": plan.title}],
            "items": [
                {
                    "id": entry.name,
                    "url": absolute(plan_reverse(plan, "target-detail", entry.target.code)),
                    "title": entry.title,
                    "content_text": entry.text,
                    "date_published": _moment(entry.published),
                    "date_modified": _moment(entry.at),
                }
                for entry in latest_news(plan)
            ],
        },
        ensure_ascii=False,
    )


class _DatedFeed(Atom1Feed):
    """An Atom feed whose date is its news' own: without news it would be the moment of asking."""

    updated: datetime

    def latest_post_date(self) -> datetime:
        return self.updated


def _updated(plan: Plan, news: Sequence[News]) -> datetime:
    return _local(max((entry.at for entry in news), default=plan.loaded_at))


def _title(plan: Plan) -> str:
    return _("%(plan)s：数据更正与目标调整") % {"plan": plan.title}


def _subtitle() -> str:
    return _("已审核的数据更正或撤回、目标经决定调整，原值、新值、日期和理由。")


def _moment(moment: datetime) -> str:
    return _local(moment).isoformat()


def _local(moment: datetime) -> datetime:
    """As Asia/Shanghai has it, to the second."""
    return timezone.localtime(moment).replace(microsecond=0)


def _as_xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
