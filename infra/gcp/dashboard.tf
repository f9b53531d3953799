locals {
  # How it stands and what it costs (metrics.tf, figures): first, two to a row.
  standing = [
    { title = "Migrations blocked now, by reason", groups = ["metric.label.reason"], figure = "blocked", reduce = "REDUCE_MEAN", sums = [] },
    { title = "Migrations under way, by phase", groups = ["metric.label.phase"], figure = "migrations", reduce = "REDUCE_MEAN", sums = [] },
    # Of each shoot the mean in a minute; of all of them the sum.
    { title = "Nodes whose routes are moved, by what carries their pods", groups = ["metric.label.carrier", "metric.label.shoot"], figure = "nodes", reduce = "REDUCE_MEAN", sums = ["metric.label.carrier"] },
    { title = "Seconds that a run of a step takes (95 of 100 take less)", groups = ["metric.label.step"], figure = "step-seconds", reduce = "REDUCE_PERCENTILE_95", sums = [] },
  ]

  # A distribution's sum is asked for in PromQL: the other form knows no reducer for it.
  lost_node_seconds = {
    title = "Lost node-seconds, as the probes measured them"
    plot  = "STACKED_BAR"
    query = {
      prometheusQuery = "sum by (step) (increase(logging_googleapis_com:user_${replace(google_logging_metric.figure["lost-node-seconds"].name, "/[^a-z]/", "_")}_sum{monitored_resource=\"cloud_run_revision\"}[5m]))"
    }
  }

  # What happened, in this order.
  charts = [
    { title = "Migrations that came to a block", group = "metric.label.reason", filter = local.counted["migration-blocked"] },
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
    [for chart in local.standing : {
      title = chart.title
      plot  = chart.reduce == "REDUCE_MEAN" ? "STACKED_BAR" : "LINE"
      query = {
        timeSeriesFilter = merge(
          {
            filter = "resource.type=\"cloud_run_revision\" metric.type=\"logging.googleapis.com/user/${google_logging_metric.figure[chart.figure].name}\""
            aggregation = {
              alignmentPeriod    = "60s"
              perSeriesAligner   = "ALIGN_DELTA"
              crossSeriesReducer = chart.reduce
              groupByFields      = chart.groups
            }
          },
          { for sum in chart.sums : "secondaryAggregation" => {
            alignmentPeriod    = "60s"
            perSeriesAligner   = "ALIGN_MEAN"
            crossSeriesReducer = "REDUCE_SUM"
            groupByFields      = [sum]
          } },
        )
      }
    }],
    [local.lost_node_seconds],
    [for chart in concat(
      [for chart in local.charts : merge(chart, { align = "ALIGN_DELTA", plot = "STACKED_BAR" })],
      [for chart in local.levels : merge(chart, { align = "ALIGN_MEAN", plot = "LINE" })],
      ) : {
      title = chart.title
      plot  = chart.plot
      query = {
        timeSeriesFilter = {
          filter = chart.filter
          aggregation = {
            alignmentPeriod    = "60s"
            perSeriesAligner   = chart.align
            crossSeriesReducer = "REDUCE_SUM"
            groupByFields      = [chart.group]
          }
        }
      }
    }],
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
                plotType        = tile.plot
                timeSeriesQuery = tile.query
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
