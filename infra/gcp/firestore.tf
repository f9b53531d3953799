resource "google_firestore_database" "truth" {
  # The functions' client opens the default database.
  name        = "(default)"
  location_id = coalesce(var.firestore_location, var.region)
  type        = "FIRESTORE_NATIVE"
  # Writes are conditional on what was read, never inside a transaction that is held open (DESIGN: the store).
  concurrency_mode = "OPTIMISTIC"

  # What a migration has done, and how to go back, stands nowhere else.
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"

  depends_on = [google_project_service.api]
}

resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.truth.name
  retention = "1209600s"

  daily_recurrence {}
}

locals {
  # Fields that are asked for by their value (shared/store/migration-store.ts, shared/reflect/memory.ts); all lists are in the
  # order of document ids, which needs no index of more than one field.
  indexed_fields = {
    migrations-active = { collection = "migrations", field = "active" }
    migrations-key    = { collection = "migrations", field = "shootKey" }
    reflections-open  = { collection = "reflections", field = "open" }
  }

  # Collections that the functions write. Firestore would index every field of every document, the plans' and findings' too,
  # at each write, and has a limit on how many entries a document may have: nothing is indexed that nobody asks for.
  collections = ["acts", "fleet", "history", "holds", "migrations", "reflections", "refusals", "routes", "shoots", "watch", "watched"]

  # Collections whose documents go by themselves, with the field that holds the moment after which they may, a timestamp; Firestore
  # removes them within about a day of it. How long they are kept, and why migrations, routes, history, acts and standstills never
  # go: shared/store/expiry.ts.
  expiring_fields = {
    reflections = "expiresAt"
    refusals    = "expiresAt"
  }
}

resource "google_firestore_field" "indexed" {
  for_each = local.indexed_fields

  database   = google_firestore_database.truth.name
  collection = each.value.collection
  field      = each.value.field

  index_config {
    indexes {
      order       = "ASCENDING"
      query_scope = "COLLECTION"
    }
  }
}

resource "google_firestore_field" "others" {
  for_each = toset(local.collections)

  database   = google_firestore_database.truth.name
  collection = each.value
  field      = "*"

  index_config {}
}

resource "google_firestore_field" "expiring" {
  for_each = local.expiring_fields

  database   = google_firestore_database.truth.name
  collection = each.key
  field      = each.value

  # Moments that only ever grow would make their index a hot spot ("TTL fields and indexes"), and nobody asks by them.
  index_config {}
  ttl_config {}
}

# Every function keeps its state there and nowhere else; `status` reads it.
resource "google_project_iam_member" "store" {
  for_each = local.functions

  project = var.project
  role    = each.key == "status" ? "roles/datastore.viewer" : "roles/datastore.user"
  member  = google_service_account.function[each.key].member

  condition {
    title      = "only this database"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.truth.name}\""
  }
}
