"""How far a slow metric has come, told to whoever listens; by default nobody does."""

import contextlib
import contextvars
import threading
from collections.abc import Callable, Iterator

# Takes what is done and the number of steps; entered, it gives what is called after each step.
Listener = Callable[[str, int], contextlib.AbstractContextManager[Callable[[], object]]]

_LISTENER: contextvars.ContextVar[Listener | None] = contextvars.ContextVar(
    "listener", default=None
)


@contextlib.contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Tells a listener of the steps of all metrics that are computed inside.

    Args:
      listener: Takes what is done and the number of steps, and gives a context manager, whose value
        is called without arguments after each step.
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextlib.contextmanager
def told_as(name: str) -> Iterator[None]:
    """Puts a metric's name before what its steps are told to be.

    Args:
      name: Of the metric that is computed inside.
    """
    listener = _LISTENER.get()
    if listener is None:
        yield
        return
    with told_to(lambda what, total: listener(f"{name}: {what}", total)):
        yield


@contextlib.contextmanager
def steps(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Work in steps, of which a listener is told; steps within steps are not.

    Args:
      what: What is done, in a few words.
      total: Number of steps.

    Yields:
      advance: To be called after each step, from any thread.
    """
    listener = _LISTENER.get()
    if listener is None:
        yield lambda: None
        return
    token, lock = _LISTENER.set(None), threading.Lock()
    try:
        with listener(what, total) as told:

            def advance() -> None:
                with lock:
                    told()

            yield advance
    finally:
        _LISTENER.reset(token)
