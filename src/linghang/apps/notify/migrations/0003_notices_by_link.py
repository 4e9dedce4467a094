from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0002_mail")]

    operations = [
        migrations.AddIndex(model_name="notice", index=models.Index(fields=["link"], name="notice_by_link")),
    ]
