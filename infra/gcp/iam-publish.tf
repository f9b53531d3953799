locals {
  steps = [
    "preflight",
    "enable-ipv6-subnets",
    "migrate-routes",
    "check-nodes",
    "configure-cni",
    "restart-coredns",
    "switch-kube-dns",
    "abort",
  ]

  # Who sends nudges: a run for itself and for what comes next, or was left over in the outbox; the intake for the first
  # step; the tick for whatever got stuck; a resumption for what it lets go on; operate, for which what operators ask for becomes
  # the messages that they could publish. pause, rollout and dead-letter send none.
  nudgers = concat(local.steps, ["shoot-changed", "maintenance-tick", "resume", "operate"])

  # Functions that publish on a topic; operators may on all of these.
  publishers = {
    shoot-changed       = ["watch-shoots", "operate"]
    watch-shoots        = []
    maintenance-tick    = []
    preflight           = local.nudgers
    enable-ipv6-subnets = local.nudgers
    migrate-routes      = local.nudgers
    check-nodes         = local.nudgers
    configure-cni       = local.nudgers
    restart-coredns     = local.nudgers
    switch-kube-dns     = local.nudgers
    abort               = local.nudgers
    pause               = ["operate"]
    resume              = ["operate"]
    rollout             = ["operate"]
  }
}

resource "google_pubsub_topic_iam_binding" "publisher" {
  for_each = local.publishers

  topic = google_pubsub_topic.topic[each.key].id
  role  = "roles/pubsub.publisher"
  members = concat(
    var.operators,
    [for name in each.value : google_service_account.function[name].member],
  )
}

# A message that nobody could deliver is forwarded by Pub/Sub's own account, which must be allowed to publish it there and to
# acknowledge it here ("Handle message failures" in Pub/Sub's documentation). Without these it would come for ever.
resource "google_pubsub_topic_iam_binding" "dead_letters" {
  topic   = google_pubsub_topic.topic["dead-letter"].id
  role    = "roles/pubsub.publisher"
  members = [local.pubsub_agent]
}

resource "google_pubsub_subscription_iam_binding" "dead_letters" {
  for_each = local.publishers

  subscription = google_pubsub_subscription.push[each.key].id
  role         = "roles/pubsub.subscriber"
  members      = [local.pubsub_agent]
}
