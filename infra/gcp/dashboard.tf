locals {
  # Charts, two to a row, in this order.
  charts = [
    { title = "Migrations blocked", group = "metric.label.reason", filter = local.counted["migration-blocked"] },
    { title = "Steps that take longer than expected", group = "metric.label.step", filter = local.counted["step-overdue"] },
    { title = "Looks that found a node without carrier", group = "metric.label.step", filter = local.counted["node-without-carrier"] },
    { title = "Dead letters", group = "resource.label.subscription_id", filter = "resource.type=\"pubsub_subscription\" metric.type=\"pubsub.googleapis.com/subscription/dead_letter_message_count\"" },
    { title = "Messages dealt with", group = "metric.label.function", filter = local.counted["message-dealt-with"] },
    { title = "Looks at the garden that came to nothing", group = "metric.label.reason", filter = local.counted["garden-trouble"] },
    { title = "Messages that come back", group = "metric.label.function", filter = local.counted["message-comes-back"] },
  ]

  levels = [
    { title = "Messages that wait to be delivered", group = "resource.label.subscription_id", filter = "resource.type=\"pubsub_subscription\" metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\"" },
    { title = "Seconds that the oldest message waits", group = "resource.label.subscription_id", filter = "resource.type=\"pubsub_subscription\" metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\"" },
    { title = "Instances of functions", group = "resource.label.service_name", filter = "resource.type=\"cloud_run_revision\" metric.type=\"run.googleapis.com/container/instance_count\"" },
  ]

  counted = {
    for name, metric in google_logging_metric.count :
    name => "resource.type=\"cloud_run_revision\" metric.type=\"logging.googleapis.com/user/${metric.name}\""
  }

  tiles = concat(
    [for chart in local.charts : merge(chart, { align = "ALIGN_DELTA", plot = "STACKED_BAR" })],
    [for chart in local.levels : merge(chart, { align = "ALIGN_MEAN", plot = "LINE" })],
  )
}

resource "google_monitoring_dashboard" "migrations" {
  dashboard_json = jsonencode({
    displayName = "shoot-dualstack"
    mosaicLayout = {
      columns = 48
      tiles = concat(
        [for index, tile in local.tiles : {
          xPos   = 24 * (index % 2)
          yPos   = 16 * floor(index / 2)
          width  = 24
          height = 16
          widget = {
            title = tile.title
            xyChart = {
              dataSets = [{
                plotType = tile.plot
                timeSeriesQuery = {
                  timeSeriesFilter = {
                    filter = tile.filter
                    aggregation = {
                      alignmentPeriod    = "60s"
                      perSeriesAligner   = tile.align
                      crossSeriesReducer = "REDUCE_SUM"
                      groupByFields      = [tile.group]
                    }
                  }
                }
              }]
            }
          }
        }],
        [{
          xPos   = 0
          yPos   = 16 * ceil(length(local.tiles) / 2)
          width  = 48
          height = 24
          widget = {
            title = "What the functions say"
            logsPanel = {
              filter        = "${local.log_of_functions} AND (severity>=WARNING OR jsonPayload.migration:*)"
              resourceNames = ["projects/${var.project}"]
            }
          }
        }],
      )
    }
  })

  depends_on = [google_project_service.api]
}
