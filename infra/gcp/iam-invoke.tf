# Who may invoke what listens to a topic (who may ask the others: people.tf): authoritative, so that whoever was added by hand is
# taken away by the next apply. There is no allUsers and no allAuthenticatedUsers: a call without one of these accounts' tokens is
# answered by Google with 403.
resource "google_cloud_run_service_iam_binding" "invoker" {
  for_each = local.receivers

  location = var.region
  # Behind a function is a Cloud Run service of the same name.
  service = google_cloudfunctions2_function.function[each.key].name
  role    = "roles/run.invoker"
  members = concat(
    [google_service_account.push.member],
    contains(keys(local.schedules), each.key) ? [google_service_account.scheduler.member] : [],
  )
}

# Pub/Sub signs the tokens of its pushes as the account that stands in them.
resource "google_service_account_iam_binding" "push_tokens" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountTokenCreator"
  members            = [local.pubsub_agent]
}
