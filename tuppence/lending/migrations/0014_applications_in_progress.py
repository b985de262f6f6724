"""What still waits for somebody is marked, so that it is found among all that ever came."""

from django.db import migrations, models

ENDED = """
UPDATE lending_application AS asked SET in_progress = false
WHERE EXISTS (SELECT FROM lending_loan WHERE application_id = asked.id)
   OR EXISTS (SELECT FROM lending_applicationwithdrawal WHERE application_id = asked.id)
   OR EXISTS (SELECT FROM lending_applicationdecision
              WHERE application_id = asked.id AND NOT approved)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('lending', '0013_carried_sums'),
        ('members', '0005_audit_by_action'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='in_progress',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('in_progress', True)), fields=['submitted_at'], name='application_in_progress'),
        ),
        migrations.RunSQL(ENDED, migrations.RunSQL.noop),
    ]
