"""What can be typed into the search box: one example of each way to look for something."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse

_EXAMPLES = (
    (pgettext_lazy("search example", "石墨"), gettext_lazy("两个字就可以")),
    (pgettext_lazy("search example", "shimo"), gettext_lazy("全拼，首字母 sm 也可以")),
    (pgettext_lazy("search example", "研发投入"), gettext_lazy("意思相同的说法一起查")),
    (pgettext_lazy("search example", "孵化器"), gettext_lazy("指标、联盟和别处一起查")),
    (pgettext_lazy("search example", "哈工大"), gettext_lazy("单位的简称")),
    (pgettext_lazy("search example", "机器人 焊接"), gettext_lazy("几个词用空格隔开")),
)


@dataclass(frozen=True)
class Example:
    """Words to look for, what they show, and where they lead."""

    words: str | Promise
    shows: str | Promise
    address: str


def examples(plan: Plan) -> list[Example]:
    """The examples, in the reader's language."""
    address = plan_reverse(plan, "search")
    return [Example(words, shows, f"{address}?{urlencode({'q': words})}") for words, shows in _EXAMPLES]
