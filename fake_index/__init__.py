"""A small package index of one's own: it writes binaries, wheels and sdists, and serves them.

Everything is written from the formats' specifications and imports nothing from archpip, so that
what archpip reads comes from another hand. `python -m fake_index` serves a scenario on loopback.
"""
