import pytest

from notices import public, workflow
from tests import make
from tests.sinks import MailSink


@pytest.fixture(autouse=True)
def _no_copy_from_the_test_before(settings, tmp_path):
    """Each test has a process that has just started and an empty data folder."""
    settings.DATA_DIR = tmp_path
    public.forget()
    yield
    public.forget()


@pytest.fixture
def post(settings):
    """The hospital's mail server; `mails` are those that came."""
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]
    sink = MailSink()
    configuration = {
        "host": "127.0.0.1",
        "port": str(sink.port),
        "security": "none",
        "sender": "应急 <yingji@example.org>",
    }
    workflow.add_channel(
        "mail",
        by=make.person("admin"),
        name="邮件",
        configuration=configuration,
        secrets={},
        rates=[],
    )
    yield sink
    sink.close()
