# The way from the functions to API servers: a small network with one address to the outside, or a subnet that is there
# already, e.g. one from which private API servers are reached.
locals {
  own_network = var.existing_subnetwork == null

  egress = {
    network    = local.own_network ? google_compute_network.egress[0].id : var.existing_subnetwork.network
    subnetwork = local.own_network ? google_compute_subnetwork.egress[0].id : var.existing_subnetwork.subnetwork
  }
}

resource "google_compute_network" "egress" {
  count = local.own_network ? 1 : 0

  name                    = "shoot-dualstack"
  auto_create_subnetworks = false

  depends_on = [google_project_service.api]
}

resource "google_compute_subnetwork" "egress" {
  count = local.own_network ? 1 : 0

  name          = "shoot-dualstack-functions"
  network       = google_compute_network.egress[0].id
  region        = var.region
  ip_cidr_range = var.egress_range
  # Google's own APIs are called by their internal way, without NAT.
  private_ip_google_access = true
}

resource "google_compute_router" "egress" {
  count = local.own_network ? 1 : 0

  name    = "shoot-dualstack"
  network = google_compute_network.egress[0].id
  region  = var.region
}

resource "google_compute_address" "egress" {
  count = local.own_network ? 1 : 0

  name   = "shoot-dualstack"
  region = var.region

  depends_on = [google_project_service.api]
}

resource "google_compute_router_nat" "egress" {
  count = local.own_network ? 1 : 0

  name                               = "shoot-dualstack"
  router                             = google_compute_router.egress[0].name
  region                             = var.region
  nat_ip_allocate_option             = "MANUAL_ONLY"
  nat_ips                            = [google_compute_address.egress[0].self_link]
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"

  subnetwork {
    name                    = google_compute_subnetwork.egress[0].id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

# API servers and Google's APIs are called on TCP 443 (Gardener's on that, others on what is named), and nothing else is:
# a function that was taken over cannot talk to where it likes by other ports.
resource "google_compute_firewall" "egress_allowed" {
  count = local.own_network ? 1 : 0

  name               = "shoot-dualstack-egress-allowed"
  network            = google_compute_network.egress[0].id
  direction          = "EGRESS"
  priority           = 1000
  destination_ranges = ["0.0.0.0/0"]
  target_tags        = ["shoot-dualstack"]

  allow {
    protocol = "tcp"
    ports    = var.api_server_ports
  }
}

resource "google_compute_firewall" "egress_denied" {
  count = local.own_network ? 1 : 0

  name               = "shoot-dualstack-egress-denied"
  network            = google_compute_network.egress[0].id
  direction          = "EGRESS"
  priority           = 65000
  destination_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}
