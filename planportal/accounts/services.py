"""The only writers of accounts: an administrator decides, and each decision leaves one event.

A decision is one transaction with its event; a refused one stores nothing but an event that says so. All raise
planportal.web.refusals.Refusal. An initial password is returned once, and stands in no event and no log.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axes.utils import reset as forget_failures
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from planportal.accounts.access import refuse_all_but_administrators
from planportal.accounts.initial_passwords import initial_password
from planportal.accounts.models import AccountEvent, City, Department, Role, User
from planportal.web.recorded import in_chinese
from planportal.web.refusals import Conflict, Fault, Forbidden, Invalid, Refusal

Action = AccountEvent.Action
LONGEST_DETAIL = 1000
# What decides what a person sees and may do.
SCOPE_FIELDS = ("role", "department", "city")


@dataclass(frozen=True)
class IssuedPassword:
    """An account and the password it starts with, to be shown once and told to the person."""

    person: User
    password: str = field(repr=False)


def account_create(
    *,
    by: User,
    username: str,
    name: str,
    email: str,
    role: str,
    department: Department | None = None,
    city: City | None = None,
) -> IssuedPassword:
    """Makes an account with an initial password.

    Refused: 403 not_administrator; 400 with a fault for each field that is wrong: username_taken whatever the case
    it is written in, name_required, department_required, department_not_allowed, city_required, city_not_allowed.
    """
    with _decision(Action.CREATED, by=by) as record:
        person = User(
            username=User.normalize_username(username.strip()),
            first_name=name.strip(),
            email=email.strip(),
            role=role,
            department=department,
            city=city,
        )
        _refuse(_faults(person, is_new=True))
        password = initial_password(person)
        person.set_password(password)
        person.save(force_insert=True)
        record(person, "；".join(f"{_label(item)}：{_said(person, item)}" for item in ("role", "department", "city")))
    return IssuedPassword(person, password)


def account_change(
    *,
    by: User,
    person: User,
    name: str,
    email: str,
    role: str,
    department: Department | None = None,
    city: City | None = None,
) -> User:
    """Changes who somebody is and for whom they work; what they wrote stays under their name.

    Another role, department or city ends the account's sessions and tokens. Changing nothing leaves no event.
    Refused: 403 not_administrator, or own_account where administrators change their own role; 400 as account_create.
    """
    with _decision(Action.CHANGED, by=by, person=person) as record:
        current = _locked(person)
        wanted = {
            "first_name": name.strip(),
            "last_name": "",
            "email": email.strip(),
            "role": role,
            "department": department,
            "city": city,
        }
        was = {item: _said(current, item) for item in ("name", "email", *SCOPE_FIELDS)}
        _refuse_own_scope(by, current, wanted)
        moved = any(getattr(current, item) != wanted[item] for item in SCOPE_FIELDS)
        for item, value in wanted.items():
            setattr(current, item, value)
        _refuse(_faults(current, is_new=False))
        changed = [item for item in was if was[item] != _said(current, item)]
        if changed:
            User.objects.filter(pk=current.pk).update(**wanted)
            record(current, "；".join(f"{_label(item)}：{was[item]} → {_said(current, item)}" for item in changed))
        if moved:
            _end_sign_ins(current)
    return current


def account_reset_password(*, by: User, person: User) -> IssuedPassword:
    """Gives an account another initial password, ends its sessions and tokens, and lifts a sign-in lock.

    Refused: 403 not_administrator, or own_account (one's own is changed with the old one); 409 not_active.
    """
    with _decision(Action.PASSWORD_RESET, by=by, person=person) as record:
        current = _locked(person)
        _refuse_own(by, current, _("请用“修改密码”更换自己的密码。"))
        _refuse_inactive(current)
        password = initial_password(current)
        User.objects.filter(pk=current.pk).update(password=make_password(password))
        _end_sign_ins(current)
        forget_failures(username=current.username)
        record(current)
    return IssuedPassword(current, password)


def account_deactivate(*, by: User, person: User) -> User:
    """Shuts an account and ends its sessions and tokens; what the person wrote stays.

    Refused: 403 not_administrator or own_account, so that one administrator is always left; 409 not_active.
    """
    with _decision(Action.DEACTIVATED, by=by, person=person) as record:
        current = _locked(person)
        _refuse_own(by, current, _("不能停用自己的账号，请由另一位管理员处理。"))
        _refuse_inactive(current)
        _put_active(current, active=False)
        _end_sign_ins(current)
        record(current)
    return current


def account_reactivate(*, by: User, person: User) -> User:
    """Opens a shut account again, with the password it had. Refused: 403 not_administrator; 409 active_already."""
    with _decision(Action.REACTIVATED, by=by, person=person) as record:
        current = _locked(person)
        if current.is_active:
            raise Conflict("active_already", _("账号“%(username)s”没有停用。") % {"username": current.username})
        _put_active(current, active=True)
        record(current)
    return current


Record = Callable[..., None]


@contextmanager
def _decision(action: str, *, by: User, person: User | None = None) -> Iterator[Record]:
    """One decision by somebody who administers; a refusal is stored by itself, after the rollback."""

    def record(about: User, detail: str = "") -> None:
        AccountEvent.objects.create(
            person=about, action=action, actor=by, at=timezone.now(), detail=detail[:LONGEST_DETAIL]
        )

    try:
        with transaction.atomic():
            _lock_administrators(by)
            yield record
    except Refusal as refusal:
        with transaction.atomic():
            AccountEvent.objects.create(
                person=person,
                action=Action.REFUSED,
                attempted=action,
                actor=by,
                at=timezone.now(),
                detail=refusal.told.replace("\x00", "\ufffd")[:LONGEST_DETAIL],
                code=refusal.code,
            )
        raise


def _lock_administrators(by: User) -> None:
    """Lets decisions about accounts happen one after the other; refuses whoever does not administer by then.

    So two administrators who shut each other's accounts at once leave one, and a user name is taken once.
    """
    refuse_all_but_administrators(by)
    acting = User.objects.select_for_update(no_key=True).filter(role=Role.ADMIN, is_active=True).order_by("pk")
    if by.pk not in {person.pk for person in acting}:
        raise Forbidden("not_administrator", _("您的管理员账号已停用或改了角色，没有保存任何内容。"))


def _locked(person: User) -> User:
    """The account as it stands now, held until the decision is stored."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _put_active(person: User, *, active: bool) -> None:
    User.objects.filter(pk=person.pk).update(is_active=active)
    person.is_active = active


def _end_sign_ins(person: User) -> None:
    """Deletes the account's API tokens and browser sessions; a session says whose it is only in its content."""
    AuthToken.objects.filter(user=person).delete()
    running = Session.objects.filter(expire_date__gt=timezone.now())
    own = [
        session.pk for session in running.iterator() if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=own).delete()


def _refuse_own(by: User, person: User, message: str) -> None:
    if by.pk == person.pk:
        raise Forbidden("own_account", message)


def _refuse_own_scope(by: User, person: User, wanted: dict[str, Any]) -> None:
    if wanted["role"] != person.role:
        _refuse_own(by, person, _("不能更改自己的角色，请由另一位管理员处理。"))


def _refuse_inactive(person: User) -> None:
    if not person.is_active:
        raise Conflict("not_active", _("账号“%(username)s”已停用。") % {"username": person.username})


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid(*faults)


def _faults(person: User, *, is_new: bool) -> list[Fault]:
    """Everything that is wrong with an account."""
    faults = _column_faults(person) + _name_faults(person) + _scope_faults(person)
    if is_new and not any(fault.field == "username" for fault in faults):
        faults += _taken_faults(person)
    return faults


def _column_faults(person: User) -> list[Fault]:
    checked = {"username", "first_name", "email", "role"}
    try:
        person.clean_fields(exclude={column.name for column in User._meta.fields} - checked)
    except ValidationError as error:
        return [
            Fault("name" if name == "first_name" else name, item.code or "invalid", _words(person, name, item))
            for name, items in error.error_dict.items()
            for item in items
        ]
    return []


def _words(person: User, name: str, error: ValidationError) -> str:
    """Why a column refused, with the value got and what is allowed."""
    if name == "username" and error.code == "invalid":
        message = _("用户名“%(username)s”中有不能用的字符，可用：字母、汉字、数字和 @ . + - _。")
        return message % {"username": person.username}
    return "".join(error.messages)


def _name_faults(person: User) -> list[Fault]:
    if not person.first_name:
        return [Fault("name", "name_required", _("请填写姓名，填报和审核的记录都署这个名字。"))]
    return []


def _taken_faults(person: User) -> list[Fault]:
    taken = User.objects.filter(username__iexact=person.username).first()
    if taken is None:
        return []
    message = _("用户名“%(username)s”已被使用（不分大小写），请换一个。") % {"username": taken.username}
    return [Fault("username", "username_taken", message)]


def _scope_faults(person: User) -> list[Fault]:
    """What a role needs and what it may not have: a department for staff and reviewers, a city for officials."""
    role = {"role": person.get_role_display()}
    faults = []
    if person.role == Role.STAFF and person.department is None:
        faults.append(Fault("department", "department_required", _("%(role)s必须属于一个单位，请选择单位。") % role))
    if person.role not in {Role.STAFF, Role.REVIEWER} and person.department is not None:
        message = _("%(role)s不属于填报单位，单位请留空。") % role
        faults.append(Fault("department", "department_not_allowed", message))
    if person.role == Role.OFFICIAL and person.city is None:
        faults.append(Fault("city", "city_required", _("%(role)s必须属于一个市（地），请选择。") % role))
    if person.role != Role.OFFICIAL and person.city is not None:
        message = _("只有市（地）官员属于市（地），%(role)s请留空。") % role
        faults.append(Fault("city", "city_not_allowed", message))
    return faults


def _label(item: str) -> str:
    """What the record calls it."""
    labels = {
        "name": "姓名",
        "email": "邮箱",
        "role": "角色",
        "department": "单位",
        "city": "市（地）",
    }
    return labels[item]


@in_chinese
def _said(person: User, item: str) -> str:
    """What an account says of itself, in the words of the record."""
    if item == "role":
        return str(person.get_role_display())
    value = person.get_full_name() if item == "name" else getattr(person, item)
    return str(value) if value else "（无）"
