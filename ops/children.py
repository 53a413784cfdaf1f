"""The supervisor's children: watched, started again with growing pauses, ended in order."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ops.processes import CannotStart, end, last_lines

# A child that dies this often within the window will not live by starting it once more.
DEATHS_ALLOWED = 5
WINDOW = 120.0
LONG_PAUSE = 60.0


@dataclass
class Child:
    """One supervised process.

    `launch` starts it without waiting. `essential`: without it there is no product, so dying
    again and again ends the whole; the others are tried again every minute, for the watchdog
    does their work meanwhile.
    """

    title: str
    launch: Callable[[], subprocess.Popen[bytes]]
    log: Path
    essential: bool = True
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    _deaths: list[float] = field(default_factory=list)
    _start_at: float | None = None

    def start(self) -> None:
        self.process = self.launch()

    def look(self, say: Callable[[str], None]) -> None:
        """Notice a death, start again when the pause is over; say both. Raises CannotStart."""
        now = time.monotonic()
        if self._start_at is not None:
            if now >= self._start_at:
                self._start_at = None
                try:
                    self.start()
                except OSError as error:
                    self._mourn(now, str(error), say)
                else:
                    say(f"{self.title} 已重新启动。 ({self.title} started again.)")
        elif self.process is not None and (status := self.process.poll()) is not None:
            end(self.process, within=1)  # Its own children must not stay behind.
            self._mourn(now, _cause_of_death(status), say)

    def _mourn(self, now: float, cause: str, say: Callable[[str], None]) -> None:
        self._deaths = [*(death for death in self._deaths if now - death < WINDOW), now]
        often = len(self._deaths) > DEATHS_ALLOWED
        if often and self.essential:
            raise CannotStart(
                f"{self.title} 反复意外结束（{cause}），不再重试。{last_words(self.log)}"
                f" ({self.title} died again and again: giving up.)"
            )
        pause = LONG_PAUSE if often else 0.5 * 2 ** (len(self._deaths) - 1)
        self._start_at = now + pause
        say(
            f"{self.title} 意外结束（{cause}），{pause:g} 秒后重新启动。"
            + (last_words(self.log) if often else "")
            + f" ({self.title} died, starting again in {pause:g} s.)"
        )

    def stop(self) -> bool:
        """True if it ended when asked, False if it had to be killed."""
        self._start_at = None
        if self.process is None:
            return True
        return end(self.process, by=self.stop_signal, within=self.patience)

    def ask_to_stop(self) -> None:
        """Send the signal without waiting, so that several end side by side."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)


def last_words(log: Path) -> str:
    """What the log says about a death, as part of a sentence."""
    lines = last_lines(log, 40)
    if any("No space left on device" in line for line in lines):
        return f"磁盘已满，请腾出空间。 The disk is full. 日志：{log}"
    return f"日志 {log} 的最后一行：{lines[-1][:200]}" if lines else f"日志：{log}"


def _cause_of_death(status: int) -> str:
    if status >= 0:
        return f"exit {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
