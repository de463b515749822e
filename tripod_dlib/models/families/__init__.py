"""The families' records: one frozen dataclass each, by its gin name. None loads a framework."""
