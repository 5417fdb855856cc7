"""The desk's pages that draw on several rooms: participants, exports, the trail."""

from data_management.admin import exports, participants, trail

__all__ = ["exports", "participants", "trail"]
