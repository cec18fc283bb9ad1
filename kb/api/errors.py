"""Refusals of the API and the words for them. Their shape is that of every error below /api/ (kb/site/api.py)."""

from typing import NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from kb.api.paging import REMEDIES
from kb.site.api import NAMESPACE, api_error, echo


class BadParameter(Exception):
    """A parameter has a value that it does not take."""

    def __init__(self, parameter: str, value: str, remedy: str) -> None:
        super().__init__(parameter)
        self.parameter, self.value, self.remedy = parameter, value, remedy


class NotPublished(Exception):
    """Nothing published has that name; `what` is the kind of entry, `listed_by` the operation that lists them all."""

    def __init__(self, what: str, name: str, *, listed_by: str) -> None:
        super().__init__(what)
        self.what, self.name, self.listed_by = what, name, listed_by


def handle_errors(api: NinjaAPI) -> None:
    """Give every error of `api` the one shape, in place of django-ninja's own."""
    api.exception_handler(BadParameter)(_bad_parameter)
    api.exception_handler(ValidationError)(_invalid)
    api.exception_handler(NotPublished)(_not_published)
    api.exception_handler(Http404)(_not_found)
    api.exception_handler(HttpError)(_refused)
    api.exception_handler(Exception)(_broken)


def _bad_parameter(request: HttpRequest, error: BadParameter) -> HttpResponse:
    return api_error(
        400,
        code="bad_parameter",
        message=f"{error.parameter} does not take “{echo(error.value)}”.",
        parameter=error.parameter,
        remedy=error.remedy,
    )


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first parameter that does not hold; its remedy says what it takes."""
    parameter = str(error.errors[0]["loc"][-1])
    if error.errors[0]["type"] != "missing":
        return _bad_parameter(request, BadParameter(parameter, request.GET.get(parameter, ""), REMEDIES[parameter]))
    return api_error(
        400, code="bad_parameter", message=f"{parameter} is missing.", parameter=parameter, remedy=REMEDIES[parameter]
    )


def _not_published(request: HttpRequest, error: NotPublished) -> HttpResponse:
    message = f"No published {error.what} is called “{echo(error.name)}”."
    return api_error(404, message=message, remedy=f"{reverse(f'{NAMESPACE}:{error.listed_by}')} lists all of them.")


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return api_error(404)


def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return api_error(error.status_code)


def _broken(request: HttpRequest, error: Exception) -> NoReturn:
    """A programmer's error: Django logs it and answers by handler500. django-ninja would show its trace in DEBUG."""
    raise error
