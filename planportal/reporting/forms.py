"""Forms of the yearly round: they read what was typed; whether it is right is decided by the figure's rules."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import BadRequest
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.reporting.day_fields import TypedDayField
from planportal.reporting.entries import Entry
from planportal.reporting.titles import basis_name
from planportal.reporting.typed_faults import explained
from planportal.reporting.typed_values import understood
from planportal.web.page_forms import PageForm
from planportal.web.refusals import Fault, Invalid, Refusal
from planportal.web.uploads import most_bytes
from planportal.web.writing import translated
from targets.evidence import MOST_PIECES, EvidenceChange, Link, attached_to
from targets.evidence_files import ENDINGS, KINDS, LONGEST_ADDRESS, LONGEST_NAME
from targets.figure_rules import Content, check_content
from targets.models import Cause, Evidence, Figure, Target
from targets.services import content_of
from targets.transitions import CONTENT_FIELDS


class TypedText(forms.CharField):
    """Text whose presence is judged by the figure's rules, so that all faults are told at once."""

    def validate(self, value: Any) -> None:
        """Nothing: `required` only tells the page how to label the field."""


class TypedChoice(forms.ChoiceField):
    """A choice that is judged by the figure's rules."""

    default_validators = [ProhibitNullCharactersValidator()]

    def validate(self, value: Any) -> None:
        """Nothing: see TypedText."""


class FilesInput(forms.FileInput):
    """Any number of files; the page says which it takes, the rules of evidence decide."""

    allow_multiple_selected = True


class ChosenFiles(forms.Field):
    """The files chosen, as they arrived."""

    widget = FilesInput

    def clean(self, value: Any) -> list[Any]:
        return list(value or [])


class TickedKeys(forms.TypedMultipleChoiceField):
    """Keys of rows that were ticked; whether they can be is judged by the figure's rules."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, widget=forms.CheckboxSelectMultiple, **kwargs)

    def validate(self, value: Any) -> None:
        """Nothing: what was shown may have been taken away meanwhile, which the figure's version tells."""


LONGEST_VALUE = 100


class StepForm(PageForm):
    """A form about a figure as it stood at a version; both are hidden, and empty for a new figure."""

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

    def base_on(self, figure: Figure) -> None:
        """From now on about the figure as it stands; what was typed stays."""
        typed = cast("QueryDict", self.data).copy()
        typed[self.add_prefix("figure")] = str(figure.pk)
        typed[self.add_prefix("version")] = str(figure.version)
        self.data = typed


