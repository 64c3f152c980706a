"""Facts in SQLite: tables, views, and the sandbox for SQL queries."""
