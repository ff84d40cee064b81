"""The processes that take part: one at a time works, the others wait for their next line."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
DRAWING = "drawing"  # A process of ours that only draws a row's numbers.
TIME_TO_END = 20  # Seconds, for a process whose input has ended.


class Failed(Exception):
    """A contestant could not do what it was told; the message is the reason."""


def variables(threads):
    """Returns what holds the frameworks to a number of threads, each by the variable that it documents."""
    count = str(threads)
    flags = "--xla_cpu_multi_thread_eigen=%s intra_op_parallelism_threads=%s" % (str(threads > 1).lower(), count)
    names = (
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "UNFOLD_THREADS",
    )
    return {**dict.fromkeys(names, count), "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}


def processors(threads):
    """Returns the processors to run on: as many as threads, the last ones; None where that can't be told."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    return sorted(os.sched_getaffinity(0))[-threads:]


class Contestant:
    """A process that answers each line on its standard input with one line of JSON."""

    def __init__(self, name, command, threads, log, environment=None):
        self.name, self.threads, self.log = name, threads, Path(log)
        allowed = processors(threads)
        with open(self.log, "wb") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                env={**os.environ, **(environment or variables(threads))},
                preexec_fn=(lambda: os.sched_setaffinity(0, allowed)) if allowed else None,
                start_new_session=os.name != "nt",
            )
        self.answers = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put(None)

    def ask(self, line, patience):
        """Sends a line and returns the answer; raises Failed if there is none in so many seconds."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.answers.get(timeout=patience)
        except queue.Empty:
            raise Failed("no answer to '%s' within %d s" % (line.split()[0], patience)) from None
        except OSError:
            answer = None
        if answer is None:
            raise Failed("it ended: %s" % self.last_words())
        answer = json.loads(answer)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def last_words(self):
        lines = self.log.read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "it said nothing"

    def peak_memory(self):
        """Returns the most bytes that were resident since the last call; None where that can't be told.

        Two calls one after the other give what is resident now.
        """
        folder = Path("/proc") / str(self.process.pid)
        try:
            status = (folder / "status").read_text("utf-8")
            (folder / "clear_refs").write_text("5")  # Starts a new peak.
        except OSError:
            return None
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))

    def stop(self):
        """Ends the process and all that it started."""
        try:
            self.process.stdin.close()
            self.process.wait(TIME_TO_END)
        except (OSError, subprocess.TimeoutExpired):
            pass
        if os.name == "nt":
            self.process.kill()
        else:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.process.stdout.close()


def peer_command(program):
    return [sys.executable, str(HERE / "peers" / program)]
