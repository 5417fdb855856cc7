"""One file each: `run(site) -> list[Line]`."""
