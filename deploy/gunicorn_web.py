"""gunicorn for pages and the API: processes with a fixed pool of threads each."""

import os

wsgi_app = "config.wsgi:application"
bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
# Each thread keeps one connection to PostgreSQL: processes × threads of them in all.
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 10
# Longer than the proxy keeps an idle connection, so that only the proxy closes one.
keepalive = 130
# The heartbeat file on memory: on a slow disk gunicorn would take a living worker for dead.
worker_tmp_dir = "/dev/shm"  # noqa: S108  (memory, not a shared folder)
control_socket_disable = True
forwarded_allow_ips = "*"  # Only the proxy can reach this port.
accesslog = None
errorlog = "-"
