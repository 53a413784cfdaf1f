"""Production: the settings, the compose file, and its very commands as plain processes."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from ops.embedded import free_port
from ops.processes import end, last_lines, spawn
from tests.running import ROOT, bare_environment, redis_of_its_own
from tests.tables import make_database

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SITE = "yingji.example.org"
# What an administrator fills into `.env`.
FILLED_IN = {
    "SITE_NAME": SITE,
    "HOSPITAL_NAME": "第一医院",
    "DUTY_PHONE": "内线 8119",
    "SECRET_KEY": "production-like-" + "0123456789abcdefghij" * 3,
    "JOURNAL_KEY": "another-production-like-" + "klmnopqrst9876543210" * 3,
    "CHANNEL_KEY": "cHJvZHVjdGlvbi1saWtlLXByb2R1Y3Rpb24tbGlrZS0=",
    "POSTGRES_PASSWORD": "a" * 30,
    "DATABASE_PASSWORD": "b" * 30,
    "VALKEY_PASSWORD": "c" * 30,
}
OURS = ("migrate", "web", "live", "worker", "sender", "beat", "watchdog")


def interpolated(text: str) -> str:
    """Compose's own `${NAME}`, `${NAME:-default}` and `${NAME:?reason}`."""

    def value(match: re.Match) -> str:
        name, _, rest = match.group(1).partition(":")
        if name in FILLED_IN:
            return FILLED_IN[name]
        assert rest.startswith("-"), f"{name} has no value and no default"
        return rest[1:]

    return re.sub(r"\$\{([^}]+)\}", value, text)


def production_environment(service: str, **instead: str) -> dict[str, str]:
    settings = COMPOSE["services"][service]["environment"]
    return bare_environment() | {k: interpolated(str(v)) for k, v in settings.items()} | instead


def test_the_compose_file_obeys_the_specification():
    schema = yaml.safe_load(
        files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    errors = [
        f"{'/'.join(map(str, error.path))}: {error.message}"
        for error in Draft7Validator(schema).iter_errors(COMPOSE)
    ]
    assert errors == []


def test_the_compose_file_has_every_part_and_each_comes_back_and_is_watched():
    services = COMPOSE["services"]
    assert set(services) == {"postgres", "valkey", "proxy", *OURS}
    for name, service in services.items():
        if name == "migrate":
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name
        assert "no-new-privileges:true" in service["security_opt"], name
    volumes = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert volumes == set(COMPOSE["volumes"])


def test_no_secret_stands_in_the_compose_file():
    """Each secret comes from outside, and a missing one stops the start with a reason."""
    text = (ROOT / "docker-compose.yml").read_text()
    for name in FILLED_IN:
        assert f"${{{name}:?" in text, f"{name} may be forgotten"
    wanted = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    assert wanted == set(FILLED_IN)
    example = (ROOT / "deploy" / "production.env.example").read_text()
    for name in wanted:
        assert f"\n{name}=\n" in example, f"{name} is missing from the example or has a value"


def test_files_named_in_the_compose_file_exist():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), source
        command = service.get("command", [])
        for word in command:
            if str(word).startswith("deploy/"):
                assert (ROOT / word).exists(), word


