"""Every family that this package brings has a test class with the contract."""

import ast
from pathlib import Path

from tripod_dlib import registry

HERE = Path(__file__).parent


def names_under_contract() -> list[str]:
    found = []
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and "FamilyContract" in map(ast.unparse, node.bases):
                fields = [line for line in node.body if isinstance(line, ast.Assign)]
                named = {ast.unparse(line.targets[0]): line.value for line in fields}
                found.append(ast.literal_eval(named["name"]))
    return found


def test_every_built_in_family_is_under_contract_once():
    own = [name for name in names_under_contract() if name.startswith("own_")]
    assert sorted(set(names_under_contract()) - set(own)) == registry.models.builtin_names
    assert len(names_under_contract()) == len(set(names_under_contract()))
