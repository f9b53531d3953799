locals {
  # What each function calls Compute Engine for, permission by permission. A function that is not here makes no such call and
  # gets no role; `npm run infra:check` derives the same lists from the code.
  permissions = {
    preflight = [
      "compute.firewalls.get",
      "compute.instances.list",
      "compute.networks.get",
      "compute.projects.get",
      "compute.routes.list",
      "compute.subnetworks.get",
      "compute.subnetworks.list",
    ]
    enable-ipv6-subnets = [
      "compute.firewalls.create",
      "compute.firewalls.get",
      "compute.firewalls.update",
      "compute.globalOperations.get",
      "compute.networks.get",
      "compute.networks.updatePolicy",
      "compute.regionOperations.get",
      "compute.subnetworks.create",
      "compute.subnetworks.get",
      "compute.subnetworks.update",
    ]
    migrate-routes = [
      "compute.firewalls.create",
      "compute.firewalls.get",
      "compute.firewalls.update",
      "compute.globalOperations.get",
      "compute.instances.get",
      "compute.instances.list",
      "compute.instances.updateNetworkInterface",
      "compute.instances.use",
      "compute.networks.get",
      "compute.networks.updatePolicy",
      "compute.regionOperations.get",
      "compute.routes.create",
      "compute.routes.delete",
      "compute.routes.list",
      "compute.subnetworks.create",
      "compute.subnetworks.get",
      "compute.subnetworks.update",
      "compute.subnetworks.use",
      "compute.zoneOperations.get",
    ]
    configure-cni = [
      "compute.subnetworks.get",
    ]
    status = [
      "compute.instances.list",
      "compute.routes.list",
      "compute.subnetworks.get",
    ]
    switch-kube-dns = [
      "compute.subnetworks.get",
    ]
    abort = [
      "compute.firewalls.delete",
      "compute.firewalls.get",
      "compute.globalOperations.get",
      "compute.instances.get",
      "compute.instances.list",
      "compute.instances.updateNetworkInterface",
      "compute.instances.use",
      "compute.networks.get",
      "compute.networks.updatePolicy",
      "compute.regionOperations.get",
      "compute.routes.create",
      "compute.routes.delete",
      "compute.routes.list",
      "compute.subnetworks.delete",
      "compute.subnetworks.get",
      "compute.subnetworks.update",
      "compute.subnetworks.use",
      "compute.zoneOperations.get",
    ]
  }
}

# A role for each: one that fits all would let the preflight, which only looks, delete routes.
resource "google_project_iam_custom_role" "compute" {
  for_each = local.permissions

  project     = var.project
  role_id     = "shootDualstack_${replace(each.key, "-", "_")}"
  title       = "shoot-dualstack: ${each.key}"
  description = "What the function ${each.key} does to the network of shoots in this project."
  permissions = each.value
}

resource "google_project_iam_member" "compute" {
  for_each = local.permissions

  project = var.project
  role    = google_project_iam_custom_role.compute[each.key].name
  member  = var.accounts[each.key]
}
