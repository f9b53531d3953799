# One address for both functions that people ask, behind Identity-Aware Proxy: only with a domain.
#
# Cloud Run has a proxy of its own, without a load balancer (`gcloud run … --iap`), which Google recommends for one service. It does not do
# here: it gives each service an address of its own, while the page that status shows sends its clicks to operate, and does so to its
# own origin only (its content security policy and operate's check of the origin say so). Nor does the API of functions know the switch.
# The two cannot be combined either ("Enable IAP for Cloud Run", known limitations).
locals {
  fronted = var.operators_domain == null ? {} : local.people
  # Of what there is once for both.
  domains = toset(var.operators_domain == null ? [] : [var.operators_domain])
}

resource "google_compute_region_network_endpoint_group" "people" {
  for_each = local.fronted

  name                  = "shoot-dualstack-${each.key}"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  # By its name and not by a reference: operate is told the backend service's number, so it comes after it.
  cloud_run {
    service = each.key
  }

  depends_on = [google_project_service.api]
}

# A backend service each: Identity-Aware Proxy grants access by backend service, and so tells reading and acting apart.
resource "google_compute_backend_service" "people" {
  for_each = local.fronted

  name                  = "shoot-dualstack-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"

  backend {
    group = google_compute_region_network_endpoint_group.people[each.key].id
  }

  # With Google's own OAuth client: people of this organisation only, and no client secret in Terraform's state.
  iap {
    enabled = true
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

# Both functions have paths in common; the method tells them apart. status takes GET and HEAD only, operate POST only, but for the
# sign-in below, so a request that went the wrong way is answered with 405 and does nothing.
resource "google_compute_url_map" "people" {
  for_each = local.domains

  name            = "shoot-dualstack"
  default_service = google_compute_backend_service.people["status"].id

  host_rule {
    hosts        = [each.value]
    path_matcher = "people"
  }

  path_matcher {
    name            = "people"
    default_service = google_compute_backend_service.people["status"].id

    route_rules {
      priority = 1
      service  = google_compute_backend_service.people["operate"].id
      match_rules {
        prefix_match = "/"
        header_matches {
          # The method, as the API's reference has it (urlMaps, HttpHeaderMatch).
          header_name = ":method"
          exact_match = "POST"
        }
      }
    }

    # Identity-Aware Proxy may have a session for each backend service, which begins where a browser goes by itself, and not with a
    # script's POST ("Managing IAP sessions"). That of operate begins here, and operate leads back to the page.
    route_rules {
      priority = 2
      service  = google_compute_backend_service.people["operate"].id
      match_rules {
        prefix_match = "/operate/"
      }
    }
  }
}

# People come by either family: an address each.
resource "google_compute_global_address" "people" {
  for_each = toset(var.operators_domain == null ? [] : ["IPV4", "IPV6"])

  name       = "shoot-dualstack-page-${lower(each.key)}"
  ip_version = each.key

  depends_on = [google_project_service.api]
}

# Google renews it, and makes it out as soon as the domain leads to the address.
resource "google_compute_managed_ssl_certificate" "people" {
  for_each = local.domains

  # Another domain is another certificate, which has to be there before the old one can go.
  name = "shoot-dualstack-${substr(sha256(each.value), 0, 8)}"

  managed {
    domains = [each.value]
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.api]
}

resource "google_compute_ssl_policy" "people" {
  for_each = local.domains

  name            = "shoot-dualstack"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [google_project_service.api]
}

resource "google_compute_target_https_proxy" "people" {
  for_each = local.domains

  name             = "shoot-dualstack"
  url_map          = google_compute_url_map.people[each.key].id
  ssl_certificates = [google_compute_managed_ssl_certificate.people[each.key].id]
  ssl_policy       = google_compute_ssl_policy.people[each.key].id
}

# HTTPS only: nothing answers on port 80.
resource "google_compute_global_forwarding_rule" "people" {
  for_each = google_compute_global_address.people

  name                  = each.value.name
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = each.value.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.people[var.operators_domain].id
}
