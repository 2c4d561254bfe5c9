"""Installing: verified wheels into a real environment or a foreign folder."""
