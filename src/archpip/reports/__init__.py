"""Reports: values to text for a terminal, JSON or HTML. No I/O here."""
