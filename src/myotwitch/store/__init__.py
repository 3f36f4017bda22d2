"""The only place that knows the database: diaries kept, with their history."""
