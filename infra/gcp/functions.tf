locals {
  # One entry per folder of functions/. `garden`: it asks the garden; `shoots`: it acts in the clusters of shoots.

  # Those that listen to the topic of their name.
  receivers = {
    shoot-changed       = { size = "light", garden = false, shoots = false }
    watch-shoots        = { size = "alone", garden = true, shoots = false }
    maintenance-tick    = { size = "alone", garden = true, shoots = false }
    preflight           = { size = "step", garden = true, shoots = true }
    enable-ipv6-subnets = { size = "step", garden = true, shoots = true }
    migrate-routes      = { size = "step", garden = true, shoots = true }
    check-nodes         = { size = "step", garden = true, shoots = true }
    configure-cni       = { size = "step", garden = true, shoots = true }
    restart-coredns     = { size = "step", garden = true, shoots = true }
    switch-kube-dns     = { size = "step", garden = true, shoots = true }
    abort               = { size = "step", garden = true, shoots = true }
    pause               = { size = "light", garden = false, shoots = false }
    resume              = { size = "light", garden = false, shoots = false }
    rollout             = { size = "light", garden = false, shoots = false }
    dead-letter         = { size = "light", garden = false, shoots = false }
  }

  # Those that people and programs ask over HTTP (people.tf). What `status` looks at it has other ways to than the steps.
  people = {
    status  = { size = "page", garden = false, shoots = false }
    operate = { size = "desk", garden = false, shoots = false }
  }

  functions = merge(local.receivers, local.people)

  sizes = {
    # A run of a step: one message per instance. An instance that dies, out of memory or killed, leaves the lease of
    # every migration that it held, and after six such deaths in a row a migration is blocked (shared/engine/claim.ts):
    # with more than one to an instance, one huge shoot would block its neighbours. Lists of thousands of routes and
    # instances need the memory. At SIGTERM the one run has all of the ten seconds to come to a safe point.
    step = { memory = "1Gi", cpu = "1", messages = 1, most = var.most_migrations_at_once }
    # Some reads and a write of Firestore, no lease: several at once share what is loaded.
    light = { memory = "512Mi", cpu = "1", messages = 8, most = 4 }
    # Set off by the clock, looks at everything: a second one at the same time would find nothing left to do. Two
    # instances, so that a new revision can start while an old run ends.
    alone = { memory = "512Mi", cpu = "1", messages = 1, most = 2 }
    # Every open page has a stream, which is a request of minutes with hardly any work: with one to an instance each page would be
    # a CPU. All streams of an instance share what is seen. So a thousand pages at once, and no more CPUs than that, whoever opens them.
    page = { memory = "1Gi", cpu = "1", messages = 250, most = 4 }
    # A click is a write and a message.
    desk = { memory = "512Mi", cpu = "1", messages = 40, most = 2 }
  }
}

resource "google_cloudfunctions2_function" "function" {
  for_each = local.functions

  name     = each.key
  location = var.region

  build_config {
    # The newest Node.js that functions run on beside the preview of 26; supported until April 2028.
    runtime         = "nodejs24"
    entry_point     = each.key
    service_account = google_service_account.build.id

    # What is uploaded is built already (npm run bundle).
    environment_variables = {
      GOOGLE_NODE_RUN_SCRIPTS = ""
    }

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source[each.key].name
      }
    }
  }

  service_config {
    available_memory                 = local.sizes[each.value.size].memory
    available_cpu                    = local.sizes[each.value.size].cpu
    max_instance_request_concurrency = local.sizes[each.value.size].messages
    # A message that finds all instances taken is refused with 429 and comes again later, but only ten times.
    max_instance_count = local.sizes[each.value.size].most
    # A cold start costs less than a second, and nothing waits for one: pods have a carrier at every moment.
    min_instance_count = 0
    # Above the hard end of the longest run (MOST_RUN_SECONDS in shared/runtime/settings.ts, and 90 s more), below the
    # acknowledgement deadline: who answers late answers nobody.
    timeout_seconds = 540

    service_account_email = google_service_account.function[each.key].email
    # Pub/Sub and Cloud Scheduler of this project count as internal; nothing else has business in what listens to a topic.
    ingress_settings = contains(keys(local.people), each.key) ? local.people_ingress[each.key] : "ALLOW_INTERNAL_ONLY"

    environment_variables = merge(
      local.environment.every,
      each.value.garden ? local.environment.garden : {},
      each.value.shoots ? local.environment.shoots : {},
      each.key == "status" ? local.environment.status : {},
      each.key == "operate" ? local.environment.operate : {},
    )

    direct_vpc_network_interface {
      network    = local.egress.network
      subnetwork = local.egress.subnetwork
      tags       = ["shoot-dualstack"]
    }
    # All of it, not only private ranges: API servers see one address (Cloud NAT's), which their access lists can name.
    direct_vpc_egress = "VPC_EGRESS_ALL_TRAFFIC"
  }

  depends_on = [
    google_project_service.api,
    google_project_iam_member.build,
    google_secret_manager_secret_iam_binding.garden,
    google_secret_manager_secret_iam_binding.garden_view,
  ]
}
