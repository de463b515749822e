"""How rows of the tables are written."""


def same(module: str, names: str) -> dict[str, str]:
    """Names, between spaces, that are the same here and there."""
    return {name: f"{module}:{name}" for name in names.split()}
