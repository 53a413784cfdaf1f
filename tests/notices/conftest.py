import pytest

from notices import public


@pytest.fixture(autouse=True)
def _no_copy_from_the_test_before(settings, tmp_path):
    """Each test has a process that has just started and an empty data folder."""
    settings.DATA_DIR = tmp_path
    public.forget()
    yield
    public.forget()
