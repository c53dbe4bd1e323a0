"""Demo accounts: one person of each kind, so that every role can be tried."""

from dataclasses import dataclass

from planportal.accounts.models import City, Department, Role, User


@dataclass(frozen=True)
class DemoAccount:
    """A demo account: its sign-in, its role, and the department or city it works for."""

    username: str
    role: Role
    name: str
    department: str = ""
    city: str = ""


DEMO_ACCOUNTS = (
    DemoAccount("demo-staff", Role.STAFF, "演示填报人", department="kjt"),
    DemoAccount("demo-reviewer", Role.REVIEWER, "演示审核人", department="kjt"),
    DemoAccount("demo-other", Role.STAFF, "演示填报人（知识产权）", department="zscqj"),
    DemoAccount("demo-harbin", Role.OFFICIAL, "演示市（地）官员", city="230100"),
    DemoAccount("demo-auditor", Role.AUDITOR, "演示审计员"),
    DemoAccount("demo-admin", Role.ADMIN, "演示管理员"),
)
SHORTEST_PASSWORD = 8


def put_demo_accounts(password: str) -> int:
    """Creates the demo accounts and sets their password wherever it differs; the count of accounts touched.

    Raises ValueError for a password of less than 8 characters, the only check of a demo password.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"PORTAL_DEMO_PASSWORD has {len(password)} characters, at least {SHORTEST_PASSWORD} needed")
    return sum(_put(account, password) for account in DEMO_ACCOUNTS)


def _put(account: DemoAccount, password: str) -> bool:
    department = Department.objects.get(code=account.department) if account.department else None
    city = City.objects.get(code=account.city) if account.city else None
    values = {
        "role": account.role,
        "first_name": account.name,
        "department": department,
        "city": city,
        "is_active": True,
    }
    user, created = User.objects.get_or_create(username=account.username, defaults=values)
    differs = any(getattr(user, name) != value for name, value in values.items())
    wrong_password = not user.check_password(password)
    if differs or wrong_password:
        for name, value in values.items():
            setattr(user, name, value)
        if wrong_password:
            user.set_password(password)
        user.save()
    return created or differs or wrong_password
