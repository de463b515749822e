"""What is wrong with the content of a result file, field by field."""

import datetime
import functools
import importlib.resources
import json
import math
import unicodedata
from collections.abc import Iterator

from tripod_dlib.board.datasets import dataset_faults
from tripod_dlib.board.variant import parse_key
from tripod_dlib.errors import InputError

SCHEMA = "result.schema.json"
ROUNDING = 1e-9
MOST_LEVELS, MOST_ENTRIES = 6, 1000
LONGEST = 600  # characters of a sentence
LARGEST = 2**53  # beyond, numbers of JSON are no longer whole ones everywhere
LEAST_BASELINE = -1.0  # what latents score that know nothing is near 0; see `_figure_faults`
# Control and format characters, lone surrogates and separators of lines: two names that differ by
# these look alike, and a terminal obeys them.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
PROOF = ("configuration", "representation", "weights")


@functools.cache
def schema() -> dict:
    """The JSON schema of result files."""
    text = importlib.resources.files("tripod_dlib.board").joinpath(SCHEMA).read_text("utf-8")
    return json.loads(text)


def faults_of(content: object) -> list[str]:
    """Sentences that begin with the field at fault; none for a valid file.

    What is too deep, too long or no number comes first and alone: the schema is for the rest.
    """
    for find in (_shape_faults, _schema_faults, _other_faults):
        faults = [_printable(fault)[:LONGEST] for fault in find(content)]
        if faults:
            return faults
    return []


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _shape_faults(content: object) -> Iterator[str]:
    left = [("", content, 1)]
    while left:
        path, part, level = left.pop()
        where = path or "the file"
        if isinstance(part, (dict, list)):
            if level > MOST_LEVELS:
                yield f"{where[:300]}: nested deeper than {MOST_LEVELS} levels"
            elif len(part) > MOST_ENTRIES:
                yield f"{where[:300]}: has {len(part)} entries; at most {MOST_ENTRIES} are allowed"
            else:
                pairs = part.items() if isinstance(part, dict) else enumerate(part)
                prefix = f"{path}." if path else ""
                left += [(f"{prefix}{key}", inner, level + 1) for key, inner in pairs]
        elif isinstance(part, str):
            yield from (f"{where[:300]}: {fault}" for fault in _text_faults(path, part))
        elif isinstance(part, (int, float)) and not _is_moderate(part):
            number = "not finite" if isinstance(part, float) and not math.isfinite(part) else "huge"
            field, _, name = where.rpartition(".")
            yield f"{field}: {name} is {number}" if field else f"{where}: is {number}"


def _is_moderate(number: float) -> bool:
    return -LARGEST <= number <= LARGEST  # False for NaN; exact for whole numbers of any size


def _text_faults(path: str, text: str) -> Iterator[str]:
    allowed = "\n\t" if path == "message" else ""
    unseen = [c for c in text if unicodedata.category(c) in UNSEEN and c not in allowed]
    if unseen:
        yield f"holds the character U+{ord(unseen[0]):04X}, which is not seen; remove it"
    elif path != "message" and text != text.strip() and text.strip():
        yield "begins or ends with space; remove it"
    elif not unicodedata.is_normalized("NFC", text):
        yield "is not in Unicode's normal form C: two names that look alike would be two methods"


@functools.cache
def _validator():
    try:
        import jsonschema
    except ImportError as error:
        raise InputError(
            "Result files are checked by jsonschema, which is not installed: "
            "pip install 'tripod_dlib[report]'."
        ) from error
    draft = jsonschema.Draft202012Validator
    # JSON Schema takes 3.0 for a whole number; here it would be another seed than 3.
    types = draft.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    return jsonschema.validators.extend(draft, type_checker=types)(schema())


def _schema_faults(content: object) -> Iterator[str]:
    for error in sorted(_validator().iter_errors(content), key=lambda error: list(error.path)):
        where = ".".join(map(str, error.path)) or "the file"
        yield f"{where}: {_shortened(error.message)}"


def _shortened(message: str) -> str:
    """Its beginning and its end, which says what is wrong with the value at the beginning."""
    return message if len(message) <= 300 else f"{message[:150]} ... {message[-150:]}"


def _other_faults(content: dict) -> Iterator[str]:
    """What a schema cannot say."""
    try:
        date = datetime.date.fromisoformat(content["date"])
        if date > datetime.date.today() + datetime.timedelta(days=1):
            yield f"date: {content['date']} is in the future"
    except ValueError as error:
        yield f"date: {error}"
    figures, seed = content["figures"], content["seed"]
    if content["status"] == "finished" and not figures:
        yield "figures: a finished result has some"
    if content["status"] != "finished" and figures:
        yield f"figures: a result that is {content['status']} has none"
    for name, own in (("seeds", seed), ("datasets", content["dataset"]["name"])):
        claimed = content.get("claims", {}).get(name)
        if claimed is not None and own not in claimed:
            yield f"claims.{name}: does not hold its own {own!r}"
    yield from (f"dataset.{fault}" for fault in dataset_faults(content["dataset"]))
    yield from _proof_faults(content)
    seen = {}
    for key, entry in figures.items():
        faults = list(_figure_faults(key, entry))
        yield from (f"figures.{_shortened(key)}: {fault}" for fault in faults)
        if not faults and seen.setdefault(parse_key(key), key) != key:
            yield f"figures.{key}: is the same figure as {seen[parse_key(key)]}"


def _proof_faults(content: dict) -> Iterator[str]:
    if content["measured_by"] != "verified":
        return
    lacking = [name for name in PROOF if name not in content.get("digests", {})]
    if content["made_from"] != "run" or content["status"] != "finished":
        yield (
            "measured_by: only a finished run can be verified, by `tripod_leaderboard verify`; "
            "this is 'reported'"
        )
    elif lacking:
        yield f"measured_by: is verified without digests.{', digests.'.join(lacking)}"


def _figure_faults(key: str, entry: dict) -> Iterator[str]:
    try:
        variant = parse_key(key)
    except InputError as error:
        yield _shortened(str(error)).rstrip(".")
        return
    baseline, (least, most) = entry.get("baseline"), variant.limits
    numbers = {"value": entry["value"], **(baseline or {})}
    for name, number in numbers.items():
        # A baseline far below 0 would lift any score: (s - b) / (1 - b) nears 1.
        lowest = least if name == "value" else max(least, LEAST_BASELINE)
        if name == "permutations" or number is None:
            continue
        if not lowest - ROUNDING <= number <= most + ROUNDING:
            yield f"{name} is {number:g}; {variant.metric} is from {lowest:g} to {most:g}"
    if baseline is not None and not variant.ranked:
        yield "baseline is there, and methods are not ranked by this figure; remove it"
    if variant.ranked and baseline is None and entry["value"] is not None:
        yield "baseline is missing: methods are ranked by what lies above it"
    if baseline is not None and baseline["q95"] < baseline["mean"] - ROUNDING:
        yield "baseline.q95 is below baseline.mean"
