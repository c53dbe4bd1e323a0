"""Forms of the yearly round: they read what was typed; whether it is right is decided by the figure's rules."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.reporting.entries import Entry
from planportal.reporting.titles import basis_name
from planportal.web.refusals import Fault, Invalid, Refusal
from targets.figure_rules import Content, check_content
from targets.models import Cause, Figure, Target
from targets.services import CONTENT_FIELDS, content_of


class TypedText(forms.CharField):
    """Text whose presence is judged by the figure's rules, so that all faults are told at once."""

    def validate(self, value: Any) -> None:
        """Nothing: `required` only tells the page how to label the field."""


class TypedChoice(forms.ChoiceField):
    """A choice that is judged by the figure's rules."""

    default_validators = [ProhibitNullCharactersValidator()]

    def validate(self, value: Any) -> None:
        """Nothing: see TypedText."""


class StepForm(forms.Form):
    """A form about a figure as it stood at a version; both are hidden, and empty for a new figure."""

    use_required_attribute = False

    figure = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def based_on(self) -> tuple[int, int] | None:
        """Figure and version that the person saw, None for a new figure; BadRequest for what no page of ours sent."""
        if {"figure", "version"} & set(self.errors):
            raise BadRequest(_("表单所依据的版本无法识别，没有保存任何内容。请返回上一页，刷新后再试。"))
        figure, version = self.cleaned_data.get("figure"), self.cleaned_data.get("version")
        if (figure is None) != (version is None):
            raise BadRequest(_("表单没有注明所依据的版本，没有保存任何内容。请返回上一页，刷新后再试。"))
        return None if figure is None or version is None else (figure, version)

    def show(self, refusal: Refusal) -> None:
        """Puts each fault beside its field, or on top where it is about the whole."""
        for fault in refusal.faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)

    def base_on(self, figure: Figure) -> None:
        """From now on about the figure as it stands; what was typed stays."""
        typed = {name: self.data[name] for name in self.data}
        about = {self.add_prefix("figure"): str(figure.pk), self.add_prefix("version"): str(figure.version)}
        self.data = typed | about


class FigureForm(StepForm):
    """The content of one figure."""

    value = TypedText(
        label=gettext_lazy("数值"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    basis = TypedChoice(label=gettext_lazy("口径"))
    provisional = forms.BooleanField(label=gettext_lazy("初步数，以后还会有正式数"), required=False)
    source = TypedText(
        label=gettext_lazy("来源"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("数据出自哪份公报、年鉴或台账，公众可以看到。"),
    )
    note = TypedText(
        label=gettext_lazy("备注"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = TypedText(
        label=gettext_lazy("情况说明"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cause = TypedChoice(
        label=gettext_lazy("更正原因"),
        required=False,
        choices=[("", gettext_lazy("请选择")), *Cause.choices],
    )

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fit_value(entry.key.target)
        self._fit_basis(entry.key.target)
        self._fit_correction(entry)
        self._entry = entry

    def clean(self) -> dict[str, Any]:
        """A correction by form says its cause; where it does not, the other faults are told along with that."""
        typed = super().clean() or self.cleaned_data
        if self._entry.corrects_every_basis and not typed.get("cause"):
            self.show(Invalid(*self._other_faults(), Fault("cause", "cause_required", _("请选择更正原因。"))))
        return typed

    def _other_faults(self) -> list[Fault]:
        """What the figure's rules say of the content, once every field could be read."""
        if self.errors:
            return []
        key = self._entry.key
        return check_content(target=key.target, city=key.city, year=key.year, content=self.content()).faults

    @classmethod
    def filled(cls, entry: Entry) -> "FigureForm":
        """The form of the entry's open figure; empty but for the basis where there is none."""
        if entry.open is None:
            return cls(entry=entry, initial={"basis": entry.basis})
        content = content_of(entry.open)
        initial = {name: getattr(content, name) for name in ("value", *CONTENT_FIELDS)}
        initial |= {"figure": entry.open.pk, "version": entry.open.version}
        return cls(entry=entry, initial=initial)

    def changes(self) -> dict[str, Any]:
        """The content typed, field by field; an empty value is None: taken back."""
        typed = {name: self.cleaned_data[name] for name in ("value", *CONTENT_FIELDS) if name in self.cleaned_data}
        typed["value"] = typed["value"] or None
        return typed

    def content(self) -> Content:
        return Content(**self.changes())

    def differs_from(self, figure: Figure) -> bool:
        """Whether what was typed is not what the figure says."""
        content = content_of(figure)
        return any(getattr(content, name) != typed for name, typed in self.changes().items())

    def _fit_value(self, target: Target) -> None:
        message = _("半角数字，单位为%(unit)s，") % {"unit": target.unit}
        places = (
            _("最多 %(decimals)s 位小数。") % {"decimals": target.decimals} if target.decimals else _("不带小数。")
        )
        self.fields["value"].help_text = message + places

    def _fit_basis(self, target: Target) -> None:
        if not target.bases:
            del self.fields["basis"]
            return
        choices = [("", _("请选择")), *((code, basis_name(code)) for code in target.bases)]
        self.fields["basis"] = TypedChoice(label=_("口径"), choices=choices)

    def _fit_correction(self, entry: Entry) -> None:
        if not entry.is_correction:
            del self.fields["cause"]
            self.fields["reason"].help_text = _("数据变化较大或与往年不连续时，请说明情况，供审核人参考。")
            return
        self.fields["reason"].label = _("更正理由")
        self.fields["reason"].required = self.fields["cause"].required = entry.corrects_every_basis
        self.fields["reason"].help_text = (
            _("该年已有审核通过的数据，须说明为何更正。")
            if entry.corrects_every_basis
            else _("所选口径在该年已有审核通过的数据时必填。")
        )
        self.fields["value"].help_text += _("不填数值即撤回该年已审核的数据。")


class WithdrawForm(StepForm):
    """Why a figure on its way is ended."""

    reason = TypedText(label=gettext_lazy("撤销的理由"), widget=forms.Textarea(attrs={"rows": 2}))

    prefix = "withdraw"


class DecisionForm(StepForm):
    """What a reviewer says on sending a figure back."""

    reason = TypedText(
        label=gettext_lazy("退回的理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("退回时必填；填报人据此修改。通过时不用填。"),
    )
