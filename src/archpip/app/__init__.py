"""The composition root: the only place that picks implementations and joins them.

Commands import the module that they call, so that none pays for the imports of another:
`resolutions` for what locks, `installations` for what installs too, `gateways` for what serves,
`inspections` for what opens wheels, `audits` for what reads files on disk. Within, `Parts` makes
the parts when they are first needed; what is slow to import is imported then: the HTTP client alone
costs more than `archpip --version` may take.
"""
