"""Which files the target's interpreter imports, as importlib's `FileFinder` chooses them."""

from archpip.verdicts.case import Case, Placed, Role


def find_imported(case: Case) -> frozenset[str]:
    """Return the paths of the files that `import` takes, one for each module.

    Of several files for one module in one folder, the first suffix in the interpreter's order
    wins, also where its content is wrong and another's would be right.
    """
    chosen: dict[tuple[str, ...], Placed] = {}
    for one in case.with_role(Role.MODULE):
        if one.name.suffix not in case.suffixes:
            continue
        key = (*one.name.folders, one.name.stem)
        held = chosen.get(key)
        if held is None or _order(case, one) < _order(case, held):
            chosen[key] = one
    return frozenset(one.path for one in chosen.values())


def _order(case: Case, one: Placed) -> int:
    return case.suffixes.index(one.name.suffix)
