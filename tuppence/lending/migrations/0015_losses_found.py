"""What a lender lost is read without reading all that they ever held."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lending', '0014_applications_in_progress'),
        ('members', '0005_audit_by_action'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(condition=models.Q(('written_off_minor__gt', 0)), fields=['member'], include=('written_off_minor',), name='holding_lost'),
        ),
    ]
