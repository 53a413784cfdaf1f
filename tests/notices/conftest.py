import pytest

from notices import public, workflow
from tests import make
from tests.notices.making_channels import channel
from tests.sinks import MailSink, Sink, reply


@pytest.fixture(autouse=True)
def _no_copy_from_the_test_before(settings, tmp_path):
    """Each test has a process that has just started and an empty data folder."""
    settings.DATA_DIR = tmp_path
    public.forget()
    yield
    public.forget()


@pytest.fixture
def loopback(settings):
    """Messages may go to the sinks, which are on this machine, and nowhere else."""
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def sink(loopback):
    """A provider of messages, at which every message arrives; `requests` are those that came."""
    sink = Sink(reply({"id": "x"}))
    yield sink
    sink.close()


@pytest.fixture
def sms(sink):
    return channel("webhook", sink, name="短信", configuration={"serves": "sms"})


@pytest.fixture
def voice(sink):
    return channel("voice", sink, name="电话")


@pytest.fixture
def post(loopback):
    """The hospital's mail server; `mails` are those that came."""
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
