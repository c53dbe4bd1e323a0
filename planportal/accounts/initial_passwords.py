"""The password that an account starts with: read out or copied by hand, so no character looks like another."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from planportal.accounts.models import User

# Without what is taken for something else: 0 o, 1 i l, 2 z, 5 s, 6 b 8, 9 g q; no r (rn, m), no v (vv, w).
LETTERS = "acdefhjkmnptuwxy"
DIGITS = "347"
LENGTH = 14


def initial_password(person: User) -> str:
    """Fourteen letters and digits (about 59 bits), both among them, that our own rules take for this person."""
    while True:
        drawn = "".join(secrets.choice(LETTERS + DIGITS) for _place in range(LENGTH))
        if set(drawn) & set(LETTERS) and set(drawn) & set(DIGITS) and _is_taken(drawn, person):
            return drawn


def _is_taken(password: str, person: User) -> bool:
    try:
        validate_password(password, person)
    except ValidationError:
        return False
    return True
