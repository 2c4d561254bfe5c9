"""Integrations: the configuration of pip and uv, and the commands run under archpip."""
