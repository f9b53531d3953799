output "topics" {
  description = "Topics to publish on, by name."
  value       = { for name, topic in google_pubsub_topic.topic : name => topic.id }
}

output "accounts" {
  description = "Service account of each function: whom the garden, or another shoots' project, has to trust."
  value       = { for name, account in google_service_account.function : name => account.email }
}

output "addresses" {
  description = "Where status and operate answer whom IAM lets in (status_invokers, operate_invokers), by ID tokens for these addresses."
  value       = var.direct_calls ? local.addresses : null
}

output "page" {
  description = "The status page behind Identity-Aware Proxy, and the addresses for the domain's A and AAAA records; null without operators_domain."
  value = var.operators_domain == null ? null : {
    url  = "https://${var.operators_domain}/"
    A    = google_compute_global_address.people["IPV4"].address
    AAAA = google_compute_global_address.people["IPV6"].address
  }
}

output "egress_address" {
  description = "The one IPv4 address that API servers are called from, for their access lists; null with a subnet that was there already."
  value       = local.own_network ? google_compute_address.egress[0].address : null
}

output "garden_secret" {
  description = "Secret that takes the garden's kubeconfig; null where the garden takes the functions' identities."
  value       = var.garden_url == null ? google_secret_manager_secret.garden[0].secret_id : null
}

output "dashboard" {
  description = "Address of the dashboard in Cloud Console."
  value       = "https://console.cloud.google.com/monitoring/dashboards/builder/${reverse(split("/", google_monitoring_dashboard.migrations.id))[0]}?project=${var.project}"
}
