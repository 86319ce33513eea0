"""The slash command: one core (acts, desk, jobs, courier), one adapter file for each platform."""
