"""Notes on breaks, and lines that look alike and are two payments; neither is ever changed."""

import django.db.models.deletion
import tuppence.bank.matching
from django.conf import settings
from django.db import migrations, models


TABLES = ("bank_breaknote", "bank_separatepayment")
GUARDS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION bank_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION bank_refuse_change();
"""
    for table in TABLES
)
UNGUARD = "".join(
    f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
    for table in TABLES
)


class Migration(migrations.Migration):

    dependencies = [
        ('bank', '0005_float'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='linematch',
            name='meaning',
            field=models.CharField(choices=[(tuppence.bank.matching.Meaning['DEPOSIT'], tuppence.bank.matching.Meaning['DEPOSIT']), (tuppence.bank.matching.Meaning['PAYOUT_PAID'], tuppence.bank.matching.Meaning['PAYOUT_PAID']), (tuppence.bank.matching.Meaning['PAYOUT_RETURNED'], tuppence.bank.matching.Meaning['PAYOUT_RETURNED']), (tuppence.bank.matching.Meaning['COVER'], tuppence.bank.matching.Meaning['COVER']), (tuppence.bank.matching.Meaning['FLOAT'], tuppence.bank.matching.Meaning['FLOAT']), (tuppence.bank.matching.Meaning['UNALLOCATED'], tuppence.bank.matching.Meaning['UNALLOCATED']), (tuppence.bank.matching.Meaning['FEE'], tuppence.bank.matching.Meaning['FEE']), (tuppence.bank.matching.Meaning['BREAK'], tuppence.bank.matching.Meaning['BREAK']), (tuppence.bank.matching.Meaning['DOUBLED'], tuppence.bank.matching.Meaning['DOUBLED']), (tuppence.bank.matching.Meaning['SENT_BACK'], tuppence.bank.matching.Meaning['SENT_BACK'])], max_length=20),
        ),
        migrations.CreateModel(
            name='BreakNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
                ('bank_break', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='bank.bankbreak')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SeparatePayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('at', models.DateTimeField()),
                ('why', models.TextField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='separate', to='bank.bankline')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bank.bankline')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('line', models.F('other')), _negated=True), name='separate_payment_of_another')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
