"""The form of a report; whether it is taken is the service's to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.corrections.addresses import own_address
from planportal.corrections.models import LONGEST_PAGE, LONGEST_SOURCE, LONGEST_TEXT, CorrectionKind
from planportal.web.page_forms import PageForm


class CorrectionForm(PageForm):
    """Which page, what kind, what is wrong, from where one knows, and how to be answered."""

    page = forms.CharField(
        label=gettext_lazy("哪个页面"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("本站页面的网址；不针对某个页面的，可以不填。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("问题类型"), choices=CorrectionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("哪里有误，应是什么"),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_TEXT}),
        help_text=gettext_lazy("10 至 2,000 个字。"),
    )
    source = forms.CharField(
        label=gettext_lazy("依据"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_SOURCE}),
        help_text=gettext_lazy("例如公报的名称和页码、规划的章节，或者网址。"),
    )
    contact = forms.CharField(
        label=gettext_lazy("联系方式"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("电子邮箱或电话，只给管理员看，用来核实和答复；处理完毕 180 天后删去。"),
    )

    def __init__(self, *args: Any, host: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host = host

    def clean_page(self) -> str:
        """The path of ours that is named, whole addresses shortened to it."""
        given = self.cleaned_data["page"]
        found = own_address(given, self.host)
        if found is None:
            message = _("“%(page)s”不是本站的网址：应以 / 或 https://%(host)s/ 开头，没有空格，最多 %(most)s 个字符。")
            facts = {"page": given[:60], "host": self.host, "most": LONGEST_PAGE}
            raise forms.ValidationError(message % facts, code="page_not_ours")
        return found
