"""Variables for cargo, rustc's C helper crates, PyO3 and maturin.

Source: https://doc.rust-lang.org/cargo/reference/environment-variables.html,
https://pyo3.rs/latest/building-and-distribution.html#cross-compiling, https://docs.rs/cc
"""

from archpip.builds.profile import FILES, TargetProfile


def cargo_variables(profile: TargetProfile) -> dict[str, str]:
    """Return the variables that make cargo build for the target."""
    triple = profile.rust_triple
    low = triple.replace("-", "_")
    return {
        "CARGO_BUILD_TARGET": triple,
        f"CARGO_TARGET_{low.upper()}_LINKER": profile.compilers.c,
        f"CC_{low}": profile.compilers.c,
        f"CXX_{low}": profile.compilers.cxx,
        f"AR_{low}": profile.compilers.archiver,
        "PYO3_CROSS": "1",
        "PYO3_CROSS_PYTHON_VERSION": profile.target.python.short_version,
        # PyO3 reads the one `_sysconfigdata*.py` that it finds here.
        "PYO3_CROSS_LIB_DIR": f"{FILES}/python",
    }
