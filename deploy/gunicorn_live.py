"""gunicorn for `/live/`: one event loop holds every open stream; a second one is rarely needed."""

import os

wsgi_app = "config.asgi:application"
bind = os.environ.get("LIVE_BIND", "0.0.0.0:8001")
worker_class = "asgi"
workers = int(os.environ.get("LIVE_PROCESSES", "1"))
worker_connections = 2000
timeout = 60
# Streams never end by themselves; browsers reconnect.
graceful_timeout = 3
worker_tmp_dir = "/dev/shm"  # noqa: S108  (memory, not a shared folder)
control_socket_disable = True
forwarded_allow_ips = "*"  # Only the proxy can reach this port.
accesslog = None
errorlog = "-"
