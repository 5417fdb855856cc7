"""Every write of safety: one transaction with the row, the steps and the trail."""

from safety.services.alerts import raise_alert, take_step

__all__ = ["raise_alert", "take_step"]
