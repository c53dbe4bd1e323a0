"""The form of a decision that changes a target; whether it is right is decided by targets.amendments."""

import json
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.reporting.forms import TypedText
from planportal.web.page_forms import PageForm
from planportal.web.writing import translated, written_figure
from targets.amendments import Decision
from targets.models import Target
from targets.wording import with_unit


class TypedDay(forms.DateField):
    """A day whose presence is judged by the decision's rules, so that all faults are told at once."""

    def validate(self, value: Any) -> None:
        """Nothing: `required` only tells the page how to label the field."""


class AmendmentForm(PageForm):
    """A decision as typed; `amendments` is how many the page knew of when it was opened.

    `looked_at` is the seal of the content whose consequences the page has shown.
    """

    new_value = TypedText(
        label=gettext_lazy("调整后的目标值"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    decided_on = TypedDay(
        label=gettext_lazy("决定日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("这不是日期，请写作 2018-10-01 的样子。")},
    )
    document = TypedText(
        label=gettext_lazy("依据的文件"),
        max_length=300,
        help_text=gettext_lazy("文件名称和文号，公众可以看到。"),
    )
    reason = TypedText(label=gettext_lazy("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    amendments = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput)
    looked_at = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._target = target
        printed = with_unit(written_figure(target.target_value, target.decimals), target.unit)
        places = _("最多 %(decimals)s 位小数") % {"decimals": target.decimals} if target.decimals else _("不带小数")
        self.fields["new_value"].help_text = _("半角数字，单位为%(unit)s，%(places)s；规划所载为 %(printed)s。") % {
            "unit": translated(target.unit),
            "places": places,
            "printed": printed,
        }
        self.fields["decided_on"].help_text = _(
            "从规划印发之日到今天（%(today)s）；当年及以后各年的视图改用新目标。"
        ) % {"today": timezone.localdate().isoformat()}

    def decision(self) -> Decision:
        """What was typed, once every field can be read."""
        day: date | None = self.cleaned_data["decided_on"]
        return Decision(
            new_value=self.cleaned_data["new_value"].strip(),
            decided_on=day,
            document=self.cleaned_data["document"],
            reason=self.cleaned_data["reason"],
        )

    def know(self, amendments: int) -> None:
        """From now on about the target as it stands; what was typed stays."""
        self._put(amendments=str(amendments))

    def mark_looked_at(self) -> None:
        """From now on with the seal of this content: the page shows what recording it will do."""
        self._put(looked_at=self._seal())

    def was_looked_at(self) -> bool:
        """Whether the page has shown what recording exactly this content will do."""
        return constant_time_compare(self.cleaned_data["looked_at"], self._seal())

    def _seal(self) -> str:
        """What only this portal can make, of this target, decision and state of the target; the same for the same."""
        content = {name: str(self.cleaned_data[name]) for name in ("amendments", "new_value", "decided_on")}
        # A browser may send the line breaks of a hidden field otherwise than it got them.
        content |= {name: self.cleaned_data[name].split() for name in ("document", "reason")}
        sealed = json.dumps([self._target.pk, content], sort_keys=True)
        return salted_hmac("planportal.reporting.amendment_form", sealed, algorithm="sha256").hexdigest()

    def _put(self, **values: str) -> None:
        self.data = {name: self.data[name] for name in self.data} | values
