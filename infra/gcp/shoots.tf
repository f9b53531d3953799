# The functions' rights in every project that shoots live in.
module "shoot_project" {
  source   = "./shoot-project"
  for_each = toset(length(var.shoot_projects) == 0 ? [var.project] : var.shoot_projects)

  project  = each.value
  accounts = { for name, account in google_service_account.function : name => account.member }

  depends_on = [google_project_service.api]
}
