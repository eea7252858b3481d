"""The regency's database: tables, migrations and transactions."""
