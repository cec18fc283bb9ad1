"""How gunicorn serves the site: `gunicorn config.wsgi:application` reads this file by its name.

Sized for a small machine; what differs between machines comes from the environment.
"""

import logging
import os
import re
from pathlib import Path

from gunicorn.http import message

# --- where --------------------------------------------------------------------------------------------------------
# Only this machine unless HOST says otherwise: a proxy or a container sets HOST=0.0.0.0 knowingly.
host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
# Whose X-Forwarded-Proto is believed; a proxy on another address is named here.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# --- how many -----------------------------------------------------------------------------------------------------
# Threads wait for the database together at little memory; a second process uses a second core.
workers = int(os.environ.get("WEB_CONCURRENCY") or min(4, os.cpu_count() or 1))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
preload_app = True  # the processes share what Django loads, and a broken setting stops the start instead of looping
max_requests = 5000  # gives back what a long life fragments; the jitter keeps processes from restarting together
max_requests_jitter = 500

# --- how long (seconds) -------------------------------------------------------------------------------------------
timeout = 30
graceful_timeout = 20  # a request that is being answered is finished before its process ends
keepalive = 5
# The heartbeat file: on a disk, a slow write would look like a hung process.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  (gunicorn makes its own file)

# --- how large (bytes) --------------------------------------------------------------------------------------------
# A search for 10,000 Chinese characters is 90 KB of percent-encoded address. Somebody who pastes a whole chat gets our
# page, which says what to do instead, not the server's bare "Bad Request". gunicorn lowers any larger
# limit_request_line to its constant MAX_REQUEST_LINE (8,190), so the constant is raised; 0 would mean no limit at all.
message.MAX_REQUEST_LINE = 128 * 1024
limit_request_line = 128 * 1024
# Such an address does not come back in a header: browsers cut a Referer above 4,096 characters to the origin.
limit_request_fields = 64
limit_request_field_size = 8190

# --- what is logged -----------------------------------------------------------------------------------------------
# No access log: it would hold the query, which may hold anything. RequestIdMiddleware logs each request without it.
accesslog = None


class WithoutQuery(logging.Filter):
    """Cut the query out of gunicorn's own messages: "Error handling request %s" carries the whole address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = re.sub(r"\?\S+", "?…", record.getMessage()), ()
        return True


# gunicorn's messages in the site's form, so that every line is JSON and masked alike.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_query": {"()": WithoutQuery}},
    "formatters": {"json": {"()": "kb.site.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_query"], "formatter": "json"}},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO"), "propagate": False},
        "gunicorn.access": {"handlers": [], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
control_socket_disable = True  # nobody uses it, and it would be made in somebody's home
chdir = str(Path(__file__).resolve().parent)
