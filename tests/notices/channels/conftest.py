import pytest

from tests.sinks import MailSink, Sink


@pytest.fixture(autouse=True)
def _loopback_is_listed(settings):
    """The sinks are on this machine; everything else stays forbidden."""
    settings.CHANNEL_HOSTS = ["127.0.0.1", "localhost"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8", "::1/128"]


@pytest.fixture
def sink():
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture
def mail_sink():
    sink = MailSink()
    yield sink
    sink.close()
