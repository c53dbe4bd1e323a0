"""What anybody says is wrong, without an account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("plan", "0002_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=10, unique=True, verbose_name="受理编号")),
                ("page", models.CharField(blank=True, max_length=500, verbose_name="页面")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("figure", "数字有误"),
                            ("plan", "与规划原文不符"),
                            ("page", "链接或网页有问题"),
                            ("unclear", "看不懂"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="问题类型",
                    ),
                ),
                ("text", models.CharField(max_length=2000, verbose_name="问题")),
                ("source", models.CharField(blank=True, max_length=500, verbose_name="依据")),
                ("contact", models.CharField(blank=True, max_length=254, verbose_name="联系方式")),
                ("client", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待处理"), ("answered", "已答复"), ("dismissed", "不予采纳")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="收到")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="处理")),
                ("answer", models.CharField(blank=True, max_length=1000, verbose_name="答复")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="plan.plan"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["created_at"], name="correction_by_time"),
                    models.Index(fields=["plan", "state"], name="correction_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["figure", "plan", "page", "unclear", "other"])),
                        name="correction_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("settled_at__isnull", True),
                                ("settled_by__isnull", True),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("state__in", ["answered", "dismissed"]),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="correction_settled_by_somebody",
                    ),
                ],
            },
        ),
    ]
