"""What every table shares: the one metadata, names of constraints, the type of numbers."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up by itself only for INTEGER; a year of pushes would not fit PostgreSQL's INTEGER for ever.
Number = BigInteger().with_variant(Integer, "sqlite")
