from django.db import migrations, models

STATES = [
    ("draft", "to be assessed"),
    ("assessed", "assessed"),
    ("countersigned", "countersigned"),
    ("dismissed", "no adverse event"),
]


def state() -> models.CharField:
    return models.CharField(choices=STATES, default="draft", max_length=16, verbose_name="state")


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_squashed_0004_eligibility_review")]

    operations = [
        migrations.AlterField(model_name="adverseevent", name="state", field=state()),
        migrations.AlterField(model_name="historicaladverseevent", name="state", field=state()),
    ]
