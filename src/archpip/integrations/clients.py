"""The variables that send clients to a gateway and nowhere else. Pure.

Source: pip's `PIP_*` (every option has one; an empty value does not undo a file's), uv's `UV_*`
(https://docs.astral.sh/uv/reference/environment/), pdm's `PDM_*`
(https://pdm-project.org/en/latest/reference/configuration/), and for poetry, which has none, the
one of the plugin poetry-plugin-pypi-mirror.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

_LOOPBACK = "127.0.0.1"

_SET_ASIDE = (
    *("PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
    *("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"),
)
"""What would go round the gateway: all of it stands behind it instead."""


def client_environment(
    environ: Mapping[str, str],
    *,
    index_url: str,
    more_indexes: Sequence[tuple[str | None, str]] = (),
    hide_extra: bool = False,
    hide_find_links: Path | None = None,
    uv_settings: Path | None = None,
) -> dict[str, str]:
    """Return the variables for a command whose only index is `index_url`, on loopback.

    Args:
        environ: The variables that hold now.
        index_url: The gateway's view, with a slash at the end.
        more_indexes: The name that uv knows an index by, where it has one, and the view that
            stands before it, in uv's order.
        hide_extra: pip's files may name an extra index. No variable can undo that, but one can
            name the same index again.
        hide_find_links: pip's files may name find-links: an empty folder to name instead.
        uv_settings: The file that uv is to read in place of its own.
    """
    variables = {name: value for name, value in environ.items() if name not in _SET_ASIDE}
    direct = ",".join(filter(None, (_no_proxy(environ), _LOOPBACK)))
    variables |= {
        "PIP_INDEX_URL": index_url,
        "PIP_NO_INDEX": "0",
        "PIP_NO_INPUT": "1",
        "UV_DEFAULT_INDEX": index_url,
        "PDM_PYPI_URL": index_url,
        "POETRY_PYPI_MIRROR_URL": index_url,
        "NO_PROXY": direct,
        "no_proxy": direct,
    }
    if more_indexes:
        variables["UV_INDEX"] = " ".join(
            f"{name}={url}" if name else url for name, url in more_indexes
        )
    if hide_extra:
        variables["PIP_EXTRA_INDEX_URL"] = index_url
    if uv_settings is not None:
        variables["UV_CONFIG_FILE"] = str(uv_settings)
    if hide_find_links is not None:
        variables["PIP_FIND_LINKS"] = str(hide_find_links)
    return variables


def _no_proxy(environ: Mapping[str, str]) -> str:
    return environ.get("no_proxy") or environ.get("NO_PROXY") or ""
