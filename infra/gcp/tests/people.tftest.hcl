# Who may see and who may act over HTTP, by which way, and with which credentials: plans without a cloud, as in plan.tftest.hcl.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }

  # A number that only Google can give.
  mock_resource "google_compute_backend_service" {
    defaults = { generated_id = 4711 }
  }

  # What is looked at as it is made.
  mock_resource "google_service_account" {
    defaults = {
      member = "serviceAccount:made-up@my-migrations.iam.gserviceaccount.com"
      name   = "projects/my-migrations/serviceAccounts/made-up@my-migrations.iam.gserviceaccount.com"
    }
  }
}

mock_provider "archive" {}

variables {
  project   = "my-migrations"
  region    = "europe-west1"
  operators = ["group:network-operators@example.com"]
}

run "nobody_may_see_or_act_unless_named" {
  command = plan

  assert {
    condition     = length(google_cloud_run_service_iam_binding.people) == 0 && length(google_iap_web_backend_service_iam_binding.people) == 0
    error_message = "without anybody being named nobody may invoke status and operate"
  }

  assert {
    condition     = alltrue([for name in ["status", "operate"] : google_cloudfunctions2_function.function[name].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"])
    error_message = "without anybody being named nobody reaches them either"
  }

  assert {
    condition     = length(google_compute_global_forwarding_rule.people) == 0 && length(google_compute_backend_service.people) == 0
    error_message = "without a domain there is no load balancer"
  }

  assert {
    condition     = google_cloudfunctions2_function.function["operate"].service_config[0].environment_variables["OPERATE_AUDIENCE"] == "https://operate-123456789012.europe-west1.run.app"
    error_message = "operate is told its own address, which is known before it is made"
  }

  assert {
    condition     = !contains(keys(google_cloudfunctions2_function.function["operate"].service_config[0].environment_variables), "OPERATE_IAP_AUDIENCE")
    error_message = "without a domain nobody is believed for a header of Identity-Aware Proxy's"
  }

  assert {
    condition     = !contains(keys(google_pubsub_topic.topic), "status") && !contains(keys(google_pubsub_topic.topic), "operate")
    error_message = "whom people ask listens to no topic"
  }
}

run "who_only_looks_has_nothing_to_act_with" {
  command = plan

  variables {
    plan_access = "admin"
  }

  assert {
    condition     = google_cloudfunctions2_function.function["status"].service_config[0].environment_variables["GARDEN_KUBECONFIG_SECRET"] == "projects/my-migrations/secrets/shoot-dualstack-garden-view"
    error_message = "status has a kubeconfig of the garden of its own"
  }

  assert {
    condition     = google_cloudfunctions2_function.function["status"].service_config[0].environment_variables["PLAN_ACCESS"] == "viewer"
    error_message = "status never asks for an admin's kubeconfig"
  }

  assert {
    condition     = google_project_iam_member.store["status"].role == "roles/datastore.viewer" && google_project_iam_member.store["operate"].role == "roles/datastore.user"
    error_message = "status reads the store, operate puts acts on record"
  }
}

run "people_by_token" {
  command = plan

  variables {
    status_invokers  = ["group:on-call@example.com"]
    operate_invokers = ["serviceAccount:steers@my-migrations.iam.gserviceaccount.com"]
    shoot_secrets    = true
  }

  assert {
    condition     = google_cloud_run_service_iam_binding.people["status"].members == toset(["group:on-call@example.com"]) && google_cloud_run_service_iam_binding.people["operate"].members == toset(["serviceAccount:steers@my-migrations.iam.gserviceaccount.com"])
    error_message = "who may see and who may act are two lists"
  }

  assert {
    condition     = google_cloudfunctions2_function.function["status"].service_config[0].ingress_settings == "ALLOW_ALL" && google_cloudfunctions2_function.function["preflight"].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "from outside one reaches what people ask, and nothing else"
  }

  assert {
    condition     = google_cloudfunctions2_function.function["status"].service_config[0].environment_variables["SHOOT_KUBECONFIG_SECRET"] == "projects/my-migrations/secrets/shoot-dualstack-view-{namespace}_{name}"
    error_message = "status reads other kubeconfigs of shoots than the steps"
  }
}

run "people_who_only_see" {
  command = plan

  variables {
    status_invokers = ["group:on-call@example.com"]
  }

  assert {
    condition     = toset(keys(google_cloud_run_service_iam_binding.people)) == toset(["status"]) && google_cloudfunctions2_function.function["operate"].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "that somebody may see lets nobody act"
  }
}

run "people_by_a_domain" {
  # Made up as a whole: what operate is told of its backend service is not known before that is made.
  command = apply

  variables {
    status_invokers  = ["group:on-call@example.com"]
    operate_invokers = ["group:network-operators@example.com"]
    operators_domain = "dualstack.example.com"
    direct_calls     = false
  }

  assert {
    condition     = google_cloudfunctions2_function.function["operate"].service_config[0].environment_variables["OPERATE_IAP_AUDIENCE"] == "/projects/123456789012/global/backendServices/4711"
    error_message = "operate believes headers that were signed for its own backend service"
  }

  assert {
    condition = [
      for rule in google_compute_url_map.people["dualstack.example.com"].path_matcher[0].route_rules :
      join(" ", concat([rule.match_rules[0].prefix_match], [for match in rule.match_rules[0].header_matches : "${match.header_name}=${match.exact_match}"]))
    ] == ["/ :method=POST", "/operate/"]
    error_message = "every POST goes to operate, and what begins a session there"
  }

  assert {
    condition     = google_iap_web_backend_service_iam_binding.people["status"].members == toset(["group:on-call@example.com"]) && google_iap_web_backend_service_iam_binding.people["operate"].members == toset(["group:network-operators@example.com"])
    error_message = "the proxy lets other people act than see"
  }

  assert {
    condition     = alltrue([for name in ["status", "operate"] : google_cloud_run_service_iam_binding.people[name].members == toset(["serviceAccount:service-123456789012@gcp-sa-iap.iam.gserviceaccount.com"])])
    error_message = "without direct calls the proxy is the one that invokes"
  }

  assert {
    condition     = alltrue([for name in ["status", "operate"] : google_cloudfunctions2_function.function[name].service_config[0].ingress_settings == "ALLOW_INTERNAL_AND_GCLB"])
    error_message = "without direct calls the load balancer is the one way in"
  }

  assert {
    condition     = alltrue([for service in google_compute_backend_service.people : service.iap[0].enabled])
    error_message = "both stand behind the proxy"
  }

  assert {
    condition     = length(google_compute_global_forwarding_rule.people) == 2
    error_message = "people come by IPv4 and by IPv6"
  }
}

run "somebody_must_be_able_to_come_in" {
  command = plan
  variables {
    direct_calls = false
  }
  expect_failures = [var.direct_calls]
}

run "not_everybody_may_see" {
  command = plan
  variables {
    status_invokers = ["allUsers"]
  }
  expect_failures = [var.status_invokers]
}

run "not_everybody_may_act" {
  command = plan
  variables {
    operate_invokers = ["allAuthenticatedUsers"]
  }
  expect_failures = [var.operate_invokers]
}

run "a_domain_is_no_url" {
  command = plan
  variables {
    operators_domain = "https://dualstack.example.com/"
  }
  expect_failures = [var.operators_domain]
}
