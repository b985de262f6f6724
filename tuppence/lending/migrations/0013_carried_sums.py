"""Shares are numbered in the order of writing, and added up by lender and day."""

import django.db.models.deletion
from django.db import migrations, models

# Rows may not be changed; a column that is born with a number for each changes none.
NUMBER = """
CREATE SEQUENCE lending_distributionshare_order;
ALTER TABLE lending_distributionshare
    ADD COLUMN seq bigint NOT NULL DEFAULT nextval('lending_distributionshare_order');
ALTER SEQUENCE lending_distributionshare_order OWNED BY lending_distributionshare.seq;
"""
UNDO = "ALTER TABLE lending_distributionshare DROP COLUMN seq;"


class Migration(migrations.Migration):

    dependencies = [
        ('lending', '0012_collection'),
        ('members', '0005_audit_by_action'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarriedShares',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zone', models.CharField(max_length=64)),
                ('recorded_on', models.DateField()),
                ('is_recovery', models.BooleanField()),
                ('count', models.BigIntegerField()),
                ('principal_minor', models.BigIntegerField()),
                ('interest_minor', models.BigIntegerField()),
                ('late_fee_minor', models.BigIntegerField()),
                ('compensation_minor', models.BigIntegerField()),
                ('surplus_minor', models.BigIntegerField()),
                ('servicing_fee_minor', models.BigIntegerField()),
                ('tax_minor', models.BigIntegerField()),
                ('until_seq', models.BigIntegerField()),
                ('member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(NUMBER, UNDO)],
            state_operations=[
                migrations.AddField(
                    model_name='distributionshare',
                    name='seq',
                    field=models.BigIntegerField(db_default=models.Value(0)),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='distributionshare',
            name='member',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member'),
        ),
        migrations.AddIndex(
            model_name='distributionshare',
            index=models.Index(fields=['member', 'seq'], name='share_member'),
        ),
    ]
