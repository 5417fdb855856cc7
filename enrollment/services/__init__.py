"""The writes of enrollment, by topic: each keyword-only, in one transaction, audited."""
