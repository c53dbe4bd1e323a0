"""Administrators are told of reports of something wrong, and their settling is a decision like others."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("corrections", "0001_initial"),
        ("plan", "0002_places"),
        ("reporting", "0003_history_stays"),
        ("targets", "0009_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_is_about_something",
        ),
        migrations.AddField(
            model_name="notice",
            name="correction",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="corrections.correction",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "开始填报"),
                    ("due_soon", "即将到期"),
                    ("overdue_blue", "蓝色催报"),
                    ("overdue_orange", "橙色催报"),
                    ("overdue_red", "红色催报"),
                    ("returned", "已退回"),
                    ("approved", "已通过"),
                    ("review_waiting", "待审核超过时限"),
                    ("correction", "收到纠错"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="reportingevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("round_opened", "开启报送"),
                    ("round_completed", "补建任务"),
                    ("round_dated", "调整日期"),
                    ("task_extended", "延期"),
                    ("declared_unavailable", "声明暂无数据"),
                    ("declaration_ended", "取消声明"),
                    ("paused", "暂停催报"),
                    ("resumed", "恢复催报"),
                    ("target_configured", "调整报送设置"),
                    ("target_amended", "调整目标值"),
                    ("mail_settled", "处理未确认邮件"),
                    ("correction_settled", "处理纠错"),
                    ("refused", "拒绝"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="reportingevent",
            name="attempted",
            field=models.CharField(
                blank=True,
                choices=[
                    ("round_opened", "开启报送"),
                    ("round_completed", "补建任务"),
                    ("round_dated", "调整日期"),
                    ("task_extended", "延期"),
                    ("declared_unavailable", "声明暂无数据"),
                    ("declaration_ended", "取消声明"),
                    ("paused", "暂停催报"),
                    ("resumed", "恢复催报"),
                    ("target_configured", "调整报送设置"),
                    ("target_amended", "调整目标值"),
                    ("mail_settled", "处理未确认邮件"),
                    ("correction_settled", "处理纠错"),
                    ("refused", "拒绝"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "opened",
                            "due_soon",
                            "overdue_blue",
                            "overdue_orange",
                            "overdue_red",
                            "returned",
                            "approved",
                            "review_waiting",
                            "correction",
                        ],
                    )
                ),
                name="notice_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("task__isnull", False), ("figure__isnull", False), ("correction__isnull", False), _connector="OR"
                ),
                name="notice_is_about_something",
            ),
        ),
    ]
