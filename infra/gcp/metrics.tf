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
