"""The schema, one numbered SQL file a step; ``user_version`` tells how far a database is."""
