import io

import pytest

from tripod_dlib.storage import one_line, printable, progress


@pytest.mark.parametrize(
    "text, shown",
    [
        ("größe 形 😀", "größe 形 😀"),
        ("\x1b[2J\x07", r"\x1b[2J\x07"),
        ("a\x85b\x7f", r"a\x85b\x7f"),
        ("a\r\tb\n", "a\\r\\tb\n"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u2028b", r"a\u2028b"),
        (b"caf\xe9".decode("utf-8", "surrogateescape"), r"caf\udce9"),
    ],
)
def test_what_would_act_on_a_terminal_is_written_as_an_escape(text, shown):
    assert printable(text) == shown
    assert shown.encode()  # UTF-8 can hold it


def test_a_name_on_one_line_is_cut_at_its_end():
    assert one_line("a\nb") == r"a\nb"
    assert one_line("abcdef", most=6) == "abcdef"
    assert one_line("abcdefg", most=6) == "abcde…"


def test_a_line_is_said_on_standard_output_beside_the_progress(capsys):
    with progress(1, "working\x1b") as shown:
        shown.say("step 1: InfoM .5")
        shown.update()
    found = capsys.readouterr()
    assert found.out == "step 1: InfoM .5\n"
    assert found.err.startswith(r"working\x1b: 1/1 it, ")


def test_time_that_was_paused_does_not_count_in_the_rate(monkeypatch, capsys):
    now = iter([0.0, 100.0, 102.0, 102.0])
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    with progress(8, "working") as shown:
        shown.unpause()  # 100 s went by
        shown.n += 4
    assert ": 4/8 it, 2 it/s, 00:02 left" in capsys.readouterr().err


@pytest.mark.parametrize("initial", [0, 3])
def test_a_bar_speaks_of_no_rate_before_it_has_one(monkeypatch, initial):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    with progress(8, "training", "steps", initial=initial) as shown:
        first = terminal.getvalue()
        shown.update()
        shown.refresh()
    assert f"{initial}/8" in first and "?" not in first and "steps/s" not in first
    assert "steps/s" in terminal.getvalue().removeprefix(first)


@pytest.mark.parametrize("seconds, lines", [(1.0, 0), (6.0, 2)])
def test_a_log_has_no_line_on_short_work_where_that_is_wished(monkeypatch, capsys, seconds, lines):
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    with progress(3, "votes", said_when_short=False) as shown:
        for _ in range(3):
            now += seconds
            shown.update()
    assert len(capsys.readouterr().err.splitlines()) == lines
