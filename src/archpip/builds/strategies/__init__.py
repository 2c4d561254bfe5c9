"""The ways to build, one module each. Every one turns a `PlanRequest` into a `BuildPlan`, purely.

`crossing.py` holds what cross, emulated and zig builds share: one profile written for every tool.
"""
