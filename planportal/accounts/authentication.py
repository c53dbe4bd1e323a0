"""How the API knows who asks: a token for everything, a browser's session for reading only."""

import re

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request


class ApiTokenAuthentication(TokenAuthentication):
    """`Authorization: Token …`; tokens are stored as digests and expire."""

    def authenticate_credentials(self, token: bytes) -> tuple[AbstractBaseUser, AuthToken]:
        """401 for what cannot be one of our tokens, which are hexadecimal, before it is looked up."""
        if not re.fullmatch(rb"[0-9a-f]+", token):
            raise AuthenticationFailed(_("认证令牌无效。"))
        found: tuple[AbstractBaseUser, AuthToken] = super().authenticate_credentials(token)
        return found


class SessionReadAuthentication(BaseAuthentication):
    """The signed-in browser may read and download; writing needs a token, so no CSRF token is at stake."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        user = getattr(request._request, "user", None)
        if request.method not in SAFE_METHODS or user is None or not user.is_active:
            return None
        return (user, None)
