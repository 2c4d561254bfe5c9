"""Builds in words: how an sdist would be built, and with what."""

from collections.abc import Sequence

from archpip.builds import BuildPlan, Check, ShelvedToolchain
from archpip.resolution import Pin


def render_plan(pin: Pin, plan: BuildPlan) -> str:
    """Write one build's plan: the strategy, then everything that the hooks are given."""
    lines = [
        f"{pin.name} {pin.version} for {plan.target.name}",
        f"  strategy     {plan.strategy.value}" + (f" ({plan.uses})" if plan.uses else ""),
        f"  backend      {plan.backend.name}",
        f"  interpreter  {plan.interpreter.executable}",
    ]
    lines += [f"  {name}={value}" for name, value in plan.environment]
    lines += [f"  -C {key}={value}" for key, values in plan.config_settings for value in values]
    lines += [f"  writes {file.path}" for file in plan.files]
    return "\n".join(lines)


def render_toolchains(entries: Sequence[ShelvedToolchain]) -> str:
    """Write one line for each toolchain that is here."""
    if not entries:
        return "There is no toolchain yet; `archpip toolchain add linux-aarch64` makes one."
    return "\n".join(
        f"{entry.name:<24} {entry.size_bytes / 1e6:>6.0f} MB  {entry.description}  {entry.folder}"
        for entry in entries
    )


def render_checks(checks: Sequence[Check]) -> str:
    """Write one line for each thing that was tried."""
    return "\n".join(
        f"{'works' if check.works else 'fails':<6} {check.subject}: {check.detail}"
        for check in checks
    )