class FigureForm(StepForm):
    """The content of one figure. `understood` is the plain figure that the page has shown for what was typed."""

    understood = forms.CharField(required=False, max_length=LONGEST_VALUE, widget=forms.HiddenInput)
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
    removed = TickedKeys(label=gettext_lazy("移除"), required=False)
    attachments = ChosenFiles(
        label=gettext_lazy("添加文件"), required=False, widget=FilesInput(attrs={"accept": ",".join(ENDINGS)})
    )
    link_address = forms.CharField(
        label=gettext_lazy("添加链接"),
        required=False,
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy("以 http:// 或 https:// 开头，一次一个。"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    link_title = forms.CharField(label=gettext_lazy("链接标题"), required=False, max_length=LONGEST_NAME)

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = entry.key.target.unit
        self.pieces = attached_to(entry.open)
        self._fit_evidence()
        self._fit_value(entry.key.target)
        self._fit_basis(entry.key.target)
        self._fit_correction(entry)
        self._entry = entry
        self.read: Mapping[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        """A correction by form says its cause; where it does not, the other faults are told along with that."""
        typed = super().clean() or self.cleaned_data
        # A fault that is shown takes its field out of the cleaned data.
        self.read = dict(typed)
        if self._entry.corrects_every_basis and not typed.get("cause"):
            self.show(Invalid(*self._other_faults(), Fault("cause", "cause_required", _("请选择更正原因。"))))
        return typed

    def _other_faults(self) -> list[Fault]:
        """What the figure's rules say of the content, once every field could be read."""
        if self.errors:
            return []
        key = self._entry.key
        return check_content(target=key.target, city=key.city, year=key.year, content=self.content()).faults

    def show(self, refusal: Refusal) -> None:
        """Puts each fault beside its field, in the words of the form."""
        super().show(Refusal(*map(self.explained, refusal.faults)))

    def explained(self, fault: Fault) -> Fault:
        """A fault of the figure's rules, once the form was read, as the form says it."""
        meant, basis = self.read.get("value", ""), self.read.get("basis", "")
        return explained(fault, meant=meant, key=self._entry.key, basis=basis)

    @classmethod
    def filled(cls, entry: Entry, typed: Mapping[str, str] | None = None) -> "FigureForm":
        """The form of the entry's open figure; empty but for the basis where there is none.

        What was `typed` before and could not be taken comes back in its place, on the version it was typed on.
        """
        if typed is not None:
            return cls(entry=entry, initial=dict(typed))
        if entry.open is None:
            return cls(entry=entry, initial={"basis": entry.basis})
        content = content_of(entry.open)
        initial = {name: getattr(content, name) for name in ("value", *CONTENT_FIELDS)}
        initial |= {"figure": entry.open.pk, "version": entry.open.version}
        return cls(entry=entry, initial=initial)

    def clean_value(self) -> str:
        """The plain figure that was meant, where that is certain."""
        typed: str = self.cleaned_data["value"]
        return understood(typed, self.unit)

    def shows_otherwise(self) -> bool:
        """Whether the figure would be stored in other characters than typed, and the page has not shown them yet."""
        meant = self.cleaned_data.get("value", "")
        typed = str(self["value"].value() or "").strip()
        return meant not in (typed, self.cleaned_data.get("understood", ""))

    def show_understood(self) -> None:
        """From now on with the plain figure in the field, for the person to look at before it is saved."""
        typed = cast("QueryDict", self.data).copy()
        typed["value"] = typed["understood"] = self.cleaned_data["value"]
        self.data = typed
        self.ask_for_files_again()

    def changes(self) -> dict[str, Any]:
        """The content typed, field by field as far as it could be read; an empty value is None: taken back."""
        typed = {name: self.read[name] for name in ("value", *CONTENT_FIELDS) if name in self.read}
        typed["value"] = typed.get("value") or None
        return typed

    def content(self) -> Content:
        return Content(**self.changes())

    def evidence(self) -> EvidenceChange:
        """The files and the link to attach, and the pieces ticked for removal."""
        title, address = self.cleaned_data["link_title"], self.cleaned_data["link_address"]
        return EvidenceChange(
            files=self.cleaned_data["attachments"],
            links=[Link(title=title, address=address)] if title or address else [],
            removed=self.cleaned_data.get("removed", []),
        )

    def differs_from(self, figure: Figure) -> bool:
        """Whether what was typed is not what the figure says, or its evidence changes."""
        content = content_of(figure)
        changed = any(getattr(content, name) != typed for name, typed in self.changes().items())
        return changed or bool(self.evidence())

    def ask_for_files_again(self) -> None:
        """No browser sends back a file that it sent before: where nothing was saved they have to be chosen again."""
        files = self.files.getlist(self.add_prefix("attachments"))
        if not files:
            return
        names = _("、").join(str(file.name) for file in files[:MOST_PIECES])
        if len(files) > MOST_PIECES:
            names = _("%(names)s等 %(count)s 个文件") % {"names": names, "count": len(files)}
        self.add_error("attachments", _("没有保存任何文件，请重新选择：%(names)s。") % {"names": names})

    def attached_pieces(self) -> Iterator[tuple[Evidence, forms.boundfield.BoundWidget]]:
        """What proves the figure, each with its box for removal."""
        return zip(self.pieces, self["removed"], strict=True)

    def _fit_evidence(self) -> None:
        told = {
            "kinds": _("、").join(str(kind.label) for kind in KINDS),
            "size": filesizeformat(most_bytes()),
            "most": MOST_PIECES,
        }
        message = _("可选多个：%(kinds)s，每个最多 %(size)s；连同链接最多 %(most)s 份。不对公众公开。")
        self.fields["attachments"].help_text = message % told
        if not self.pieces:
            del self.fields["removed"]
            return
        boxes = cast("TickedKeys", self.fields["removed"])
        boxes.choices = [(piece.pk, piece.name) for piece in self.pieces]

    def _fit_value(self, target: Target) -> None:
        message = _("单位为%(unit)s，") % {"unit": translated(target.unit)}
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


class DeclarationForm(PageForm):
    """That a figure does not exist for now: until when it is not asked for, and why."""

    until = TypedDayField(
        label=gettext_lazy("到哪一天为止"),
        help_text=gettext_lazy("最长一年。到这一天为止不再催报；过后重新列为待填报，至少留 30 天。"),
    )
    reason = TypedText(label=gettext_lazy("暂无数据的理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    prefix = "declaration"


class DecisionForm(StepForm):
    """What a reviewer says on sending a figure back."""

    reason = TypedText(
        label=gettext_lazy("退回的理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("退回时必填；填报人据此修改。通过时不用填。"),
    )
