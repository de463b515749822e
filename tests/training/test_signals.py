import os
import signal

import pytest

from tripod_dlib.training.signals import stop_requests


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_and_the_second_interrupts(signum, capsys):
    with pytest.raises(KeyboardInterrupt), stop_requests() as stop:
        assert stop.requested is None
        os.kill(os.getpid(), signum)
        assert stop.requested == signum
        assert signal.Signals(signum).name in capsys.readouterr().err
        os.kill(os.getpid(), signum)


def test_the_handlers_from_before_are_put_back():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with stop_requests():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
