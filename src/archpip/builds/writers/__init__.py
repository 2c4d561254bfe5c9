"""Each build tool's own language, written from one `TargetProfile`.

One small module for each file or set of variables. Every writer is a pure function to text or to
pairs of names and values; none decides anything.
"""
