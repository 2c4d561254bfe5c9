"""Render build plans and toolchains as text."""

from collections.abc import Sequence

from archpip.builds import FILES, BuildPlan, Check, ShelvedToolchain
from archpip.redaction import redact
from archpip.resolution import Pin

_FOLDER = "$FILES"
"""How a folder that is created for the build is shown."""


def render_plan(pin: Pin, plan: BuildPlan) -> str:
    """Render one build's plan: the strategy, then all settings of the hooks."""
    facts = {
        "strategy": f"{plan.strategy} ({plan.uses})" if plan.uses else plan.strategy,
        "backend": plan.backend,
        "interpreter": str(plan.interpreter.executable),
        "runs as": " ".join((*plan.emulator, str(plan.emulated_python))) if plan.emulator else "",
        "floor": plan.target.floor_name,
        "source": pin.link.filename,
        "installs": ", ".join((*plan.build_requires, *plan.settings.build_requires)),
        "before PATH": ", ".join(plan.search_path),
    }
    lines = [f"{pin.name} {pin.version} for {plan.target.name}"]
    lines += [f"  {name:<12} {text}" for name, text in facts.items() if text]
    lines += [f"  patched by   {patch.path} ({patch.sha256})" for patch in plan.settings.patches]
    lines += [f"  {name}={value}" for name, value in plan.environment]
    lines += [f"  {name}={value}, unless it is set" for name, value in plan.defaults]
    lines += [f"  -C {key}={value}" for key, values in plan.config_settings for value in values]
    lines += [f"  writes {_FOLDER}/{file.path}" for file in plan.files]
    return redact("\n".join(lines).replace(FILES, _FOLDER))


_NO_TOOLCHAIN = "There is no toolchain yet; `archpip toolchain add linux-aarch64` makes one."


def render_toolchains(entries: Sequence[ShelvedToolchain]) -> str:
    """Render one line per installed toolchain."""
    if not entries:
        return _NO_TOOLCHAIN
    return "\n".join(
        f"{entry.name:<24} {entry.size_bytes / 1e6:>6.0f} MB  {entry.description}  {entry.folder}"
        for entry in entries
    )


def render_checks(checks: Sequence[Check]) -> str:
    """Render one line per check."""
    if not checks:
        return _NO_TOOLCHAIN
    return "\n".join(
        f"{'works' if check.works else 'fails':<6} {check.subject}"
        + (f": {check.detail}" if check.detail else "")
        for check in checks
    )
