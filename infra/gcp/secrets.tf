locals {
  garden_secret       = "shoot-dualstack-garden"
  shoot_secret_prefix = "shoot-dualstack-shoot-"
  seed_secret_prefix  = "shoot-dualstack-seed-"
  garden_view_secret  = "shoot-dualstack-garden-view"
  shoot_view_prefix   = "shoot-dualstack-view-"

  garden_readers = [for name, function in local.functions : name if function.garden]

  # Secrets whose names are known only when a shoot is migrated, by the beginning of the name.
  secret_prefixes = merge(
    var.shoot_secrets ? { shoot = local.shoot_secret_prefix } : {},
    var.seed_secrets ? { seed = local.seed_secret_prefix } : {},
  )
}

# The garden's kubeconfig, where the garden does not take the functions' own identities. The secret only: what is in it is put
# there with gcloud (README), since whatever Terraform writes stands in its state, for everyone who may read that.
resource "google_secret_manager_secret" "garden" {
  count = var.garden_url == null ? 1 : 0

  secret_id = local.garden_secret

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  # A version that was destroyed by mistake can be had back for a day.
  version_destroy_ttl = "86400s"

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_binding" "garden" {
  count = var.garden_url == null ? 1 : 0

  secret_id = google_secret_manager_secret.garden[0].id
  role      = "roles/secretmanager.secretAccessor"
  members   = [for name in local.garden_readers : google_service_account.function[name].member]
}

# Kubeconfigs of shoots and seeds, a secret each, made by whoever has them. Who looks into shoots may read those, and none of the
# project's other secrets.
resource "google_project_iam_member" "shoot_secrets" {
  for_each = { for name, function in local.functions : name => name if function.shoots && length(local.secret_prefixes) > 0 }

  project = var.project
  role    = "roles/secretmanager.secretAccessor"
  member  = google_service_account.function[each.key].member

  condition {
    title = "only kubeconfigs for shoot-dualstack"
    expression = join(" || ", [
      for prefix in local.secret_prefixes : "resource.name.startsWith(\"projects/${data.google_project.this.number}/secrets/${prefix}\")"
    ])
  }
}

# What `status` looks with, which everybody who may see the page can set off: a kubeconfig of the garden that may have viewers'
# kubeconfigs issued, and nothing else. As long as there is none in it, the page shows what is on record.
resource "google_secret_manager_secret" "garden_view" {
  count = var.garden_url == null ? 1 : 0

  secret_id = local.garden_view_secret

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  version_destroy_ttl = "86400s"

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_binding" "garden_view" {
  count = var.garden_url == null ? 1 : 0

  secret_id = google_secret_manager_secret.garden_view[0].id
  role      = "roles/secretmanager.secretAccessor"
  members   = [google_service_account.function["status"].member]
}

# Where the garden hands none out: kubeconfigs of shoots that may list nodes, apart from those that the steps act with.
resource "google_project_iam_member" "view_secrets" {
  count = var.shoot_secrets ? 1 : 0

  project = var.project
  role    = "roles/secretmanager.secretAccessor"
  member  = google_service_account.function["status"].member

  condition {
    title      = "only kubeconfigs to look with"
    expression = "resource.name.startsWith(\"projects/${data.google_project.this.number}/secrets/${local.shoot_view_prefix}\")"
  }
}
