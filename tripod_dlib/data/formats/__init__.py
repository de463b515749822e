"""Files of every kind, read a few rows at a time; nothing is ever unpickled or unpacked."""
