locals {
  # The environment variables of the functions; shared/runtime/settings.ts says what each means and reads them. What is null is
  # not set.
  settings = {
    every = {
      GOOGLE_CLOUD_PROJECT = var.project
      LOG_LEVEL            = var.log_level
      LEASE_SECONDS        = tostring(var.lease_seconds)
      RUN_SECONDS          = tostring(var.run_seconds)
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
    # Of functions that look into shoots. The braces are filled in by the function.
    shoots = {
      PLAN_ACCESS             = var.shoot_secrets ? null : var.plan_access
      SHOOT_KUBECONFIG_SECRET = var.shoot_secrets ? "projects/${var.project}/secrets/${local.shoot_secret_prefix}{namespace}_{name}" : null
      SEED_KUBECONFIG_SECRET  = var.seed_secrets ? "projects/${var.project}/secrets/${local.seed_secret_prefix}{seed}" : null
      PROBE_IMAGE             = var.probe_image
    }
  }

  environment = {
    for group, settings in local.settings :
    group => { for name, value in settings : name => value if value != null }
  }
}
