"""Boards of two dates compared: what changed, and by how much."""

import json
from pathlib import Path

from tripod_dlib.board.table import Board
from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_text

OWN_FOLDERS = ("results", "reports", "snapshots")  # all that a stopped build leaves in its folder
SMALLEST = 5e-4  # what three decimals show


def keep_snapshot(folder: str | Path, board: Board, text: str) -> Path:
    """Writes snapshots/<date>.json below a folder, beside earlier ones.

    Args:
      folder: The board's.
      board: Whose date it gets.
      text: The board as JSON.

    Raises:
      InputError: If there is one of that date with other content.
    """
    path = Path(folder) / "snapshots" / f"{board.date}.json"
    if path.exists() and path.read_bytes() != text.encode():
        raise InputError(
            f"{path} is a snapshot of this date with other content; it is kept. Move it, or leave "
            "--snapshot out."
        )
    write_text(path, text)
    return path


def changes(before: dict, after: dict) -> list[str]:
    """Sentences on what differs between two boards as JSON.

    Args:
      before, after: `json.loads` of board.json.
    """
    old, new = _cells(before), _cells(after)
    sentences = [f"{where} is gone" for where in sorted(old.keys() - new.keys())]
    sentences += [
        f"{where} is new: {new[where]['mean']:.3f}" for where in sorted(new.keys() - old.keys())
    ]
    for where in sorted(old.keys() & new.keys()):
        one, other = old[where], new[where]
        if abs(other["mean"] - one["mean"]) >= SMALLEST:
            by = other["mean"] - one["mean"]
            sentences.append(f"{where}: {one['mean']:.3f} to {other['mean']:.3f} ({by:+.3f})")
        if one["num_seeds"] != other["num_seeds"]:
            sentences.append(f"{where}: {one['num_seeds']} seeds, now {other['num_seeds']}")
        if one["group"] != other["group"]:
            sentences.append(f"{where}: group {one['group']}, now {other['group']}")
    return sentences


def read_board(path: str | Path) -> dict:
    """Reads a snapshot or board.json, or the board.json in a board's folder.

    Raises:
      InputError: If it is none.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "board.json"
    if not path.is_file():
        raise InputError(f"There is no board {path}: give board.json, its folder, or a snapshot.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        _cells(content)
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        lack = f"it lacks {error}" if isinstance(error, KeyError) else error or "nested too deep"
        raise InputError(f"{path} is no board as this command writes it: {lack}.") from error
    return content


def require_board_folder(folder: str | Path) -> None:
    """Refuses a folder with files that a board might replace or mix with its own.

    Args:
      folder: That gets a board: not there, empty, or a board's with what was put beside it.

    Raises:
      InputError: If it is a run's, or holds something and no board.json.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--output {folder} is no folder. Choose another.")
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    strangers = [name for name in names if name not in OWN_FOLDERS and not name.startswith(".")]
    if "board.json" in names and "run.json" not in names:
        read_board(folder)
    elif strangers:
        what = "a run's" if "run.json" in names else f"no board's (it holds {strangers[0]})"
        raise InputError(
            f"The folder {folder} is not empty and {what}; it is left alone. Choose another "
            "--output."
        )


def _cells(board: dict) -> dict[str, dict]:
    return {
        f"{table['name']}: {row['method']} ({row['revision']}), {key}": {
            name: cell[name] for name in ("mean", "num_seeds", "group")
        }
        for table in board["tables"]
        for row in table["rows"]
        for key, cell in row["cells"].items()
    }
