"""What every request passes through: the chosen language, and a refusal of characters no database takes."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]


def is_api(path: str) -> bool:
    """Whether a path belongs to the API, of the default plan or of another one."""
    parts = path.split("/")
    return parts[1:3] == ["api", "v1"] or (parts[1:2] == ["p"] and parts[3:5] == ["api", "v1"])


class ChosenLanguageMiddleware:
    """Chinese, or the language a person chose; Accept-Language is ignored, and the API answers in Chinese."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(self._language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        if is_api(request.path_info):
            return settings.LANGUAGE_CODE
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class PrivateAnswersMiddleware:
    """What somebody signed in is shown is theirs alone: no cache on the way, and no back button, keeps it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        names_somebody = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        if names_somebody and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class RefuseNullCharactersMiddleware:
    """400 for a NUL in the path or the query: PostgreSQL cannot store one, and no address of ours has one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        given = [
            request.path_info,
            *request.GET.keys(),
            *(v for values in request.GET.lists() for v in values[1]),
        ]
        if any("\x00" in text for text in given):
            raise BadRequest("地址中有空字符（U+0000），不能使用。")
