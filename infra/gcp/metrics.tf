locals {
  # The functions' log lines, as Cloud Run labels them.
  log_of_functions = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for name in keys(local.functions) : "\"${name}\""])})"

  # What is counted. `message` is a line that the code writes word for word (`npm run infra:check` looks for it), `labels` are
  # fields of that line. No shoot is a label: that would make a time series each.
  metrics = {
    migration-blocked = {
      message     = "migration blocked"
      only        = ""
      description = "Migrations that stand still until a human has done something."
      labels      = { step = "jsonPayload.step", reason = "jsonPayload.reason" }
    }
    step-overdue = {
      message     = "step takes longer than expected"
      only        = ""
      description = "Once a minute for each migration whose step comes to nothing for longer than it should."
      labels      = { step = "jsonPayload.step" }
    }
    node-without-carrier = {
      message = "nodes without route and alias"
      # In the gap of a cutover that is what the operator agreed to.
      only        = " AND jsonPayload.strategy!=\"cutover\""
      description = "Looks at routes that found live nodes whose pod CIDR neither a route nor an alias leads to."
      labels      = { step = "jsonPayload.step" }
    }
    rollout-stopped = {
      message     = "rollout stopped"
      only        = ""
      description = "Rollouts that let no further shoot begin until a human has looked."
      labels      = { reason = "jsonPayload.reason" }
    }
    garden-trouble = {
      message     = "the garden cannot be watched"
      only        = ""
      description = "Looks at the garden that came to nothing."
      labels      = { reason = "jsonPayload.reason" }
    }
    message-dealt-with = {
      message     = "message dealt with"
      only        = ""
      description = "Messages that a function was done with, refused ones apart."
      labels      = { function = "jsonPayload.function" }
    }
    message-comes-back = {
      message     = "message comes back"
      only        = ""
      description = "Deliveries that failed and will be tried again."
      labels      = { function = "jsonPayload.function" }
    }
  }
}

resource "google_logging_metric" "count" {
  for_each = local.metrics

  name        = "shoot-dualstack/${each.key}"
  description = each.value.description
  filter      = "${local.log_of_functions} AND jsonPayload.message=\"${each.value.message}\"${each.value.only}"

  label_extractors = { for label, field in each.value.labels : label => "EXTRACT(${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels
      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  depends_on = [google_project_service.api]
}

locals {
  # What is measured: lines that hold a figure each (shared/telemetry/lines.ts). The same figures go to `telemetry_endpoint`, where
  # there is one; alerts and dashboard are built on these, which need none. A state is told every minute, so its mean in a minute is
  # the state. The shoot is a label of `nodes` only, and only while its routes are moved.
  figures = {
    migrations = {
      message     = "migrations in this phase now"
      description = "Migrations that are under way, by phase; told once a minute."
      value       = "jsonPayload.count"
      unit        = "1"
      labels      = { phase = "jsonPayload.phase" }
    }
    blocked = {
      message     = "migrations blocked for this reason now"
      description = "Migrations that are blocked now, by reason; told once a minute."
      value       = "jsonPayload.count"
      unit        = "1"
      labels      = { reason = "jsonPayload.reason" }
    }
    nodes = {
      message     = "nodes by carrier"
      description = "Live nodes of a shoot whose routes are moved, by what carries their pods."
      value       = "jsonPayload.count"
      unit        = "1"
      labels      = { carrier = "jsonPayload.carrier", shoot = "jsonPayload.shoot" }
    }
    step-seconds = {
      message     = "run ended"
      description = "Seconds that a run of a step took, by what it came to."
      value       = "jsonPayload.seconds"
      unit        = "s"
      labels      = { step = "jsonPayload.step", outcome = "jsonPayload.outcome" }
    }
    lost-node-seconds = {
      message     = "nodes looked at by probes"
      description = "Seconds for which nodes were not reached, as the probes of a run measured it; 0 is told too."
      value       = "jsonPayload.lostNodeSeconds"
      unit        = "s"
      labels      = { step = "jsonPayload.step" }
    }
  }
}

resource "google_logging_metric" "figure" {
  for_each = local.figures

  name        = "shoot-dualstack/${each.key}"
  description = each.value.description
  filter      = "${local.log_of_functions} AND jsonPayload.message=\"${each.value.message}\""

  value_extractor  = "EXTRACT(${each.value.value})"
  label_extractors = { for label, field in each.value.labels : label => "EXTRACT(${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = each.value.unit

    dynamic "labels" {
      for_each = each.value.labels
      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  # From a tenth of a second, or one, to some hours or ten thousand nodes; mean and sum are kept exactly beside.
  bucket_options {
    exponential_buckets {
      num_finite_buckets = 40
      growth_factor      = 1.4
      scale              = 0.1
    }
  }

  depends_on = [google_project_service.api]
}
