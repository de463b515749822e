from pathlib import Path

import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder, progress, require_free_space, require_memory
from tripod_dlib.storage.space import format_bytes


def test_too_little_space_is_refused_with_both_figures(tmp_path):
    require_free_space(tmp_path / "not" / "yet" / "there", 1, "The cache")
    with pytest.raises(InputError, match=r"The cache needs 1000\.0 TB .* but only .* are free"):
        require_free_space(tmp_path, 10**15, "The cache")


def test_more_memory_than_there_is_is_refused_with_both_figures():
    require_memory(10**6, "A batch", "Bind less.")
    with pytest.raises(InputError, match=r"A batch needs 1000\.0 TB .*machine has .*B\. Bind less"):
        require_memory(10**15, "A batch", "Bind less.")


@pytest.mark.parametrize(
    "num_bytes, text", [(12, "12 bytes"), (267_573_662, "267.6 MB"), (2e12, "2.0 TB")]
)
def test_bytes_are_written_for_people(num_bytes, text):
    assert format_bytes(num_bytes) == text


def test_the_cache_folder_is_the_override_then_the_environment_then_the_users(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "environment"))
    assert cache_folder(tmp_path / "override") == tmp_path / "override"
    assert cache_folder() == tmp_path / "environment"
    monkeypatch.delenv("TRIPOD_DLIB_CACHE")
    assert cache_folder().is_relative_to(Path.home())


def test_off_a_terminal_progress_is_lines_with_rate_and_scores(capsys):
    with progress(10, "rendering", "images", initial=4) as shown:
        shown.set_postfix(loss=0.25)
        shown.update(6)
    line = capsys.readouterr().err
    assert line.startswith("rendering: 10/10 images, ")
    assert line.endswith("00:00 left, loss 0.25\n")
