# Plans without a cloud: Google's answers are made up, everything that is computed from them and from the variables is not.
# `terraform test` and `tofu test` run it; `npm run infra:check` does where they and the providers are there.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

mock_provider "archive" {}

variables {
  project   = "my-migrations"
  region    = "europe-west1"
  operators = ["group:network-operators@example.com"]
}

run "three_variables_are_enough" {
  command = plan

  assert {
    condition = keys(google_cloudfunctions2_function.function["preflight"].service_config[0].environment_variables) == tolist([
      "GARDEN_KUBECONFIG_SECRET",
      "GOOGLE_CLOUD_PROJECT",
      "LEASE_SECONDS",
      "LOG_LEVEL",
      "PLAN_ACCESS",
      "PROBE_IMAGE",
      "RUN_SECONDS",
      "WATCH_NAMESPACES",
      "WRITE_STATUS_CONSTRAINTS",
    ])
    error_message = "what is null must not be set"
  }

  assert {
    condition     = length(google_secret_manager_secret.garden) == 1 && length(google_compute_router_nat.egress) == 1
    error_message = "without more being said there is a secret for the garden's kubeconfig, and a network"
  }
}

run "all_that_can_be_said" {
  command = plan

  variables {
    shoot_projects      = ["web-shoots", "core-shoots"]
    garden_url          = "https://api.garden.example.com"
    garden_audience     = "garden"
    garden_ca           = "-----BEGIN CERTIFICATE-----\n"
    watch_namespaces    = "garden-core,garden-web=web-shoots"
    shoot_secrets       = true
    seed_secrets        = true
    alert_emails        = ["on-call@example.com"]
    repository          = "projects/my-migrations/locations/europe-west1/connections/github/repositories/shoot-dualstack"
    state_bucket        = "my-migrations-state"
    scheduler_region    = "europe-west3"
    existing_subnetwork = { network = "projects/net/global/networks/n", subnetwork = "projects/net/regions/europe-west1/subnetworks/s" }
  }

  assert {
    condition     = length(google_secret_manager_secret.garden) + length(google_secret_manager_secret.garden_view) == 0 && length(google_compute_network.egress) == 0
    error_message = "with a garden that takes identities and a subnet that is there neither is made"
  }

  assert {
    condition     = google_cloudfunctions2_function.function["abort"].service_config[0].environment_variables["SHOOT_KUBECONFIG_SECRET"] == "projects/my-migrations/secrets/shoot-dualstack-shoot-{namespace}_{name}"
    error_message = "the names of shoots' secrets are filled in by the function"
  }
}

run "an_address_for_each_instance" {
  command = plan
  variables {
    most_migrations_at_once = 64
    egress_range            = "10.0.0.0/22"
  }
  expect_failures = [var.egress_range]
}

run "nobody_is_everybody" {
  command = plan
  variables {
    operators = ["allUsers"]
  }
  expect_failures = [var.operators]
}

run "somebody_can_pause" {
  command = plan
  variables {
    operators = []
  }
  expect_failures = [var.operators]
}

run "a_run_ends_before_its_function" {
  command = plan
  variables {
    run_seconds = 441
  }
  expect_failures = [var.run_seconds]
}

run "an_audience_goes_with_an_address" {
  command = plan
  variables {
    garden_audience = "garden"
  }
  expect_failures = [var.garden_audience]
}
