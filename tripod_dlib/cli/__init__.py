"""Commands: parse flags, call one function."""
