locals {
  # The environment variables of the functions; shared/runtime/settings.ts says what each means and reads them. What is null is
  # not set.
  settings = {
    every = {
      GOOGLE_CLOUD_PROJECT = var.project
      LOG_LEVEL            = var.log_level
      LEASE_SECONDS        = tostring(var.lease_seconds)
      RUN_SECONDS          = tostring(var.run_seconds)
      # Metrics are kept in a region, which an instance does not know.
      OTEL_EXPORTER_OTLP_ENDPOINT = var.telemetry_endpoint
      OTEL_RESOURCE_ATTRIBUTES    = var.telemetry_endpoint == null ? null : "cloud.region=${var.region}"
    }
    # Of functions that ask the garden: by their own identity, or by a kubeconfig in Secret Manager.
    garden = {
      GARDEN_URL               = var.garden_url
      GARDEN_AUDIENCE          = var.garden_audience
      GARDEN_CA                = var.garden_ca
      GARDEN_KUBECONFIG_SECRET = var.garden_url == null ? "projects/${var.project}/secrets/${local.garden_secret}" : null
      WATCH_NAMESPACES         = var.watch_namespaces
      WRITE_STATUS_CONSTRAINTS = tostring(var.write_status_constraints)
    }
    # Of functions that act in shoots. The braces are filled in by the function.
    shoots = {
      PLAN_ACCESS             = var.shoot_secrets ? null : var.plan_access
      SHOOT_KUBECONFIG_SECRET = var.shoot_secrets ? "projects/${var.project}/secrets/${local.shoot_secret_prefix}{namespace}_{name}" : null
      SEED_KUBECONFIG_SECRET  = var.seed_secrets ? "projects/${var.project}/secrets/${local.seed_secret_prefix}{seed}" : null
      PROBE_IMAGE             = var.probe_image
    }
    # Of `status`, which only looks: the same ways with credentials of its own, which may do no more than that (secrets.tf). It never
    # asks as admin, whatever plan_access is.
    status = {
      GARDEN_URL               = var.garden_url
      GARDEN_AUDIENCE          = var.garden_audience
      GARDEN_CA                = var.garden_ca
      GARDEN_KUBECONFIG_SECRET = var.garden_url == null ? "projects/${var.project}/secrets/${local.garden_view_secret}" : null
      PLAN_ACCESS              = var.shoot_secrets ? null : "viewer"
      SHOOT_KUBECONFIG_SECRET  = var.shoot_secrets ? "projects/${var.project}/secrets/${local.shoot_view_prefix}{namespace}_{name}" : null
    }
    # Of `operate`: for whom the proofs of its callers must be made out.
    operate = {
      OPERATE_AUDIENCE     = local.addresses["operate"]
      OPERATE_IAP_AUDIENCE = var.operators_domain == null ? null : "/projects/${data.google_project.this.number}/global/backendServices/${google_compute_backend_service.people["operate"].generated_id}"
    }
  }

  environment = {
    for group, settings in local.settings :
    group => { for name, value in settings : name => value if value != null }
  }
}
