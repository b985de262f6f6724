"""Staff find bank lines by the bank's reference, by ours, and by their amount.

References are as long as a bank likes, so they are hashed; most lines have none of one kind.
"""

from django.db import migrations

REFERENCES = ("bank_reference", "end_to_end_id")
CREATE = "".join(
    f"CREATE INDEX bank_line_{column} ON bank_bankline USING hash ({column}) WHERE {column} <> '';"
    for column in REFERENCES
)
DROP = "".join(f"DROP INDEX bank_line_{column};" for column in (*REFERENCES, "amount_minor"))


class Migration(migrations.Migration):
    dependencies = [("bank", "0003_columns")]
    operations = [
        migrations.RunSQL(
            CREATE + "CREATE INDEX bank_line_amount_minor ON bank_bankline (amount_minor);", DROP
        )
    ]
