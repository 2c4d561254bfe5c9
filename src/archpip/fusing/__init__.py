"""Fusing: two thin macOS wheels to one fat wheel, and back."""
