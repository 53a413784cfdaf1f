import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def open_folder():
    """A folder that the servers' own account may enter; pytest closes its own to others."""
    folder = Path(tempfile.mkdtemp(prefix="yingji-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
