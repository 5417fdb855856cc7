"""From an invitation to an account, in a few small pages without a health question."""
