"""Pages and JSON compressed on their way, where the reader's program takes it."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedAnswersMiddleware(GZipMiddleware):
    """gzip for whole answers without an ETag, but not for what a session is answered to an address with a query.

    Compression of a secret together with something that an attacker can put into the address lets them guess the
    secret from lengths (BREACH). What somebody signed in reads can hold figures that are not public, and pages repeat
    parts of their query: those answers stay as they are. Elsewhere the secrets are CSRF tokens, which Django masks
    anew in each answer; Django's gzip adds up to 100 random bytes; and a token of the API, which no browser sends by
    itself, is told in an answer too short to be compressed.

    A figure's ETag is its version, to be sent back by If-Match: gzip would make it a weak one, which never matches.
    Streams stay as they are: most evidence is compressed already, and of a list each row would be compressed alone.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or response.has_header("ETag") or _reflects_beside_secrets(request):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


def _reflects_beside_secrets(request: HttpRequest) -> bool:
    """Another site can make a browser open such an address with the session, and choose what stands in its query."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and bool(request.META.get("QUERY_STRING"))
