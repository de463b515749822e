"""A leaderboard that can be trusted: result files, statistics over seeds, tables, exports."""
