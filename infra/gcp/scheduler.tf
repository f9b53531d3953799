locals {
  # Functions that the clock drives.
  schedules = {
    maintenance-tick = { cron = "* * * * *", why = "Opens maintenance windows, wakes what waits, sends again what got stuck." }
    watch-shoots     = { cron = var.watch_schedule, why = "Compares the Shoots with what was seen of them last." }
  }
}

# Calls the function with a token of its own account instead of publishing on its topic: Cloud Scheduler does not start a job
# anew while its last call is still answered, so slow ticks do not pile up, and a tick that failed is not brought again ten
# times while the next minute's is long there. The body is that of a push without data, which the edge takes
# (shared/edge/message.ts). The topic is for whoever wants a tick at once.
resource "google_cloud_scheduler_job" "clock" {
  for_each = local.schedules

  name        = each.key
  region      = coalesce(var.scheduler_region, var.region)
  description = each.value.why
  schedule    = each.value.cron
  time_zone   = "Etc/UTC"
  # As long as the function may take.
  attempt_deadline = "540s"

  http_target {
    http_method = "POST"
    uri         = google_cloudfunctions2_function.function[each.key].service_config[0].uri
    headers     = { "Content-Type" = "application/json" }
    body        = base64encode(jsonencode({ message = { data = base64encode("{}") }, subscription = "scheduler/${each.key}" }))

    oidc_token {
      service_account_email = google_service_account.scheduler.email
      audience              = google_cloudfunctions2_function.function[each.key].service_config[0].uri
    }
  }

  # The next minute is the next try.
  retry_config {
    retry_count = 0
  }

  depends_on = [google_cloud_run_service_iam_binding.invoker]
}
