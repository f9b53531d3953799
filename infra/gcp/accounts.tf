# An account per function: what one of them may, the next one may not.
resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = "sd-${each.key}"
  display_name = "shoot-dualstack: the function ${each.key}"

  depends_on = [google_project_service.api]
}

# Whom Pub/Sub's pushes come from. It may invoke the functions, and nothing else.
resource "google_service_account" "push" {
  account_id   = "sd-push"
  display_name = "shoot-dualstack: Pub/Sub's pushes"

  depends_on = [google_project_service.api]
}

# Whom Cloud Scheduler's calls come from. It may invoke the functions that the clock drives.
resource "google_service_account" "scheduler" {
  account_id   = "sd-scheduler"
  display_name = "shoot-dualstack: Cloud Scheduler"

  depends_on = [google_project_service.api]
}

# Builds the functions' images, in place of Compute Engine's default account, which may edit the whole project.
resource "google_service_account" "build" {
  account_id   = "sd-build"
  display_name = "shoot-dualstack: builds the functions"

  depends_on = [google_project_service.api]
}

resource "google_project_iam_member" "build" {
  for_each = toset([
    "roles/artifactregistry.writer",
    "roles/logging.logWriter",
    "roles/storage.objectViewer",
  ])

  project = var.project
  role    = each.value
  member  = google_service_account.build.member
}
