"""The gateway: an index in front of the indexes, without the wheels that are wrong."""
