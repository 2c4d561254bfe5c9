"""The composition root: the only place that chooses implementations and connects them.

Each command imports only the module that it calls, so that none pays for another's imports:
`resolutions` to resolve and lock, `installations` to install as well, `gateways` to serve,
`inspections` to open wheels, `audits` to read files on disk. `Parts` creates each part when it is
first needed, and imports slow modules only then: the HTTP client alone takes longer to import than
`archpip --version` may run.
"""
