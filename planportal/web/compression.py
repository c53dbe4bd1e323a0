"""Pages and JSON compressed on their way, where the reader's program takes it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedAnswersMiddleware(GZipMiddleware):
    """gzip for whole answers without an ETag.

    Compression beside a secret lets an attacker guess it from lengths (BREACH). The secrets on our pages are CSRF
    tokens, which Django masks anew in each answer, and Django's gzip adds up to 100 random bytes; a token of the API
    is told in an answer too short to be compressed, with nothing from the request beside it.

    A figure's ETag is its version, to be sent back by If-Match: gzip would make it a weak one, which never matches.
    Streams stay as they are: most evidence is compressed already, and of a list each row would be compressed alone.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or response.has_header("ETag"):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
