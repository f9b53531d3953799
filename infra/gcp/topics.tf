# One topic per function that listens to one, of the function's name (shared/bus/topics.ts).
resource "google_pubsub_topic" "topic" {
  for_each = local.receivers

  name = each.key
  # A week of what was published can be looked at and sent again, whatever became of its delivery.
  message_retention_duration = "604800s"

  depends_on = [google_project_service.api]
}

# A push subscription of its own, not an Eventarc trigger: Eventarc makes a subscription whose name, dead letters and
# deadline are its own, and delivers without saying which subscription a message came by. The edge takes both forms
# (shared/edge/message.ts); the dead-letter function tells by the subscription's name what a message had been for
# (shared/bus/topics.ts, topicOfSubscription).
resource "google_pubsub_subscription" "push" {
  for_each = local.receivers

  name  = "${each.key}-push"
  topic = google_pubsub_topic.topic[each.key].id

  # The longest that Pub/Sub allows, longer than a function may run: a message never comes twice because the first
  # delivery is still being worked on.
  ack_deadline_seconds = 600

  # Dead letters are looked at by people, and people are away for longer than a week.
  message_retention_duration = each.key == "dead-letter" ? "2678400s" : "604800s"

  push_config {
    push_endpoint = google_cloudfunctions2_function.function[each.key].service_config[0].uri

    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = google_cloudfunctions2_function.function[each.key].service_config[0].uri
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  # After ten deliveries, some forty minutes. What not even the dead-letter function can take stays with it and is alerted on.
  dynamic "dead_letter_policy" {
    for_each = each.key == "dead-letter" ? [] : ["dead-letter"]
    content {
      dead_letter_topic     = google_pubsub_topic.topic["dead-letter"].id
      max_delivery_attempts = 10
    }
  }

  # Without this a subscription that was idle for a month is gone, and its topic leads nowhere.
  expiration_policy {
    ttl = ""
  }

  # The first delivery must not come before the account may invoke.
  depends_on = [google_cloud_run_service_iam_binding.invoker]
}
