# What `npm run bundle` made: a folder per function, zipped as it is. A function is rolled out when its content changed, and
# only then: the object's name is its hash.
data "archive_file" "source" {
  for_each = local.functions

  type        = "zip"
  source_dir  = "${path.module}/../../dist/functions/${each.key}"
  output_path = "${path.module}/../../dist/sources/${each.key}.zip"
  # The same bytes whoever unpacks the repository with whatever umask.
  output_file_mode = "0644"
}

resource "google_storage_bucket" "source" {
  name     = "${var.project}-shoot-dualstack-source"
  location = var.region

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # A function keeps what it was built from; old sources are for going back, and not for ever.
  lifecycle_rule {
    condition {
      age = 365
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_storage_bucket_object" "source" {
  for_each = local.functions

  name   = "${each.key}-${data.archive_file.source[each.key].output_sha256}.zip"
  bucket = google_storage_bucket.source.name
  source = data.archive_file.source[each.key].output_path
}
