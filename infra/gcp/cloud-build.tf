# Two accounts for Cloud Build: what a pull request may run can read, what main runs can change.
locals {
  builders = {
    # Lint, tests, bundle and a plan. A plan reads every resource, and no secret's content.
    check = {
      main = false
      roles = [
        "roles/viewer",
        "roles/iam.securityReviewer",
        "roles/datastore.viewer",
        "roles/storage.bucketViewer",
        "roles/storage.objectViewer",
        "roles/logging.logWriter",
      ]
    }
    # The same and apply. It may grant roles, so it may be anything: only what is on main runs under it.
    deploy = {
      main = true
      roles = [
        "roles/viewer",
        "roles/logging.logWriter",
        "roles/cloudfunctions.admin",
        "roles/run.admin",
        "roles/pubsub.admin",
        "roles/cloudscheduler.admin",
        "roles/datastore.owner",
        "roles/datastore.indexAdmin",
        "roles/secretmanager.admin",
        "roles/storage.admin",
        "roles/compute.networkAdmin",
        "roles/compute.securityAdmin",
        "roles/iap.admin",
        "roles/iam.serviceAccountAdmin",
        "roles/iam.serviceAccountUser",
        "roles/iam.roleAdmin",
        "roles/resourcemanager.projectIamAdmin",
        "roles/serviceusage.serviceUsageAdmin",
        "roles/logging.configWriter",
        "roles/monitoring.editor",
        "roles/cloudbuild.builds.editor",
      ]
    }
  }

  builder_roles = merge([
    for name, builder in local.builders : { for role in builder.roles : "${name} ${role}" => { builder = name, role = role } }
  ]...)
}

resource "google_service_account" "builder" {
  for_each = local.builders

  account_id   = "sd-${each.key}"
  display_name = "shoot-dualstack: Cloud Build, ${each.key}"

  depends_on = [google_project_service.api]
}

resource "google_project_iam_member" "builder" {
  for_each = local.builder_roles

  project = var.project
  role    = each.value.role
  member  = google_service_account.builder[each.value.builder].member
}

# Who could write the state could make the next apply do what it likes: a branch may read it, and plans without the lock.
resource "google_storage_bucket_iam_member" "state" {
  for_each = var.state_bucket == null ? {} : local.builders

  bucket = var.state_bucket
  role   = each.value.main ? "roles/storage.objectUser" : "roles/storage.objectViewer"
  member = google_service_account.builder[each.key].member
}

# What npm has fetched, from one build to the next. A branch may only read it: it is unpacked in builds that may apply. Besides, `npm ci`
# takes nothing whose hash is not the lock file's.
resource "google_storage_bucket" "cache" {
  name     = "${var.project}-shoot-dualstack-cache"
  location = var.region

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true

  lifecycle_rule {
    condition {
      age = 30
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_storage_bucket_iam_member" "cache" {
  for_each = local.builders

  bucket = google_storage_bucket.cache.name
  role   = each.value.main ? "roles/storage.objectUser" : "roles/storage.objectViewer"
  member = google_service_account.builder[each.key].member
}

resource "google_cloudbuild_trigger" "push" {
  for_each = var.repository == null ? {} : local.builders

  name     = "shoot-dualstack-${each.key}"
  location = split("/", var.repository)[3]

  repository_event_config {
    repository = var.repository
    push {
      branch       = "^main$"
      invert_regex = !each.value.main
    }
  }

  filename        = "cloudbuild.yaml"
  service_account = google_service_account.builder[each.key].id
  substitutions = {
    _APPLY        = each.value.main ? "yes" : "no"
    _LOCK         = each.value.main ? "true" : "false"
    _STATE_BUCKET = coalesce(var.state_bucket, "none")
    _CACHE_BUCKET = google_storage_bucket.cache.name
  }
}
