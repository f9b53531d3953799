# Traces, and metrics by OpenTelemetry, where somebody wants them (docs/telemetry.md). Log lines, the metrics that metrics.tf makes of
# them, alerts and dashboard work without.

variable "telemetry_endpoint" {
  description = "Where the functions send traces and metrics by OTLP over HTTP: https://telemetry.googleapis.com for Cloud Trace and Cloud Monitoring of this project, or a collector of one's own that takes them without a token. Null: nowhere."
  type        = string
  default     = null

  validation {
    condition     = var.telemetry_endpoint == null || can(regex("^https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._/-]*)?$", var.telemetry_endpoint))
    error_message = "telemetry_endpoint must be an https address without query."
  }
}

locals {
  # Google's Telemetry API, or one of its regional addresses: there the functions say who they are by their accounts' tokens.
  telemetry_to_google = var.telemetry_endpoint == null ? false : can(regex("^https://telemetry\\.([a-z0-9-]+\\.rep\\.)?googleapis\\.com(/|$)", var.telemetry_endpoint))
}

resource "google_project_service" "telemetry" {
  for_each = toset(local.telemetry_to_google ? ["telemetry.googleapis.com", "cloudtrace.googleapis.com"] : [])

  service            = each.value
  disable_on_destroy = false
}

# The functions that listen to a topic have something to tell; what people ask over HTTP is in the request log.
resource "google_project_iam_member" "telemetry_writer" {
  for_each = { for name, function in local.receivers : name => name if local.telemetry_to_google }

  project = var.project
  role    = "roles/telemetry.writer"
  member  = google_service_account.function[each.key].member
}

# Exports name this project as the one that pays for them.
resource "google_project_iam_member" "telemetry_quota" {
  for_each = { for name, function in local.receivers : name => name if local.telemetry_to_google }

  project = var.project
  role    = "roles/serviceusage.serviceUsageConsumer"
  member  = google_service_account.function[each.key].member
}
