"""The rules of safety: pure functions, no database, no request."""

from safety.rules.tiers import Clock, clock_of, most_urgent, passed_on_times, red_flag_tier

__all__ = ["Clock", "clock_of", "most_urgent", "passed_on_times", "red_flag_tier"]
