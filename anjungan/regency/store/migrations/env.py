"""What Alembic runs for every migration: on the connection it was given, in its transaction."""

from alembic import context

from anjungan.regency.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
