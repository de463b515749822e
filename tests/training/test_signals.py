import os
import signal

import pytest

from tripod_dlib.errors import Interrupted
from tripod_dlib.training import signals
from tripod_dlib.training.signals import SIGNALS, stop_requests, stopping_at_once


@pytest.fixture(autouse=True)
def heeded():
    """Signals as in a terminal: under nohup, or in the background, some are ignored from birth."""
    before = {signum: signal.getsignal(signum) for signum in SIGNALS}
    for signum, handler in before.items():
        if handler == signal.SIG_IGN:
            default = signal.default_int_handler if signum == signal.SIGINT else signal.SIG_DFL
            signal.signal(signum, default)
    yield
    for signum, handler in before.items():
        signal.signal(signum, handler)


@pytest.mark.parametrize("signum", SIGNALS)
def test_the_first_signal_is_noted_and_the_second_interrupts(signum, capsys, monkeypatch):
    monkeypatch.setattr(signals, "SECONDS_OF_ECHO", 0.0)
    with pytest.raises(KeyboardInterrupt), stop_requests() as stop:
        assert stop.requested is None
        os.kill(os.getpid(), signum)
        assert stop.requested == signum
        assert signal.Signals(signum).name in capsys.readouterr().err
        os.kill(os.getpid(), signum)


def test_a_closed_terminal_is_among_the_signals():
    assert signal.SIGHUP in SIGNALS
    with pytest.raises(Interrupted) as raised, stopping_at_once():
        os.kill(os.getpid(), signal.SIGHUP)
    assert raised.value.signum == signal.SIGHUP


def test_the_handlers_from_before_are_put_back():
    before = [signal.getsignal(signum) for signum in SIGNALS]
    with stop_requests():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(signum) for signum in SIGNALS] == before


def test_a_signal_that_is_ignored_as_nohup_does_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_requests() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert stop.requested is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_same_signal_a_moment_later_is_its_echo():
    with stop_requests() as stop:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGTERM)
    assert stop.requested == signal.SIGTERM
