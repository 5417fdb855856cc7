"""What a write is compared with: Django and DRF inserting one row, behind the same sign-in.

`bench.bare.settings` are the site's own with this added: the same middleware, database and server
answer both. It also counts statements, and holds the commands that prepare a benchmark.
"""
