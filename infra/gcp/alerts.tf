resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  display_name = "shoot-dualstack: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }

  depends_on = [google_project_service.api]
}

locals {
  channels = concat([for channel in google_monitoring_notification_channel.email : channel.name], var.notification_channels)

  # Of a metric of metrics.tf: anything counted at all, for `seconds` on end.
  alerts = {
    migration-blocked = {
      title    = "A migration is blocked"
      severity = "ERROR"
      seconds  = 0
      what     = "The log line \"migration blocked\" names shoot, step, reason, what happened and what to do. When it is done, publish {\"shoot\": \"<namespace>/<name>\"} on the step's topic (README, In an emergency)."
    }
    step-overdue = {
      title    = "A step takes longer than expected"
      severity = "WARNING"
      seconds  = 300
      what     = "The log line \"step takes longer than expected\" names shoot and step, since when nothing came of it, and what it waits for. After thirty hours the migration blocks itself."
    }
    rollout-stopped = {
      title    = "The rollout over the fleet has stopped by itself"
      severity = "ERROR"
      seconds  = 0
      what     = "No further shoot begins; what has begun goes on. The log line \"rollout stopped\" says why. Look at the migration that it names; when that is done, let the rollout go on (docs/fleets.md)."
    }
    garden-trouble = {
      title    = "The garden cannot be watched"
      severity = "ERROR"
      # Ten looks in a row: a garden that is being rolled out is away for a few minutes.
      seconds = 600
      what    = "Changes of Shoots go unnoticed, and nothing is written back to them. The log line \"the garden cannot be watched\" and the document watch/garden in Firestore name the reason, what was asked, and what came back. Without a kubeconfig in the secret shoot-dualstack-garden the reason is NoAccess."
    }
    node-without-carrier = {
      title    = "A route or alias is missing: pods of a node are not reached"
      severity = "CRITICAL"
      # A node that has just joined gets its route within a minute or two.
      seconds = 180
      what    = "Neither a route nor an alias IP range leads to the pod CIDR of a live node. The log line \"nodes without route and alias\" names the nodes. Look at the VPC's routes and the instances' alias IP ranges, and whether the cloud-controller-manager runs; pause the migration if it is what takes them: publish {\"shoot\": ...} on the topic pause."
    }
  }
}

resource "google_monitoring_alert_policy" "count" {
  for_each = local.alerts

  display_name = each.value.title
  combiner     = "OR"
  severity     = each.value.severity

  conditions {
    display_name = each.value.title
    condition_threshold {
      filter          = "resource.type=\"cloud_run_revision\" AND metric.type=\"logging.googleapis.com/user/${google_logging_metric.count[each.key].name}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "${each.value.seconds}s"
      aggregations {
        # A step looks again every minute, or a little later.
        alignment_period     = "120s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
      trigger {
        count = 1
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = each.value.what
  }

  notification_channels = local.channels

  # Cloud Monitoring knows a new metric only after a while, up to ten minutes, and answers 404 until then; functions take
  # some of them to be built.
  depends_on = [google_cloudfunctions2_function.function]
}

# Counted by Pub/Sub itself: it holds also when the function that takes the dead letters up does not run.
resource "google_monitoring_alert_policy" "dead_letter" {
  display_name = "A message could not be delivered"
  combiner     = "OR"
  severity     = "ERROR"

  conditions {
    display_name = "dead letters"
    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND metric.type=\"pubsub.googleapis.com/subscription/dead_letter_message_count\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.subscription_id"]
      }
    }
  }

  conditions {
    display_name = "dead letters that nobody takes up"
    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND resource.label.subscription_id=\"${google_pubsub_subscription.push["dead-letter"].name}\" AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1800
      duration        = "300s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Ten deliveries of a message failed. What it was stands in Firestore under refusals/, the reason in the function's log (\"message comes back\"). If it was the nudge for a migration's present step, that migration waits or is blocked and says why."
  }

  notification_channels = local.channels

  depends_on = [google_project_service.api]
}

# The heart: without ticks no window opens and nothing that waits is woken, and nothing else would say so.
resource "google_monitoring_alert_policy" "no_tick" {
  display_name = "The maintenance tick has stopped"
  combiner     = "OR"
  severity     = "CRITICAL"

  conditions {
    display_name = "no tick for ten minutes"
    condition_absent {
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"logging.googleapis.com/user/${google_logging_metric.count["message-dealt-with"].name}\" AND metric.label.function=\"maintenance-tick\""
      duration = "600s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Look at the job maintenance-tick of Cloud Scheduler and at the log of the function of that name: a migration that cannot be read makes each tick fail, and is named there. LOG_LEVEL warn or above hides the line that is counted here."
  }

  notification_channels = local.channels

  # As above.
  depends_on = [google_cloudfunctions2_function.function]
}
