"""The environment variables that make a gateway a client's only index. Pure.

Source: pip's `PIP_*` (every option has one; an empty value does not undo a file's), uv's `UV_*`
(https://docs.astral.sh/uv/reference/environment/), pdm's `PDM_*`
(https://pdm-project.org/en/latest/reference/configuration/), pipenv's
(https://pipenv.pypa.io/en/latest/configuration.html), and for poetry, which has none, the one of
the plugin poetry-plugin-pypi-mirror.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

_LOOPBACK = "127.0.0.1"

_SET_ASIDE = (
    *("PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
    *("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"),
)
"""Variables that would bypass the gateway: their indexes are placed behind it instead."""


def client_environment(
    environ: Mapping[str, str],
    *,
    index_url: str,
    name: str | None = None,
    is_in_file: bool = False,
    more_indexes: Sequence[tuple[str | None, str]] = (),
    hide_extra: bool = False,
    hide_find_links: Path | None = None,
    hide_index: bool = False,
    uv_settings: Path | None = None,
) -> dict[str, str]:
    """Return the variables for a command whose only index is `index_url`, on loopback.

    Args:
        environ: The current variables.
        index_url: The gateway's view, with a trailing slash.
        name: uv's name of the default index, by which projects may be pinned to it.
        is_in_file: Whether `uv_settings` has the default index.
        more_indexes: For each further index of uv's, in its order: the name, if it has one, and
            the view in front of it.
        hide_extra: Whether pip's files name an extra index. No variable can unset it, but one can
            name the gateway's index again.
        hide_find_links: An empty folder that replaces find-links in pip's files.
        hide_index: Whether pip's own variable must not be set: pipenv would write its value down as
            a source that nobody named.
        uv_settings: The settings file that uv reads instead of its own.
    """
    variables = {name: value for name, value in environ.items() if name not in _SET_ASIDE}
    direct = ",".join(filter(None, (_no_proxy(environ), _LOOPBACK)))
    variables |= {
        "PIP_INDEX_URL": index_url,
        "PIP_NO_INDEX": "0",
        "PIP_NO_INPUT": "1",
        "UV_DEFAULT_INDEX": f"{name}={index_url}" if name else index_url,
        "PDM_PYPI_URL": index_url,
        "POETRY_PYPI_MIRROR_URL": index_url,
        "PIPENV_PYPI_MIRROR": index_url,
        "NO_PROXY": direct,
        "no_proxy": direct,
    }
    if hide_index:
        del variables["PIP_INDEX_URL"]
    if is_in_file:
        del variables["UV_DEFAULT_INDEX"]
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
