"""Movements of purses are added up by day; accounts are found by moment."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0007_sides'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarriedSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zone', models.CharField(max_length=64)),
                ('recorded_on', models.DateField()),
                ('occurred_on', models.DateField()),
                ('kind', models.CharField(max_length=40)),
                ('comes_in', models.BooleanField()),
                ('count', models.BigIntegerField()),
                ('amount_minor', models.BigIntegerField()),
                ('until_seq', models.BigIntegerField()),
                ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
            ],
        ),
        migrations.RemoveIndex(
            model_name='transfer',
            name='transfer_debit',
        ),
        migrations.RemoveIndex(
            model_name='transfer',
            name='transfer_credit',
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['debit_account', 'seq'], include=('recorded_at', 'amount_minor'), name='transfer_debited'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['credit_account', 'seq'], include=('recorded_at', 'amount_minor'), name='transfer_credited'),
        ),
    ]
