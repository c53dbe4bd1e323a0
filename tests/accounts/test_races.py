"""Two administrators at once on PostgreSQL: one goes first, and one is always left."""

import pytest
from django.db import transaction

from planportal.accounts import services
from planportal.accounts.models import Role, User
from planportal.plan.models import Plan
from planportal.web.refusals import Forbidden, Invalid
from tests.waiting import PATIENCE_SECONDS, Start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admins(seeded: Plan) -> tuple[User, User]:
    """The administrator, and another one."""
    return User.objects.get(username="demo-admin"), User.objects.create_user("second-admin", role=Role.ADMIN)


def test_of_two_who_shut_each_others_accounts_one_is_left(admins: tuple[User, User], start: Start) -> None:
    first, second = admins
    with transaction.atomic():
        services.account_deactivate(by=first, person=second)
        late = start(lambda: services.account_deactivate(by=second, person=first))
    with pytest.raises(Forbidden) as refused:
        late.result(PATIENCE_SECONDS)
    assert refused.value.code == "not_administrator"
    assert list(User.objects.filter(role=Role.ADMIN, is_active=True)) == [first]


def test_of_two_who_demote_each_other_one_is_left(admins: tuple[User, User], start: Start) -> None:
    def demote(by: User, person: User) -> User:
        return services.account_change(by=by, person=person, name="前管理员", email="", role=Role.AUDITOR)

    first, second = admins
    with transaction.atomic():
        demote(first, second)
        late = start(lambda: demote(second, first))
    with pytest.raises(Forbidden):
        late.result(PATIENCE_SECONDS)
    assert list(User.objects.filter(role=Role.ADMIN, is_active=True)) == [first]


def test_of_two_who_take_one_user_name_one_has_it(admins: tuple[User, User], start: Start) -> None:
    def create(by: User, username: str) -> services.IssuedPassword:
        return services.account_create(by=by, username=username, name="张三", email="", role=Role.AUDITOR)

    first, second = admins
    with transaction.atomic():
        create(first, "zhang-san")
        late = start(lambda: create(second, "Zhang-San"))
    with pytest.raises(Invalid) as refused:
        late.result(PATIENCE_SECONDS)
    assert refused.value.code == "username_taken"
    assert User.objects.filter(username__iexact="zhang-san").count() == 1
