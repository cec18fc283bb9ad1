"""Logs as one JSON object a line, each with the id of the request that caused it."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.core.signals import request_finished

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")

# 11 or more digits, of any width and with blanks, dots or hyphens between, may be a card, phone or merchant number; none
# of them belongs in a log.
# A colon ends a run, so that times and ports stay readable.
_LONG_DIGITS = re.compile(r"\d(?:[^\w:]{0,3}\d){10,}")


def _forget_request_id(**_: Any) -> None:
    current_request_id.set("-")


request_finished.connect(_forget_request_id)

_FIELDS = ("method", "path", "status", "milliseconds")


def mask_digits(text: str) -> str:
    return _LONG_DIGITS.sub("[digits]", text)


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": mask_digits(record.getMessage()),
        }
        for field in _FIELDS:
            if (value := getattr(record, field, None)) is not None:
                line[field] = mask_digits(value) if isinstance(value, str) else value
        if record.exc_info:
            line["exception"] = mask_digits(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
