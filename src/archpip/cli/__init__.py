"""The command line.

`main.py` is the entry point, and `commands/` has one module per command. `configuration.py` reads
this machine and its settings into a `CommandContext`; `targets.py`, `policies.py`,
`requirements.py` and `questions.py` turn that and the arguments into the values that `archpip.app`
takes.
"""
