"""How people and places of this room are shown."""

from __future__ import annotations

from accounts.models import Site


def contact(site: Site) -> dict[str, str]:
    """Who can be reached at a hospital, and when: name, phone, tel_href, hours."""
    phone = "".join(c for c in site.contact_phone if c.isdigit() or c == "+")
    return {
        "name": site.contact_name or site.name,
        "phone": site.contact_phone,
        "tel_href": f"tel:{phone}" if phone else "",
        "hours": site.contact_hours,
    }