def test_the_settings_pass_djangos_deploy_check_with_the_production_environment():
    run = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=production_environment("web"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "no issues (0 silenced)" in run.stdout


@pytest.mark.parametrize("missing", ["SECRET_KEY", "JOURNAL_KEY"])
def test_without_its_keys_the_product_does_not_start(missing):
    environment = production_environment("web")
    del environment[missing]
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "Set SECRET_KEY and JOURNAL_KEY" in run.stderr


class Host:
    """One production host without containers: the compose file's commands, ports of our own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.ports = {"web": free_port(), "live": free_port()}
        self.processes: dict[str, subprocess.Popen] = {}
        self.instead = {
            "DATABASE_URL": make_database(f"yingji_host_{os.getpid()}", with_tables=False),
            "REDIS_URL": redis_of_its_own(7),
            "DATA_DIR": str(folder / "data"),
            "WEB_BIND": f"127.0.0.1:{self.ports['web']}",
            "LIVE_BIND": f"127.0.0.1:{self.ports['live']}",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        (folder / "data").mkdir()

    def command(self, service: str) -> list[str]:
        return [interpolated(str(word)) for word in COMPOSE["services"][service]["command"]]

    def environment(self, service: str) -> dict[str, str]:
        return production_environment(service, **self.instead)

    def start(self, service: str) -> None:
        environment = self.environment(service)
        command = self.command(service)
        # Found as in the container: by PATH, where the virtual environment comes first.
        command[0] = str(Path(sys.executable).parent / command[0])
        self.processes[service] = spawn(
            command, log=self.log(service), environment=environment, directory=ROOT
        )

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def probe(self, service: str) -> int:
        """The container's own health check, pointed at our ports."""
        test = COMPOSE["services"][service]["healthcheck"]["test"][1:]
        words = [str(word) for word in test]
        words[0] = sys.executable
        for port, name in ((":8000", "web"), (":8001", "live")):
            words = [word.replace(port, f":{self.ports[name]}") for word in words]
        return subprocess.run(
            words, cwd=ROOT, env=self.environment(service), capture_output=True, check=False
        ).returncode

    def get(self, service: str, path: str) -> tuple[int, dict[str, str], str]:
        """As the proxy asks: the public name, and TLS in front."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports[service]}{path}",
            headers={"Host": SITE, "X-Forwarded-Proto": "https"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), ""

    def wait_well(self, *services: str, within: float = 120.0) -> None:
        give_up = time.monotonic() + within
        waiting = list(services)
        while waiting:
            waiting = [service for service in waiting if self.probe(service) != 0]
            for service, process in self.processes.items():
                assert process.poll() is None, (service, last_lines(self.log(service), 30))
            if waiting and time.monotonic() > give_up:
                raise AssertionError({name: last_lines(self.log(name), 30) for name in waiting})
            time.sleep(0.3)

    def stop(self) -> None:
        for process in self.processes.values():
            end(process, within=30)


@pytest.fixture(scope="module")
def host(tmp_path_factory) -> Iterator[Host]:
    host = Host(tmp_path_factory.mktemp("host"))
    prepared = subprocess.run(
        [sys.executable, *host.command("migrate")[1:]],
        cwd=ROOT,
        env=host.environment("migrate"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert prepared.returncode == 0, prepared.stderr
    for service in OURS[1:]:
        host.start(service)
    try:
        host.wait_well(*OURS[1:])
        yield host
    finally:
        host.stop()


@pytest.mark.slow
class TestOnOneHost:
    def test_health_is_well_and_the_heart_beats(self, host):
        import json

        ages = []
        for _ in range(8):
            status, _, body = host.get("web", "/health/ready/")
            assert status == 200
            ages.append(json.loads(body)["heartbeat_age"])
            time.sleep(0.5)
        # A heart that stood still would only grow older.
        assert ages != sorted(ages)
        assert min(ages) < 5

    def test_the_login_page_is_served_with_its_headers_and_styles(self, host):
        status, headers, body = host.get("web", "/accounts/login/")
        assert status == 200
        assert "密码" in body
        assert "Secure" in headers["Set-Cookie"]
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
        style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', body).group(1)
        status, headers, _ = host.get("web", style)
        assert status == 200
        assert headers["Content-Type"].startswith("text/css")

    def test_without_tls_a_browser_is_sent_to_https(self, host):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        request = urllib.request.Request(
            f"http://127.0.0.1:{host.ports['web']}/accounts/login/", headers={"Host": SITE}
        )
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.build_opener(Stay).open(request, timeout=10)
        assert answer.value.code == 301
        assert answer.value.headers["Location"] == f"https://{SITE}/accounts/login/"

    def test_the_demo_is_not_in_production(self, host):
        _, _, body = host.get("web", "/accounts/login/")
        assert "yingji-demo" not in body
        assert "kefu" not in body

    def test_another_hosts_name_is_refused(self, host):
        request = urllib.request.Request(
            f"http://127.0.0.1:{host.ports['web']}/accounts/login/",
            headers={"Host": "evil.example.org", "X-Forwarded-Proto": "https"},
        )
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, timeout=10)
        assert answer.value.code == 400

    def test_a_signed_in_person_gets_the_live_stream_from_its_own_server(self, host):
        session = signed_in(host)
        request = urllib.request.Request(
            f"http://127.0.0.1:{host.ports['live']}/live/",
            headers={
                "Host": SITE,
                "X-Forwarded-Proto": "https",
                "Cookie": f"sessionid={session}",
                "Accept": "text/event-stream",
            },
        )
        with urllib.request.urlopen(request, timeout=20) as stream:
            assert stream.status == 200
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            assert stream.readline() != b""

    def test_nobody_else_gets_the_live_stream(self, host):
        status, _, _ = host.get("live", "/live/")
        assert status in (302, 401, 403)


def signed_in(host: Host) -> str:
    """A session of a person made for it; how one signs in is proved elsewhere."""
    program = (
        "import django; django.setup()\n"
        "from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "from teams.models import Person\n"
        "person = Person.objects.create_user(username='someone')\n"
        "session = SessionStore()\n"
        "session[SESSION_KEY] = str(person.pk)\n"
        "session[BACKEND_SESSION_KEY] = 'django.contrib.auth.backends.ModelBackend'\n"
        "session[HASH_SESSION_KEY] = person.get_session_auth_hash()\n"
        "session.create()\n"
        "print(session.session_key)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=host.environment("web") | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
