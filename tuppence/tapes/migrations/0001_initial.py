"""What was taken over from tapes."""

import django.db.models.deletion
from django.db import migrations, models

ID = models.BigAutoField(
    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("lending", "0003_append_only"), ("members", "0003_representative")]
    operations = [
        migrations.CreateModel(
            name="TapeImport",
            fields=[
                ("id", ID.clone()),
                ("tape", models.CharField(max_length=40)),
                ("fingerprint", models.CharField(max_length=32)),
                ("pool", models.CharField(max_length=80)),
                ("currency", models.CharField(max_length=3)),
                ("started_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["tape", "fingerprint", "pool"], name="tape_import_once_a_file"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="TapeRow",
            fields=[
                ("id", ID.clone()),
                ("tape", models.CharField(max_length=40)),
                ("loan_ref", models.CharField(max_length=64)),
                ("number", models.IntegerField()),
                ("digest", models.CharField(max_length=32)),
                ("status", models.CharField(max_length=20)),
                ("oddities", models.JSONField(default=list)),
                ("attributes", models.JSONField(default=dict)),
                ("booked_at", models.DateTimeField()),
                (
                    "borrower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "loan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tape_row",
                        to="lending.loan",
                    ),
                ),
                (
                    "tape_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="tapes.tapeimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["tape", "loan_ref"], name="tape_row_once")
                ]
            },
        ),
    ]
